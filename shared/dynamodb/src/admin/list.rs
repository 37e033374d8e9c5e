//! Lists: the items of a partition that only name what is listed.

use postern_core::outage::Outage;
use postern_core::store::{Listing, Window};

use crate::fault::outage;
use crate::item::text;
use crate::table::{DynamoStore, Item};

impl DynamoStore {
    /// One item, strongly consistent.
    pub(super) async fn one(&self, key: Item) -> Result<Option<Item>, Outage> {
        Ok(self.batch(vec![key]).await?.pop())
    }

    /// What is named in `partition` behind `prefix`, in order, without the prefix.
    pub(super) async fn names(
        &self,
        partition: &str,
        prefix: &str,
        window: Window<'_>,
    ) -> Result<Listing<String>, Outage> {
        let from = format!("{prefix}{}", window.after.unwrap_or_default());
        // Above every character of an identifier.
        let to = format!("{prefix}~");
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("PK = :list AND SK BETWEEN :from AND :to")
            .expression_attribute_values(":list", text(partition))
            .expression_attribute_values(":from", text(&from))
            .expression_attribute_values(":to", text(&to))
            // One more than asked for tells whether there are more; another may be the one where we begin.
            .limit(i32::from(window.limit).saturating_add(2));
        let found = request.send().await.map_err(outage)?.items.unwrap_or_default();
        let names = found.iter().filter_map(|item| name_of(item, prefix));
        let mut names: Vec<_> = names.filter(|name| Some(name.as_str()) != window.after).collect();
        let has_more = names.len() > usize::from(window.limit);
        names.truncate(window.limit.into());
        let next = names.last().filter(|_| has_more).cloned();
        Ok(Listing { items: names, next })
    }
}

fn name_of(item: &Item, prefix: &str) -> Option<String> {
    item.get("SK")?.as_s().ok()?.strip_prefix(prefix).map(str::to_owned)
}
