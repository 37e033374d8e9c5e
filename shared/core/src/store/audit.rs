//! The audit log.

use std::future::Future;

use crate::audit::Event;
use crate::clock::Timestamp;
use crate::id::{ClientId, TenantId};
use crate::outage::Outage;
use crate::store::Receipt;

/// Writes events into the logs: those that tell of no change, and, for the stream's consumer, all others.
///
/// DynamoDB: PutItem on AUDIT#
pub trait RecordEvents: Send + Sync {
    /// Writes an event, kept until `keep_until`. Idempotent: an event has one identifier, and so one place.
    fn record_event(
        &self,
        event: &Event,
        keep_until: Timestamp,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}

/// One page of a tenant's log, the latest first.
#[derive(Debug)]
pub struct Page {
    /// The events.
    pub events: Vec<Event>,
    /// Where the next page begins; `None` at the end. For our own hands: a caller gets it sealed (DB13).
    pub next: Option<String>,
}

/// What is looked for in a log.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// Whose log; `None` for the deployment's own.
    pub tenant_id: Option<&'a TenantId>,
    /// Only what is of this client.
    pub client_id: Option<&'a ClientId>,
    /// The first moment that counts.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// Where a page before this one ended.
    pub after: Option<&'a str>,
    /// At most so many events.
    pub limit: u16,
}

/// Reads the logs.
///
/// DynamoDB: Query on AUDIT#
pub trait SearchEvents: Send + Sync {
    /// One page, by one read of bounded size: of a search for one client it may hold fewer events than `limit`, or none, and
    /// still have a next one.
    fn search_events(&self, search: &Search<'_>) -> impl Future<Output = Result<Page, Outage>> + Send;
}
