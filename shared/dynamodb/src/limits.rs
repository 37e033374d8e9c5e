//! Buckets, as the moment at which each will be full again (the generic cell rate algorithm): one attribute, moved
//! forward by what is taken. Microseconds since 1970.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use postern_core::clock::Timestamp;
use postern_core::limit::{Bucket, Rate};
use postern_core::outage::Outage;
use postern_core::store::{LeaseTokens, Leased};

use crate::grants::{Change, change};
use crate::item::number;
use crate::table::{self, DynamoStore};

/// How often a lease looks again after another caller moved the bucket.
const MAX_ROUNDS: u32 = 4;
const SECOND: u64 = 1_000_000;
/// Seconds that the item of an unused bucket stays.
const IDLE: u64 = 86_400;

/// What a bucket's item says.
#[derive(Clone, Copy)]
enum Seen {
    /// It is believed to be in use.
    InUse,
    /// It is full: absent, or full since some time.
    Full,
    /// Exactly this.
    At(u64),
}

impl LeaseTokens for DynamoStore {
    async fn lease(
        &self,
        bucket: &Bucket,
        rate: Rate,
        wanted: u32,
        now: Timestamp,
    ) -> Result<Leased, Outage> {
        let (now, interval) = (now.as_secs() * SECOND, rate.interval());
        let horizon = now + u64::from(rate.burst()) * interval;
        let (mut seen, mut tokens) = (Seen::InUse, wanted.min(rate.burst()));
        for _ in 0..MAX_ROUNDS {
            let cost = u64::from(tokens) * interval;
            let Some(full_at) = self.advance(bucket, seen, (now, cost), horizon).await? else {
                return Ok(Leased::Granted(tokens));
            };
            let Some(full_at) = full_at.filter(|full_at| *full_at > now) else {
                seen = Seen::Full;
                continue;
            };
            let left = horizon.saturating_sub(full_at) / interval;
            if left == 0 {
                let wait = (full_at + interval).saturating_sub(horizon);
                return Ok(Leased::Empty { retry_after: wait.div_ceil(SECOND).max(1) });
            }
            let whole = tokens;
            tokens = wanted.min(u32::try_from(left).unwrap_or(u32::MAX));
            // Where there is enough, others may take from it meanwhile.
            seen = if tokens >= whole { Seen::InUse } else { Seen::At(full_at) };
        }
        // So many others take from it at this very moment that it cannot be far from empty.
        Ok(Leased::Empty { retry_after: 1 })
    }
}

impl DynamoStore {
    /// Moves a bucket forward by `cost`, if it is as `seen` and does not pass `horizon`. `None` when it was moved, else
    /// when it is full, if it is there.
    async fn advance(
        &self,
        bucket: &Bucket,
        seen: Seen,
        (now, cost): (u64, u64),
        horizon: u64,
    ) -> Result<Option<Option<u64>>, Outage> {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(table::limit(bucket)));
        let request = request
            .return_values_on_condition_check_failure(AllOld)
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":now", number(now))
            .expression_attribute_values(":ttl", number(now / SECOND + IDLE));
        let moved = "SET full_at = full_at + :cost, #ttl = :ttl";
        let request = match seen {
            Seen::InUse => request
                .condition_expression("full_at > :now AND full_at <= :latest")
                .update_expression(moved)
                .expression_attribute_values(":cost", number(cost))
                .expression_attribute_values(":latest", number(horizon - cost)),
            Seen::At(full_at) => request
                .condition_expression("full_at = :seen AND full_at > :now")
                .update_expression(moved)
                .expression_attribute_values(":cost", number(cost))
                .expression_attribute_values(":seen", number(full_at)),
            Seen::Full => request
                .condition_expression("attribute_not_exists(PK) OR full_at <= :now")
                .update_expression("SET full_at = :full, #ttl = :ttl")
                .expression_attribute_values(":full", number(now + cost)),
        };
        match change(request).await? {
            Change::Made => Ok(None),
            Change::Refused(item) => Ok(Some(item.as_ref().and_then(full_at))),
        }
    }
}

fn full_at(item: &table::Item) -> Option<u64> {
    item.get("full_at").and_then(|value: &AttributeValue| value.as_n().ok()?.parse().ok())
}
