//! Clients whose identifier is the URL of a metadata document.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException as Refused;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;
use postern_core::audit::Event;
use postern_core::client::{Client, DocumentUrl};
use postern_core::clock::Timestamp;
use postern_core::id::ClientId;
use postern_core::outage::Outage;
use postern_core::store::{KeepDocuments, Kept, Versioned};

use crate::admin::{VERSION, swept_after, versioned};
use crate::fault::outage;
use crate::item::{event, number, read, write};
use crate::table::{self, DynamoStore, Item};

/// What a document tells of its client. Of everything else the first fetch writes what a new client has, and
/// administrators the rest.
const TOLD: [&str; 11] = [
    "client_id",
    "name",
    "kind",
    "redirect_uris",
    "grant_types",
    "entitlements",
    "signing_algorithm",
    "sender",
    "openid",
    "registration",
    "ttl",
];

impl KeepDocuments for DynamoStore {
    async fn read_document(&self, id: &ClientId) -> Result<Option<Versioned<Client>>, Outage> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(table::client(id)));
        let item = request.consistent_read(true).send().await.map_err(outage)?.item;
        Ok(item.map(versioned).transpose()?.map(|(found, _)| found))
    }

    async fn keep_document(
        &self,
        client: &Client,
        seen: Option<&Versioned<Client>>,
        told: Option<&Event>,
    ) -> Result<Kept, Outage> {
        if DocumentUrl::of(&client.client_id).is_none() {
            return Err(Outage::Corrupt("a client that is no document's".into()));
        }
        let request = self.client.update_item().table_name(&self.table);
        let request = request.set_key(Some(table::client(&client.client_id)));
        let request = described(request, client, told)?;
        let request = match seen {
            None => request.condition_expression("attribute_not_exists(PK)"),
            Some(seen) => over(request, seen),
        };
        match request.return_values(ReturnValue::AllNew).send().await {
            Ok(answer) => {
                let item = answer.attributes;
                let item = item.ok_or_else(|| Outage::Corrupt("an update without attributes".into()))?;
                Ok(Kept::Committed(Box::new(read(item)?)))
            }
            // After a lost acknowledgement that is our own write: it says the same, and is read as anybody's.
            Err(error) if matches!(error.as_service_error(), Some(Refused(_))) => Ok(Kept::Superseded),
            Err(error) => Err(outage(error)),
        }
    }
}

/// Only over the copy that was seen. Its version tells what administrators did, its times what fetches and uses did, which
/// need not count.
fn over(request: UpdateItemFluentBuilder, seen: &Versioned<Client>) -> UpdateItemFluentBuilder {
    const TIMES: &str = "registration.fresh_until = :seen_fresh AND registration.expires_at = :seen_expiry";
    let registration = &seen.record.registration;
    let request = request
        .expression_attribute_values(":seen_fresh", seconds(registration.fresh_until))
        .expression_attribute_values(":seen_expiry", seconds(registration.expires_at));
    match seen.version {
        0 => request.condition_expression(format!("{TIMES} AND attribute_not_exists(#version)")),
        version => request
            .condition_expression(format!("{TIMES} AND #version = :seen_version"))
            .expression_attribute_values(":seen_version", number(version)),
    }
}

/// Sets what the document tells, and everything else where there was nothing.
fn described(
    mut request: UpdateItemFluentBuilder,
    client: &Client,
    told: Option<&Event>,
) -> Result<UpdateItemFluentBuilder, Outage> {
    let ttl = swept_after(client);
    let item = write(Item::new(), client, ttl)?;
    let mut sets = Vec::with_capacity(item.len());
    for (name, value) in item {
        let is_told = TOLD.contains(&name.as_str());
        sets.push(if is_told {
            format!("#{name} = :{name}")
        } else {
            format!("#{name} = if_not_exists(#{name}, :{name})")
        });
        request = request.expression_attribute_names(format!("#{name}"), &name);
        request = request.expression_attribute_values(format!(":{name}"), value);
    }
    if let Some(told) = told {
        sets.push("audit = :audit".to_owned());
        request = request.expression_attribute_values(":audit", event(told)?);
    }
    // A change that an administrator began before meets another state.
    request = request.expression_attribute_names("#version", VERSION);
    request = request.expression_attribute_values(":one", number(1));
    let sets = sets.join(", ");
    if ttl.is_some() {
        return Ok(request.update_expression(format!("SET {sets} ADD #version :one")));
    }
    let request = request.expression_attribute_names("#ttl", "ttl");
    Ok(request.update_expression(format!("SET {sets} REMOVE #ttl ADD #version :one")))
}

fn seconds(at: Option<Timestamp>) -> aws_sdk_dynamodb::types::AttributeValue {
    number(at.map(Timestamp::as_secs).unwrap_or_default())
}
