//! Connections: one item each in the customer's partition, changed by one conditional write at a time.
//!
//! Roles may touch the attributes of a connection and no others in that partition, so no write asks for the old item:
//! where a condition fails, or every acknowledgement is lost, one read tells what stands there.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use postern_core::audit::Event;
use postern_core::connection::Connection;
use postern_core::id::{ClientId, TenantId};
use postern_core::network::Networks;
use postern_core::outage::Outage;
use postern_core::store::{
    Connect, Connected, Connecting, Disconnected, EndConnections, LoadConnections, ManageConnections,
    Receipt, Written,
};

use crate::fault::outage;
use crate::item::{event, number, read, text, value};
use crate::table::{self, CONNECTION, DynamoStore};

/// What a consent writes.
const CONSENT: &str = "SET client_id = :client, tenant_id = :tenant, apis = :apis, created_at = :created, \
                       updated_at = :updated, not_before = :from, audit = :audit REMOVE revoked_at";
/// Nothing has changed since the event that was read: every change but the mark of a use tells of itself.
const UNCHANGED: &str = "audit.id = :seen";
/// An end counts from its second on: one more moves it.
const NOT_YET_ENDED: &str = "attribute_exists(PK) AND (attribute_not_exists(revoked_at) OR revoked_at < :at)";

/// What came of a conditional write.
enum Change {
    Made,
    /// It was refused, or nobody knows (`fault`); the item as it stands.
    Open {
        seen: Option<Box<Connection>>,
        fault: Option<Outage>,
    },
}

impl DynamoStore {
    fn update_connection(&self, tenant: &TenantId, client: &ClientId) -> UpdateItemFluentBuilder {
        let request = self.client.update_item().table_name(&self.table);
        request.set_key(Some(table::connection(tenant, client)))
    }

    async fn change_connection(
        &self,
        (tenant, client): (&TenantId, &ClientId),
        request: UpdateItemFluentBuilder,
    ) -> Result<Change, Outage> {
        let fault = match request.send().await {
            Ok(_) => return Ok(Change::Made),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                None
            }
            Err(error) => Some(outage(error)),
        };
        let seen = self.get::<Connection>(table::connection(tenant, client)).await?.map(Box::new);
        Ok(Change::Open { seen, fault })
    }
}

/// Whether this event is the last that happened to the connection.
fn is_told_by(connection: &Connection, told: &Event) -> bool {
    connection.last_change.as_ref().is_some_and(|it| it.id == told.id)
}

impl Connect for DynamoStore {
    async fn connect(&self, connecting: &Connecting<'_>) -> Result<Connected, Outage> {
        let Connecting { before, after, event: told } = connecting;
        let address = (&after.tenant_id, &after.client_id);
        let request = self
            .update_connection(address.0, address.1)
            .update_expression(CONSENT)
            .expression_attribute_values(":client", text(&after.client_id))
            .expression_attribute_values(":tenant", text(&after.tenant_id))
            .expression_attribute_values(":apis", value(&after.apis)?)
            .expression_attribute_values(":created", number(after.created_at.as_secs()))
            .expression_attribute_values(":updated", number(after.updated_at.as_secs()))
            .expression_attribute_values(":from", number(after.not_before.as_secs()))
            .expression_attribute_values(":audit", event(told)?);
        let request = match before.and_then(|before| before.last_change.as_ref()) {
            Some(seen) => {
                let request = request.condition_expression(UNCHANGED);
                request.expression_attribute_values(":seen", text(&seen.id))
            }
            // Without an event there is no connection either.
            None => request.condition_expression("attribute_not_exists(PK)"),
        };
        match self.change_connection(address, request).await? {
            Change::Made => Ok(Connected::Committed(Receipt::committed())),
            Change::Open { seen: Some(seen), .. } if is_told_by(&seen, told) => {
                Ok(Connected::Committed(Receipt::committed()))
            }
            Change::Open { fault: Some(fault), .. } => Err(fault),
            Change::Open { seen, fault: None } => Ok(Connected::Changed(seen)),
        }
    }
}

impl LoadConnections for DynamoStore {
    async fn load_connections_with(
        &self,
        client: &ClientId,
        tenants: &[TenantId],
    ) -> Result<Vec<Connection>, Outage> {
        let keys = tenants.iter().map(|tenant| table::connection(tenant, client)).collect();
        self.batch(keys).await?.into_iter().map(read).collect()
    }
}

impl EndConnections for DynamoStore {
    async fn disconnect(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        told: &Event,
    ) -> Result<Disconnected, Outage> {
        let request = self
            .update_connection(tenant, client)
            .condition_expression(NOT_YET_ENDED)
            .update_expression("SET revoked_at = :at, audit = :audit")
            .expression_attribute_values(":at", number(told.at.as_secs()))
            .expression_attribute_values(":audit", event(told)?);
        match self.change_connection((tenant, client), request).await? {
            Change::Made => Ok(Disconnected::Committed(Receipt::committed())),
            // Our own write is known by its event, however often it was sent.
            Change::Open { seen: Some(seen), .. } if is_told_by(&seen, told) => {
                Ok(Disconnected::Committed(Receipt::committed()))
            }
            Change::Open { fault: Some(fault), .. } => Err(fault),
            Change::Open { seen: Some(_), fault: None } => Ok(Disconnected::AlreadyEnded),
            Change::Open { seen: None, fault: None } => Ok(Disconnected::Absent),
        }
    }
}

impl ManageConnections for DynamoStore {
    async fn load_connections(&self, tenant: &TenantId) -> Result<Vec<Connection>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("PK = :tenant AND begins_with(SK, :connection)")
            .expression_attribute_values(":tenant", text(&table::tenant_partition(tenant)))
            .expression_attribute_values(":connection", text(CONNECTION));
        let mut pages = request.into_paginator().items().send();
        let mut connections = Vec::new();
        while let Some(item) = pages.next().await {
            connections.push(read(item.map_err(outage)?)?);
        }
        Ok(connections)
    }

    async fn restrict_connection(
        &self,
        seen: &Connection,
        networks: &Networks,
        told: &Event,
    ) -> Result<Written, Outage> {
        let list = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(networks);
        let list = list.map_err(|error| Outage::Corrupt(format!("networks: {error}")))?;
        let change = seen.last_change.as_ref().map(|it| it.id.as_str()).unwrap_or_default();
        let address = (&seen.tenant_id, &seen.client_id);
        let request = self
            .update_connection(address.0, address.1)
            .condition_expression(UNCHANGED)
            .update_expression("SET networks = :networks, audit = :audit")
            .expression_attribute_values(":seen", text(change))
            .expression_attribute_values(":networks", list)
            .expression_attribute_values(":audit", event(told)?);
        match self.change_connection(address, request).await? {
            Change::Made => Ok(Written::Committed(Receipt::committed())),
            Change::Open { seen: Some(there), .. } if is_told_by(&there, told) => {
                Ok(Written::Committed(Receipt::committed()))
            }
            Change::Open { fault: Some(fault), .. } => Err(fault),
            Change::Open { fault: None, .. } => Ok(Written::Conflict),
        }
    }
}
