//! What is kept to notice unusual use: tallies, and networks.

use std::future::Future;

use crate::audit::Event;
use crate::clock::Timestamp;
use crate::outage::Outage;
use crate::watch::Tally;

/// Counts for all processes together.
///
/// DynamoDB: UpdateItem on WATCH#
pub trait KeepTallies: Send + Sync {
    /// Adds to the tally of `name` in its window `window`, and gives what it has come to; `None` where a later window has
    /// begun, or others were faster again and again. Best effort, within a bounded time: an answer that is lost may have
    /// counted.
    fn add_to_tally(
        &self,
        name: &str,
        window: u64,
        amount: u32,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Tally>, Outage>> + Send;

    /// Raises the signal of a window, unless it was raised before: the event goes with the mark that says so.
    fn raise_signal(
        &self,
        name: &str,
        window: u64,
        signal: &Event,
    ) -> impl Future<Output = Result<(), Outage>> + Send;
}

/// Remembers from which networks credentials are used.
///
/// DynamoDB: UpdateItem on WATCH#
pub trait WatchNetworks: Send + Sync {
    /// Adds `network` to those of `name`, as of the moment of `signal`, which goes with it where that is to be told. Best
    /// effort, within a bounded time.
    fn see_network(
        &self,
        name: &str,
        network: &str,
        signal: &Event,
    ) -> impl Future<Output = Result<(), Outage>> + Send;
}
