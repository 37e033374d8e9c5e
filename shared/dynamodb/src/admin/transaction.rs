//! Changes of several items at once, all or nothing. The state that a change starts from is its condition.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::id::UserId;
use postern_core::outage::Outage;
use postern_core::store::{Receipt, Seen, Versioned, Written};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fault::outage;
use crate::item::{number, read, take, text, write, write_with_event};
use crate::table::{DynamoStore, Item};

/// The number of an item's state. What other ports wrote has none: that counts as 0.
pub(crate) const VERSION: &str = "version";
/// Marks what administrators removed and what stays only so that nobody gets its name again.
const REMOVED: &str = "removed";

/// A condition did not hold.
const REFUSED: &str = "ConditionalCheckFailed";
/// Another transaction had the item at this moment.
const COLLIDED: &str = "TransactionConflict";
/// How often a transaction is sent that collides with others.
const ATTEMPTS: u32 = 4;

/// Whose event an item carries.
#[derive(Deserialize)]
struct Told {
    audit: Option<ToldBy>,
}

#[derive(Deserialize)]
struct ToldBy {
    id: String,
}

/// What to write, and the key under which a write of our own can be recognised.
pub(super) struct Transaction<'a> {
    writes: Vec<TransactWriteItem>,
    witness: Item,
    event: &'a Event,
}

