//! The networks of credentials that servers hold: one item for each credential.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::outage::Outage;
use postern_core::store::WatchNetworks;
use postern_core::watch::Sightings;

use crate::item::{event, number, read, text, value};
use crate::table::{self, DynamoStore};
use crate::tallies::{Met, send};

/// How often it looks again after another process has added a network.
const MAX_ROUNDS: u32 = 3;
/// Seconds that networks are kept after the last sighting: longer than a token lives, so that one which lay idle until it
/// was stolen is not at home wherever it turns up.
const IDLE: u64 = 400 * 86_400;

impl WatchNetworks for DynamoStore {
    async fn see_network(&self, name: &str, network: &str, signal: &Event) -> Result<(), Outage> {
        let mut request = self
            .update_sightings(name, signal.at)
            .condition_expression("contains(networks, :network)")
            .update_expression("SET #ttl = :ttl")
            .expression_attribute_values(":network", text(network));
        for _ in 0..MAX_ROUNDS {
            let seen = match send(request).await? {
                Met::Made(_) => return Ok(()),
                Met::Other(item) => item.map(read::<Sightings>).transpose()?,
            };
            let (next, is_told) = seen.clone().unwrap_or_default().with(network, signal.at);
            request = self.update_sightings(name, signal.at);
            request = request.expression_attribute_values(":networks", value(&next.networks)?);
            request = match seen {
                Some(seen) => request
                    .condition_expression("networks = :seen")
                    .expression_attribute_values(":seen", value(&seen.networks)?),
                None => request.condition_expression("attribute_not_exists(PK)"),
            };
            request = match next.raised_on.filter(|_| is_told) {
                Some(day) => request
                    .update_expression(
                        "SET networks = :networks, raised_on = :day, audit = :audit, #ttl = :ttl",
                    )
                    .expression_attribute_values(":day", number(day.as_secs()))
                    .expression_attribute_values(":audit", event(signal)?),
                None => request.update_expression("SET networks = :networks, #ttl = :ttl"),
            };
        }
        Ok(())
    }
}

impl DynamoStore {
    fn update_sightings(&self, name: &str, now: Timestamp) -> UpdateItemFluentBuilder {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(table::tally(name)));
        request
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":ttl", number(now.plus(IDLE).as_secs()))
    }
}
