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
    Connect, Connected, Connecting, Disconnected, EndConnections, ManageConnections, Receipt,
};
use serde::Deserialize;

use crate::fault::outage;
use crate::item::{event, number, read, text};
use crate::table::{self, CONNECTION, DynamoStore};

/// What every consent writes.
const CONSENT: &str = "SET client_id = :client, tenant_id = :tenant, scopes = :scopes, authorized_by = :user, \
                       updated_at = :at, created_at = if_not_exists(created_at, :at), audit = :audit";
/// The first consent, or a later one while the connection is in force. The same consent is written once.
const STANDS: &str = "attribute_not_exists(PK) OR (attribute_not_exists(revoked_at) AND (updated_at < :at OR \
                      (updated_at = :at AND (scopes <> :scopes OR authorized_by <> :user))))";
/// A consent given after the end that was seen.
const ENDED: &str = "revoked_at = :ended AND revoked_at < :at AND updated_at <= :at";
const IN_FORCE: &str = "attribute_exists(PK) AND attribute_not_exists(revoked_at)";

/// A connection, and the event of its last change.
#[derive(Deserialize)]
struct Seen {
    #[serde(flatten)]
    connection: Connection,
    audit: Option<Told>,
}

#[derive(Deserialize)]
struct Told {
    id: String,
}

/// What came of a conditional write.
enum Change {
    Made,
    /// It was refused, or nobody knows (`fault`); the item as it stands.
    Open {
        seen: Option<Box<Seen>>,
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
        let seen = self.get::<Seen>(table::connection(tenant, client)).await?.map(Box::new);
        Ok(Change::Open { seen, fault })
    }

    /// Writes a change of a connection in force. Our own write is known by its event, however often it was sent.
    async fn settle(
        &self,
        address: (&TenantId, &ClientId),
        request: UpdateItemFluentBuilder,
        told: &Event,
    ) -> Result<Disconnected, Outage> {
        let request =
            request.condition_expression(IN_FORCE).expression_attribute_values(":audit", event(told)?);
        let (seen, fault) = match self.change_connection(address, request).await? {
            Change::Made => return Ok(Disconnected::Committed(Receipt::committed())),
            Change::Open { seen, fault } => (seen, fault),
        };
        match (seen, fault) {
            (Some(seen), _) if seen.audit.as_ref().is_some_and(|it| it.id == told.id) => {
                Ok(Disconnected::Committed(Receipt::committed()))
            }
            (_, Some(fault)) => Err(fault),
            (Some(_), None) => Ok(Disconnected::AlreadyEnded),
            (None, None) => Ok(Disconnected::Absent),
        }
    }
}

fn with_consent(
    request: UpdateItemFluentBuilder,
    connecting: &Connecting<'_>,
) -> Result<UpdateItemFluentBuilder, Outage> {
    let request = request
        .expression_attribute_values(":client", text(connecting.client_id))
        .expression_attribute_values(":tenant", text(connecting.tenant_id))
        .expression_attribute_values(":scopes", text(connecting.scopes))
        .expression_attribute_values(":user", text(connecting.user_id))
        .expression_attribute_values(":at", number(connecting.consented_at.as_secs()));
    Ok(request.expression_attribute_values(":audit", event(connecting.event)?))
}

/// Whether this very consent is in force, by whichever attempt it was written.
fn is_this(connecting: &Connecting<'_>, connection: &Connection) -> bool {
    connection.is_active()
        && connection.updated_at == connecting.consented_at
        && connection.scopes == *connecting.scopes
        && connection.authorized_by == *connecting.user_id
}

impl Connect for DynamoStore {
    async fn connect(&self, connecting: &Connecting<'_>) -> Result<Connected, Outage> {
        let address = (connecting.tenant_id, connecting.client_id);
        let request = with_consent(self.update_connection(address.0, address.1), connecting)?
            .condition_expression(STANDS)
            .update_expression(format!("{CONSENT}, not_before = if_not_exists(not_before, :at)"));
        let mut change = self.change_connection(address, request).await?;
        if let Change::Open { seen: Some(seen), fault: None } = &change
            && let Some(ended) = seen.connection.revoked_at.filter(|ended| *ended < connecting.consented_at)
        {
            let request = with_consent(self.update_connection(address.0, address.1), connecting)?
                .condition_expression(ENDED)
                .expression_attribute_values(":ended", number(ended.as_secs()))
                .update_expression(format!("{CONSENT}, not_before = :at REMOVE revoked_at"));
            change = self.change_connection(address, request).await?;
        }
        match change {
            Change::Made => Ok(Connected::Committed(Receipt::committed())),
            Change::Open { seen: Some(seen), .. } if is_this(connecting, &seen.connection) => {
                Ok(Connected::Committed(Receipt::committed()))
            }
            Change::Open { fault: Some(fault), .. } => Err(fault),
            Change::Open { seen: Some(seen), fault: None } if seen.connection.is_active() => {
                Ok(Connected::Superseded)
            }
            Change::Open { fault: None, .. } => Ok(Connected::Revoked),
        }
    }
}

impl EndConnections for DynamoStore {
    async fn disconnect(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        event: &Event,
    ) -> Result<Disconnected, Outage> {
        let request = self
            .update_connection(tenant, client)
            .update_expression("SET revoked_at = :at, audit = :audit")
            .expression_attribute_values(":at", number(event.at.as_secs()));
        self.settle((tenant, client), request, event).await
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
        tenant: &TenantId,
        client: &ClientId,
        networks: &Networks,
        event: &Event,
    ) -> Result<Disconnected, Outage> {
        let list = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(networks);
        let list = list.map_err(|error| Outage::Corrupt(format!("networks: {error}")))?;
        let request = self
            .update_connection(tenant, client)
            .update_expression("SET networks = :networks, audit = :audit")
            .expression_attribute_values(":networks", list);
        self.settle((tenant, client), request, event).await
    }
}