impl<'a> Transaction<'a> {
    /// Begins with the item `record` under `key`, over the state that was seen, carrying the event.
    pub(super) fn of(
        store: &DynamoStore,
        key: Item,
        record: &impl Serialize,
        seen: (Seen, &'a Event),
    ) -> Result<Self, Outage> {
        Self::of_swept(store, key, record, seen, None)
    }

    /// The same with an item that is swept after `ttl`.
    pub(super) fn of_swept(
        store: &DynamoStore,
        key: Item,
        record: &impl Serialize,
        (seen, event): (Seen, &'a Event),
        ttl: Option<Timestamp>,
    ) -> Result<Self, Outage> {
        let item = write_with_event(key.clone(), record, ttl, event)?;
        let begun = Self { writes: Vec::new(), witness: key, event };
        begun.and_put(store, with_version(item, seen), Some(seen))
    }

    /// The same with an item that is swept some day.
    pub(super) fn of_expiring(
        store: &DynamoStore,
        (key, ttl): (Item, Timestamp),
        record: &impl Serialize,
        seen: (Seen, &'a Event),
    ) -> Result<Self, Outage> {
        Self::of_swept(store, key, record, seen, Some(ttl))
    }

    /// Begins with a change under its own condition of the item under `key`, which writes the event.
    pub(super) fn of_update(key: Item, update: UpdateBuilder, event: &'a Event) -> Result<Self, Outage> {
        let update = update.build().map_err(|error| Outage::Corrupt(format!("update: {error}")))?;
        let writes = vec![TransactWriteItem::builder().update(update).build()];
        Ok(Self { writes, witness: key, event })
    }

    /// Marks the item as removed, to be swept after `ttl` if at all.
    pub(super) fn of_removed(
        store: &DynamoStore,
        key: Item,
        record: &impl Serialize,
        (seen, event): (Seen, &'a Event),
        ttl: Option<Timestamp>,
    ) -> Result<Self, Outage> {
        let item = removed(write_with_event(key.clone(), record, ttl, event)?);
        let begun = Self { writes: Vec::new(), witness: key, event };
        begun.and_put(store, with_version(item, seen), Some(seen))
    }

    /// Also writes a new item with an event of its own.
    pub(super) fn and_new(
        self,
        store: &DynamoStore,
        (key, record): (Item, &impl Serialize),
        event: &Event,
    ) -> Result<Self, Outage> {
        let item = write_with_event(key, record, None, event)?;
        self.and_put(store, item, Some(None))
    }

    /// Also writes an item without an event over the state that was seen, to be swept after `ttl`.
    pub(super) fn and_over(
        self,
        store: &DynamoStore,
        (key, record): (Item, &impl Serialize),
        seen: u64,
        ttl: Option<Timestamp>,
    ) -> Result<Self, Outage> {
        let item = with_version(write(key, record, ttl)?, Some(seen));
        self.and_put(store, item, Some(Some(seen)))
    }

    /// Only while an item that is not written stands as it was seen.
    pub(super) fn and_unchanged(mut self, store: &DynamoStore, key: Item, seen: u64) -> Result<Self, Outage> {
        let check = ConditionCheck::builder()
            .table_name(&store.table)
            .set_key(Some(key))
            .condition_expression("#version = :seen")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":seen", number(seen));
        let check = check.build().map_err(|error| Outage::Corrupt(format!("check: {error}")))?;
        self.writes.push(TransactWriteItem::builder().condition_check(check).build());
        Ok(self)
    }

    /// Also writes an item: whatever was there, or over the state that was seen.
    pub(super) fn and_put(
        mut self,
        store: &DynamoStore,
        item: Item,
        seen: Option<Seen>,
    ) -> Result<Self, Outage> {
        let put = Put::builder().table_name(&store.table).set_item(Some(item));
        let put = match seen {
            None => put,
            Some(None) => put.condition_expression("attribute_not_exists(PK)"),
            Some(Some(0)) => put
                .condition_expression("attribute_exists(PK) AND attribute_not_exists(#version)")
                .expression_attribute_names("#version", VERSION),
            Some(Some(seen)) => put
                .condition_expression("#version = :seen")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":seen", number(seen)),
        };
        let put = put.build().map_err(|error| Outage::Corrupt(format!("put: {error}")))?;
        self.writes.push(TransactWriteItem::builder().put(put).build());
        Ok(self)
    }

    /// Also writes an item over the state that was seen, unless what it replaces has expired by now.
    pub(super) fn and_change_unexpired(
        mut self,
        store: &DynamoStore,
        item: Item,
        (seen, now): (u64, Timestamp),
    ) -> Result<Self, Outage> {
        let put = Put::builder()
            .table_name(&store.table)
            .set_item(Some(with_version(item, Some(seen))))
            .condition_expression("#version = :seen AND expires_at > :now")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":seen", number(seen))
            .expression_attribute_values(":now", number(now.as_secs()));
        let put = put.build().map_err(|error| Outage::Corrupt(format!("put: {error}")))?;
        self.writes.push(TransactWriteItem::builder().put(put).build());
        Ok(self)
    }

    /// Also makes these writes.
    pub(super) fn and_all(mut self, writes: impl IntoIterator<Item = TransactWriteItem>) -> Self {
        self.writes.extend(writes);
        self
    }

    /// Also marks an item as removed, over the state that was seen, with an event of its own.
    pub(super) fn and_removed(
        self,
        store: &DynamoStore,
        (key, record): (Item, &impl Serialize),
        seen: u64,
        event: &Event,
    ) -> Result<Self, Outage> {
        let item = removed(write_with_event(key, record, None, event)?);
        self.and_put(store, with_version(item, Some(seen)), Some(Some(seen)))
    }

    /// Also frees an address, if it is still this person's.
    pub(super) fn and_free(
        mut self,
        store: &DynamoStore,
        address: Item,
        owner: &UserId,
    ) -> Result<Self, Outage> {
        let delete = Delete::builder()
            .table_name(&store.table)
            .set_key(Some(address))
            .condition_expression("attribute_not_exists(PK) OR user_id = :owner")
            .expression_attribute_values(":owner", text(owner))
            .build();
        let delete = delete.map_err(|error| Outage::Corrupt(format!("delete: {error}")))?;
        self.writes.push(TransactWriteItem::builder().delete(delete).build());
        Ok(self)
    }

    /// Also deletes an item.
    pub(super) fn and_delete(mut self, store: &DynamoStore, key: Item) -> Result<Self, Outage> {
        let delete = Delete::builder().table_name(&store.table).set_key(Some(key)).build();
        let delete = delete.map_err(|error| Outage::Corrupt(format!("delete: {error}")))?;
        self.writes.push(TransactWriteItem::builder().delete(delete).build());
        Ok(self)
    }

    /// Commits. After a lost acknowledgement it finds its own event in the first item (DB04, DB05).
    pub(super) async fn commit(self, store: &DynamoStore) -> Result<Written, Outage> {
        self.commit_within(store, 1).await
    }

    /// The same where many at once may check one of the items, as every login checks its account: DynamoDB has them cancel
    /// each other, and a suspension must not wait until nobody tries to sign in.
    pub(super) async fn commit_beside_others(self, store: &DynamoStore) -> Result<Written, Outage> {
        self.commit_within(store, ATTEMPTS).await
    }

    async fn commit_within(self, store: &DynamoStore, attempts: u32) -> Result<Written, Outage> {
        let send =
            || store.client.transact_write_items().set_transact_items(Some(self.writes.clone())).send();
        let mut answer = send().await;
        for _ in 1..attempts {
            if !answer.as_ref().is_err_and(has_only_collided) {
                break;
            }
            answer = send().await;
        }
        let fault = match answer {
            Ok(_) => return Ok(Written::Committed(Receipt::committed())),
            Err(error) if was_refused(&error) => None,
            Err(error) => Some(outage(error)),
        };
        if fault.as_ref().is_some_and(|fault| !fault.is_transient()) {
            return Err(fault.unwrap_or(Outage::Throttled));
        }
        let now: Option<Told> = store.one(self.witness).await?.map(read).transpose()?;
        let is_ours = now.and_then(|it| it.audit).is_some_and(|it| it.id == self.event.id);
        match fault {
            _ if is_ours => Ok(Written::Committed(Receipt::committed())),
            Some(fault) => Err(fault),
            None => Ok(Written::Conflict),
        }
    }
}

/// Whether a condition did not hold, or another write came between.
pub(super) fn was_refused<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    is_for(error, REFUSED) || is_for(error, COLLIDED)
}

