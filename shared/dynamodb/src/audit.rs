//! The audit log: each tenant's in a partition of its own, in the order of time.

use aws_sdk_dynamodb::types::AttributeValue;
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::outage::Outage;
use postern_core::store::{Page, Receipt, RecordEvents, Search, SearchEvents};

use crate::fault::outage;
use crate::item::{read, text, write};
use crate::table::{self, DynamoStore, Item};

/// Events that one read for one client looks through, a megabyte of them at most.
const EXAMINED: i32 = 1_000;

impl RecordEvents for DynamoStore {
    async fn record_event(&self, event: &Event, keep_until: Timestamp) -> Result<Receipt, Outage> {
        let key = table::event(event.tenant_id.as_ref(), event.at, &event.id);
        // What the log says stays: a second delivery finds the first.
        let _is_new = self.put_new(write(key, event, Some(keep_until))?).await?;
        Ok(Receipt::committed())
    }
}

impl SearchEvents for DynamoStore {
    async fn search_events(&self, search: &Search<'_>) -> Result<Page, Outage> {
        let limit = usize::from(search.limit);
        // One more tells whether there is a next page.
        let examined = search.client_id.map_or(i32::from(search.limit) + 1, |_| EXAMINED);
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = match search.client_id {
            Some(client) => request
                .filter_expression("client_id = :client")
                .expression_attribute_values(":client", text(client)),
            None => request,
        };
        let answer = request
            .key_condition_expression("PK = :log AND SK BETWEEN :from AND :to")
            .expression_attribute_values(":log", text(&table::log(search.tenant_id)))
            .expression_attribute_values(":from", text(&table::moment(search.from)))
            // `$` follows the `#` that every key has after its moment.
            .expression_attribute_values(":to", text(&format!("{}$", table::moment(search.to))))
            .scan_index_forward(false)
            .limit(examined)
            .set_exclusive_start_key(search.after.map(|place| table::place(search.tenant_id, place)))
            .send()
            .await
            .map_err(outage)?;
        let mut items = answer.items.unwrap_or_default();
        // A page ends at its last event, or where the read ended before it was full.
        let next = match items.get(limit.saturating_sub(1)) {
            Some(last) if items.len() > limit => sort_key(last),
            _ => answer.last_evaluated_key.as_ref().and_then(sort_key),
        };
        items.truncate(limit);
        let events = items.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Page { events, next })
    }
}

fn sort_key(item: &Item) -> Option<String> {
    item.get("SK").and_then(|value| AttributeValue::as_s(value).ok()).cloned()
}
