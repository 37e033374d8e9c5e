//! The requests of connections: one item for each connection and day, in a partition of the connection's own.

use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use postern_core::activity::Requests;
use postern_core::clock::Timestamp;
use postern_core::id::{ClientId, TenantId};
use postern_core::outage::Outage;
use postern_core::store::{CountRequests, LoadRequests};

use crate::fault::{impatient, outage};
use crate::item::{number, read, text};
use crate::table::{self, DynamoStore};

/// How long each call may take: somebody waits for an answer to which it adds nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// What every addition writes.
const ADDED: &str = "ADD allowed :allowed, refused :refused SET #day = :day, #ttl = :ttl";

impl CountRequests for DynamoStore {
    async fn count_requests(
        &self,
        connection: (&TenantId, &ClientId),
        requests: &Requests,
    ) -> Result<(), Outage> {
        let latest = self
            .add_requests(connection, requests)
            .update_expression(format!("{ADDED}, last_at = :last"))
            .condition_expression("attribute_not_exists(last_at) OR last_at <= :last")
            .expression_attribute_values(":last", number(requests.last_at.as_secs()));
        if send(latest).await? {
            return Ok(());
        }
        // Another process has counted a later one.
        send(self.add_requests(connection, requests).update_expression(ADDED)).await.map(|_| ())
    }
}

impl DynamoStore {
    fn add_requests(
        &self,
        (tenant, client): (&TenantId, &ClientId),
        requests: &Requests,
    ) -> UpdateItemFluentBuilder {
        let request = self.client.update_item().table_name(&self.table);
        request
            .set_key(Some(table::requests(tenant, client, requests.day)))
            .expression_attribute_names("#day", "day")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":allowed", number(requests.allowed))
            .expression_attribute_values(":refused", number(requests.refused))
            .expression_attribute_values(":day", number(requests.day.as_secs()))
            .expression_attribute_values(":ttl", number(requests.keep_until().as_secs()))
    }
}

/// Whether the condition held, if there was one.
async fn send(request: UpdateItemFluentBuilder) -> Result<bool, Outage> {
    match request.customize().config_override(impatient(PATIENCE)).send().await {
        Ok(_) => Ok(true),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
        {
            Ok(false)
        }
        Err(error) => Err(outage(error)),
    }
}

impl LoadRequests for DynamoStore {
    async fn load_requests(
        &self,
        (tenant, client): (&TenantId, &ClientId),
        since: Timestamp,
    ) -> Result<Vec<Requests>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let mut pages = request
            .key_condition_expression("PK = :connection AND SK >= :since")
            .expression_attribute_values(":connection", text(&table::requests_partition(tenant, client)))
            .expression_attribute_values(":since", text(&table::moment(since)))
            .scan_index_forward(false)
            .into_paginator()
            .items()
            .send();
        let mut days = Vec::new();
        while let Some(item) = pages.next().await {
            days.push(read(item.map_err(outage)?)?);
        }
        Ok(days)
    }
}
