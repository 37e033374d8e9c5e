//! Device authorizations: the item of the device, and the one by which its user code leads there.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::credential::Tag;
use postern_core::device::Device;
use postern_core::id::{ClientId, GrantId};
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::store::{BeginDevices, ClaimDevices, Owned, PollDevices, Polled, Receipt};
use serde::{Deserialize, Serialize};

use crate::fault::outage;
use crate::grants::{Change, change, read_grant};
use crate::item::{event, number, read, take, text, write};
use crate::table::{self, DynamoStore};

/// Where a user code leads.
#[derive(Serialize, Deserialize)]
struct Reserved {
    device: GrantId,
    expires_at: Timestamp,
}

impl BeginDevices for DynamoStore {
    async fn reserve_user_code(
        &self,
        code: &Tag,
        device: &GrantId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, Outage> {
        let reserved = Reserved { device: device.clone(), expires_at };
        let item = write(table::user_code(code), &reserved, Some(expires_at))?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let request = request
            .condition_expression("attribute_not_exists(PK) OR expires_at <= :now OR #device = :device")
            .expression_attribute_names("#device", "device")
            .expression_attribute_values(":now", number(now.as_secs()))
            .expression_attribute_values(":device", text(device));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(outage(error)),
        }
    }

    async fn put_device(&self, device: &Device) -> Result<Receipt, Outage> {
        self.put(write(table::device(&device.id), device, Some(device.expires_at.plus(RETENTION)))?).await
    }
}

impl PollDevices for DynamoStore {
    async fn load_polled(&self, device: &GrantId, client: &ClientId) -> Result<Polled, Outage> {
        let (grant, client) = (table::grant(device), table::client(client));
        let device = table::device(device);
        let mut items = self.batch(vec![device.clone(), grant.clone(), client.clone()]).await?;
        Ok(Polled {
            device: take(&mut items, &device).map(read).transpose()?,
            grant: take(&mut items, &grant).map(read_grant).transpose()?,
            client: take(&mut items, &client).map(read).transpose()?,
        })
    }

    async fn mark_poll(&self, device: &GrantId, now: Timestamp, interval: u64) -> Result<(), Outage> {
        let request = self
            .update_device(device)
            .condition_expression("attribute_exists(PK)")
            .update_expression("SET polled_at = :now, #interval = :interval")
            .expression_attribute_names("#interval", "interval")
            .expression_attribute_values(":now", number(now.as_secs()))
            .expression_attribute_values(":interval", number(interval));
        change(request).await.map(|_| ())
    }
}

/// The owner's, before it is over.
const OF_OWNER: &str = "#owner = :owner AND expires_at > :now";

impl DynamoStore {
    fn update_device(&self, id: &GrantId) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(table::device(id)))
    }

    fn update_owned(&self, id: &GrantId, owner: &Tag, now: Timestamp) -> UpdateItemFluentBuilder {
        let request = self.update_device(id).expression_attribute_names("#owner", "owner");
        request
            .expression_attribute_values(":owner", text(owner))
            .expression_attribute_values(":now", number(now.as_secs()))
    }
}

/// Each of these changes may be made again by whoever made it: a resent write meets a condition that holds.
async fn settle(request: UpdateItemFluentBuilder) -> Result<Owned, Outage> {
    Ok(match change(request).await? {
        Change::Made => Owned::Committed(Receipt::committed()),
        Change::Refused(_) => Owned::Refused,
    })
}

impl ClaimDevices for DynamoStore {
    async fn find_device(&self, code: &Tag) -> Result<Option<Device>, Outage> {
        match self.get::<Reserved>(table::user_code(code)).await? {
            Some(reserved) => self.load_device(&reserved.device).await,
            None => Ok(None),
        }
    }

    async fn load_device(&self, id: &GrantId) -> Result<Option<Device>, Outage> {
        self.get(table::device(id)).await
    }

    async fn claim_device(&self, id: &GrantId, owner: &Tag, now: Timestamp) -> Result<Owned, Outage> {
        let request = self
            .update_owned(id, owner, now)
            .condition_expression("expires_at > :now AND (attribute_not_exists(#owner) OR #owner = :owner)")
            .update_expression("SET #owner = :owner");
        settle(request).await
    }

    async fn allow_device(&self, id: &GrantId, owner: &Tag, now: Timestamp) -> Result<Owned, Outage> {
        let request = self
            .update_owned(id, owner, now)
            .condition_expression(format!(
                "{OF_OWNER} AND (attribute_not_exists(decision) OR decision = :allow)"
            ))
            .update_expression("SET decision = :allow")
            .expression_attribute_values(":allow", text("allow"));
        settle(request).await
    }

    async fn deny_device(
        &self,
        id: &GrantId,
        owner: &Tag,
        now: Timestamp,
        told: &Event,
    ) -> Result<Owned, Outage> {
        let request = self
            .update_owned(id, owner, now)
            // Its own event: a resent write is ours, a second refusal is not.
            .condition_expression(format!(
                "{OF_OWNER} AND (attribute_not_exists(decision) OR audit.id = :id)"
            ))
            .update_expression("SET decision = :deny, audit = :audit")
            .expression_attribute_values(":deny", text("deny"))
            .expression_attribute_values(":id", text(&told.id))
            .expression_attribute_values(":audit", event(told)?);
        settle(request).await
    }
}