/// Whether another transaction had one of the items at this moment, and no condition is known not to hold.
fn has_only_collided<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    is_for(error, COLLIDED) && !is_for(error, REFUSED)
}

/// Whether a transaction was cancelled for this reason, maybe among others.
fn is_for<R>(error: &SdkError<TransactWriteItemsError, R>, code: &str) -> bool {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
            canceled.cancellation_reasons().iter().any(|reason| reason.code() == Some(code))
        }
        _ => false,
    }
}

fn removed(mut item: Item) -> Item {
    item.insert(REMOVED.to_owned(), AttributeValue::Bool(true));
    item
}

fn with_version(mut item: Item, seen: Seen) -> Item {
    item.insert(VERSION.to_owned(), number(seen.unwrap_or_default().saturating_add(1)));
    item
}

/// Of what is listed, that which is there, in order: some may have been removed just as it was listed.
pub(super) fn standing<T: DeserializeOwned>(
    listed: &[Item],
    items: &mut Vec<Item>,
) -> Result<Vec<T>, Outage> {
    let mut found = Vec::with_capacity(listed.len());
    for key in listed {
        let item = take(items, key).map(versioned::<T>).transpose()?;
        found.extend(item.filter(|(_, is_removed)| !is_removed).map(|(item, _)| item.record));
    }
    Ok(found)
}

/// An item as it stands, and whether it was removed.
pub(crate) fn versioned<T: DeserializeOwned>(item: Item) -> Result<(Versioned<T>, bool), Outage> {
    let version = item.get(VERSION).and_then(|it| it.as_n().ok()).and_then(|it| it.parse().ok());
    let is_removed = item.contains_key(REMOVED);
    Ok((Versioned { record: read(item)?, version: version.unwrap_or_default() }, is_removed))
}
