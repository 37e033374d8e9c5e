//! Tallies of unusual use: one item for each name, with the count of its current window and what went before.

use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue::AllNew;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::outage::Outage;
use postern_core::store::KeepTallies;
use postern_core::watch::Tally;

use crate::fault::{impatient, outage};
use crate::item::{event, number, read};
use crate::table::{self, DynamoStore, Item};

/// How long each call may take: somebody waits for an answer to which it adds nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often an addition looks again after another process has begun the window.
const MAX_ROUNDS: u32 = 3;
/// Seconds that a tally is kept after its last addition: as long as its norm says something.
const IDLE: u64 = 30 * 86_400;

/// What a conditional write met.
pub(crate) enum Met {
    /// It is made, and this is the item now.
    Made(Item),
    /// The item is in another state, or is not there.
    Other(Option<Item>),
}

impl KeepTallies for DynamoStore {
    async fn add_to_tally(
        &self,
        name: &str,
        window: u64,
        amount: u32,
        now: Timestamp,
    ) -> Result<Option<Tally>, Outage> {
        let mut request = self.in_window(name, window, amount, now);
        for _ in 0..MAX_ROUNDS {
            let seen = match send(request).await? {
                Met::Made(item) => return Ok(Some(read(item)?)),
                Met::Other(item) => item.map(read::<Tally>).transpose()?,
            };
            request = match seen {
                Some(seen) if seen.window > window => return Ok(None),
                Some(seen) if seen.window == window => self.in_window(name, window, amount, now),
                Some(seen) => self
                    .begin(name, &seen.followed_by(window, amount), now)
                    .condition_expression("#window = :seen")
                    .expression_attribute_values(":seen", number(seen.window)),
                None => self
                    .begin(name, &Tally::first(window, amount, now), now)
                    .condition_expression("attribute_not_exists(PK)"),
            };
        }
        Ok(None)
    }

    async fn raise_signal(&self, name: &str, window: u64, signal: &Event) -> Result<(), Outage> {
        let request = self.update_tally(name);
        let request = request
            .condition_expression("#window = :window AND (attribute_not_exists(raised) OR raised < :window)")
            .update_expression("SET raised = :window, audit = :audit")
            .expression_attribute_values(":window", number(window))
            .expression_attribute_values(":audit", event(signal)?);
        // Raised by another process, or in a window that is over: either way there is nothing left to do.
        send(request).await.map(|_| ())
    }
}

impl DynamoStore {
    fn update_tally(&self, name: &str) -> UpdateItemFluentBuilder {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(table::tally(name)));
        request.expression_attribute_names("#window", "window")
    }

    /// Adds to a window that has begun.
    fn in_window(&self, name: &str, window: u64, amount: u32, now: Timestamp) -> UpdateItemFluentBuilder {
        self.update_tally(name)
            .condition_expression("#window = :window")
            .update_expression("SET #count = #count + :amount, #ttl = :ttl")
            .expression_attribute_names("#count", "count")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":window", number(window))
            .expression_attribute_values(":amount", number(amount.into()))
            .expression_attribute_values(":ttl", number(now.plus(IDLE).as_secs()))
    }

    /// Begins a window.
    fn begin(&self, name: &str, tally: &Tally, now: Timestamp) -> UpdateItemFluentBuilder {
        self.update_tally(name)
            .update_expression(
                "SET #window = :window, #count = :count, norm = :norm, since = :since, #ttl = :ttl",
            )
            .expression_attribute_names("#count", "count")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":window", number(tally.window))
            .expression_attribute_values(":count", number(tally.count))
            .expression_attribute_values(":norm", number(tally.norm))
            .expression_attribute_values(":since", number(tally.since.as_secs()))
            .expression_attribute_values(":ttl", number(now.plus(IDLE).as_secs()))
    }
}

/// Sends a write once, and waits for a while.
pub(crate) async fn send(request: UpdateItemFluentBuilder) -> Result<Met, Outage> {
    let request = request.return_values(AllNew).return_values_on_condition_check_failure(AllOld);
    match request.customize().config_override(impatient(PATIENCE)).send().await {
        Ok(answer) => Ok(Met::Made(answer.attributes.unwrap_or_default())),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                Ok(Met::Other(refusal.item().cloned()))
            }
            _ => Err(outage(error)),
        },
    }
}
