//! Clients that register themselves, and the tokens that let them.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use postern_core::audit::Event;
use postern_core::client::Client;
use postern_core::clock::Timestamp;
use postern_core::id::{ClientId, RegistrationTokenId};
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::register::InitialAccess;
use postern_core::store::{
    KeepClients, Listing, ManageInitialAccess, RegisterClients, Versioned, Window, Written,
};

use super::clients::{in_lists, swept_after};
use super::transaction::{Transaction, versioned, was_refused};
use crate::fault::outage;
use crate::item::{number, read, take};
use crate::table::{self, DynamoStore, Item, REGISTRATIONS};

impl RegisterClients for DynamoStore {
    async fn read_initial_access(
        &self,
        id: &RegistrationTokenId,
    ) -> Result<Option<Versioned<InitialAccess>>, Outage> {
        self.find_initial_access(id).await
    }

    async fn register_client(
        &self,
        client: &Client,
        admitted_by: Option<&Versioned<InitialAccess>>,
        event: &Event,
    ) -> Result<Written, Outage> {
        let (key, ttl) = (table::client(&client.client_id), swept_after(client));
        let mut change = Transaction::of_swept(self, key, client, (None, event), ttl)?;
        for listed in in_lists(client) {
            change = change.and_put(self, swept(listed, ttl), None)?;
        }
        if let Some(token) = admitted_by {
            let (key, ttl) = address(&token.record);
            change = match token.record.uses_left {
                Some(_) => change.and_over(self, (key, &token.record), token.version, Some(ttl))?,
                // Nothing of it changes, so that any number may come in at once; but its revocation would.
                None => change.and_unchanged(self, key, token.version)?,
            };
        }
        change.commit_beside_others(self).await
    }

    async fn read_registered(&self, id: &ClientId) -> Result<Option<Versioned<Client>>, Outage> {
        let found = self.one(table::client(id)).await?.map(versioned).transpose()?;
        Ok(found.filter(|(_, is_removed)| !is_removed).map(|(client, _)| client))
    }

    async fn change_registered(&self, client: &Client, seen: u64, event: &Event) -> Result<Written, Outage> {
        let (key, ttl) = (table::client(&client.client_id), swept_after(client));
        let mut change = Transaction::of_swept(self, key, client, (Some(seen), event), ttl)?;
        for listed in in_lists(client) {
            change = change.and_put(self, swept(listed, ttl), None)?;
        }
        change.commit(self).await
    }

    async fn remove_registered(&self, client: &Client, seen: u64, event: &Event) -> Result<Written, Outage> {
        let (key, ttl) = (table::client(&client.client_id), swept_after(client));
        let mut change = Transaction::of_removed(self, key, client, (Some(seen), event), ttl)?;
        for listed in in_lists(client) {
            change = change.and_delete(self, listed)?;
        }
        change.commit(self).await
    }
}

impl KeepClients for DynamoStore {
    async fn keep_client(&self, id: &ClientId, seen: Timestamp, until: Timestamp) -> Result<(), Outage> {
        let corrupt = |error| Outage::Corrupt(format!("keep: {error}"));
        let ttl = until.plus(RETENTION);
        let moved = Update::builder()
            .table_name(&self.table)
            .set_key(Some(table::client(id)))
            .condition_expression(
                "attribute_exists(PK) AND attribute_not_exists(removed) AND #registration.expires_at = :seen",
            )
            .update_expression("SET #registration.expires_at = :until, #ttl = :ttl")
            .expression_attribute_names("#registration", "registration")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":seen", number(seen.as_secs()))
            .expression_attribute_values(":until", number(until.as_secs()))
            .expression_attribute_values(":ttl", number(ttl.as_secs()))
            .build()
            .map_err(corrupt)?;
        let listed = swept(table::listed_client(id), Some(ttl));
        let listed =
            Put::builder().table_name(&self.table).set_item(Some(listed)).build().map_err(corrupt)?;
        let request = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(moved).build())
            .transact_items(TransactWriteItem::builder().put(listed).build());
        match request.send().await {
            Ok(_) => Ok(()),
            // Somebody else kept it, or it is gone.
            Err(error) if was_refused(&error) => Ok(()),
            Err(error) => Err(outage(error)),
        }
    }
}

impl ManageInitialAccess for DynamoStore {
    async fn list_initial_access(&self, window: Window<'_>) -> Result<Listing<InitialAccess>, Outage> {
        let named = self.names(REGISTRATIONS, "", window).await?;
        let ids = named.items.iter().filter_map(|id| RegistrationTokenId::parse(id).ok());
        let keys: Vec<Item> = ids.map(|id| table::initial_access(&id)).collect();
        let mut items = self.batch(keys.clone()).await?;
        let found = keys.iter().filter_map(|key| take(&mut items, key)).map(read);
        Ok(Listing { items: found.collect::<Result<_, _>>()?, next: named.next })
    }

    async fn find_initial_access(
        &self,
        id: &RegistrationTokenId,
    ) -> Result<Option<Versioned<InitialAccess>>, Outage> {
        let found = self.one(table::initial_access(id)).await?.map(versioned).transpose()?;
        Ok(found.filter(|(_, is_removed)| !is_removed).map(|(token, _)| token))
    }

    async fn add_initial_access(&self, token: &InitialAccess, event: &Event) -> Result<Written, Outage> {
        let (key, ttl) = address(token);
        let change = Transaction::of_swept(self, key, token, (None, event), Some(ttl))?;
        let listed = swept(table::listed_initial_access(&token.token_id), Some(ttl));
        change.and_put(self, listed, None)?.commit(self).await
    }

    async fn revoke_initial_access(
        &self,
        token: &Versioned<InitialAccess>,
        event: &Event,
    ) -> Result<Written, Outage> {
        let (key, ttl) = address(&token.record);
        let seen = (Some(token.version), event);
        let change = Transaction::of_removed(self, key, &token.record, seen, Some(ttl))?;
        change.and_delete(self, table::listed_initial_access(&token.record.token_id))?.commit(self).await
    }
}

/// Where a token lives, and when it is swept.
fn address(token: &InitialAccess) -> (Item, Timestamp) {
    (table::initial_access(&token.token_id), token.expires_at.plus(RETENTION))
}

fn swept(mut item: Item, ttl: Option<Timestamp>) -> Item {
    item.extend(ttl.map(|ttl| ("ttl".to_owned(), number(ttl.as_secs()))));
    item
}
