//! What connections do, counted by day.

use std::future::Future;

use crate::activity::Requests;
use crate::clock::Timestamp;
use crate::id::{ClientId, TenantId};
use crate::outage::Outage;

/// Counts the requests of connections.
///
/// DynamoDB: UpdateItem on ACTIVITY#
pub trait CountRequests: Send + Sync {
    /// Adds requests to those of their day. Best effort, within a bounded time: an answer that is lost may have counted.
    fn count_requests(
        &self,
        connection: (&TenantId, &ClientId),
        requests: &Requests,
    ) -> impl Future<Output = Result<(), Outage>> + Send;
}

/// Reads the requests of connections.
///
/// DynamoDB: Query on ACTIVITY#
pub trait LoadRequests: Send + Sync {
    /// Those of the days from `since` on that have any, the latest day first.
    fn load_requests(
        &self,
        connection: (&TenantId, &ClientId),
        since: Timestamp,
    ) -> impl Future<Output = Result<Vec<Requests>, Outage>> + Send;
}
