//! Items to records and back, and the three plain calls that most ports need.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::outage::Outage;
use postern_core::store::Receipt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::outage;
use crate::table::{DynamoStore, Item};

/// Most keys of one BatchGetItem call.
const MAX_BATCH_KEYS: usize = 100;
/// Most rounds of a batch whose keys come back unprocessed (DB08).
const MAX_BATCH_ROUNDS: u32 = 3;

/// Reads a record; [`Outage::Corrupt`] names what the item is not.
pub(crate) fn read<T: DeserializeOwned>(item: Item) -> Result<T, Outage> {
    let corrupt = |error| Outage::Corrupt(format!("{} item: {error}", std::any::type_name::<T>()));
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(corrupt)
}

/// A record as an item under `key`, to be swept after `ttl`.
pub(crate) fn write(key: Item, record: &impl Serialize, ttl: Option<Timestamp>) -> Result<Item, Outage> {
    let corrupt = |error| Outage::Corrupt(format!("record: {error}"));
    let mut item: Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(record).map_err(corrupt)?;
    item.extend(key);
    if let Some(ttl) = ttl {
        item.insert("ttl".to_owned(), number(ttl.as_secs()));
    }
    Ok(item)
}

/// An audit event as the attribute `audit` of the item whose change it tells of.
pub(crate) fn event(event: &Event) -> Result<AttributeValue, Outage> {
    value(event)
}

/// A record as an item under `key`, with the event that its write tells of, to be swept after `ttl`.
pub(crate) fn write_with_event(
    key: Item,
    record: &impl Serialize,
    ttl: Option<Timestamp>,
    told: &Event,
) -> Result<Item, Outage> {
    let mut item = write(key, record, ttl)?;
    item.insert("audit".to_owned(), event(told)?);
    Ok(item)
}

/// Any value as an attribute.
pub(crate) fn value(value: &impl Serialize) -> Result<AttributeValue, Outage> {
    let corrupt = |error| Outage::Corrupt(format!("attribute: {error}"));
    serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(value).map_err(corrupt)
}

/// A string attribute.
pub(crate) fn text(value: &(impl ToString + ?Sized)) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// A number attribute.
pub(crate) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

impl DynamoStore {
    /// Reads one item, strongly consistent (DB02).
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: Item) -> Result<Option<T>, Outage> {
        let request = self.client.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        let answer = request.send().await.map_err(outage)?;
        answer.item.map(read).transpose()
    }

    /// Writes one item, whatever was there before.
    pub(crate) async fn put(&self, item: Item) -> Result<Receipt, Outage> {
        self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await.map_err(outage)?;
        Ok(Receipt::committed())
    }

    /// Writes one item unless there is one under its key; gives whether it did. After a lost acknowledgement it finds
    /// its own.
    pub(crate) async fn put_new(&self, item: Item) -> Result<bool, Outage> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        match request.condition_expression("attribute_not_exists(PK)").send().await {
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

    /// Deletes one item, if it is there.
    pub(crate) async fn delete(&self, key: Item) -> Result<Receipt, Outage> {
        let request = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        request.send().await.map_err(outage)?;
        Ok(Receipt::committed())
    }

    /// Reads items, strongly consistent, in one call for each hundred; in no order, and only those that exist.
    pub(crate) async fn batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, Outage> {
        let mut found = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(MAX_BATCH_KEYS) {
            self.batch_chunk(chunk.to_vec(), &mut found).await?;
        }
        Ok(found)
    }

    async fn batch_chunk(&self, keys: Vec<Item>, found: &mut Vec<Item>) -> Result<(), Outage> {
        let mut pending = keys;
        for _ in 0..MAX_BATCH_ROUNDS {
            let wanted = KeysAndAttributes::builder().set_keys(Some(pending)).consistent_read(true).build();
            let wanted = wanted.map_err(|error| Outage::Corrupt(format!("batch: {error}")))?;
            let request = self.client.batch_get_item().request_items(&self.table, wanted);
            let answer = request.send().await.map_err(outage)?;
            found.extend(answer.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let unprocessed = answer.unprocessed_keys.into_iter().flatten();
            pending = unprocessed.flat_map(|(_, left)| left.keys).collect();
            if pending.is_empty() {
                return Ok(());
            }
        }
        Err(Outage::Throttled)
    }
}

/// Takes the item that lives under `key` out of a batch.
pub(crate) fn take(items: &mut Vec<Item>, key: &Item) -> Option<Item> {
    let under_key = |item: &Item| item.get("PK") == key.get("PK") && item.get("SK") == key.get("SK");
    let position = items.iter().position(under_key)?;
    Some(items.swap_remove(position))
}
