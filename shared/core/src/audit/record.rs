//! Events that tell of no change in the table, and for how long events are kept.

use super::Event;
use crate::clock::Timestamp;
use crate::outage::Outage;
use crate::server::Server;
use crate::store::{LoadTenants, Receipt, RecordEvents};
use crate::tenant::Tenant;

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// Writes an event into its log. For what changes nothing: all other events go with their change. [`Outage`] means that
/// nobody knows of what happened, so that it must not happen.
pub async fn record<S: RecordEvents + LoadTenants, V>(
    server: &Server<S, V>,
    event: &Event,
) -> Result<Receipt, Outage> {
    let tenant = match &event.tenant_id {
        Some(id) => server.tenant(id).await?,
        None => None,
    };
    server.store.record_event(event, keep_until(event, tenant.as_ref(), server.audit_days)).await
}

/// When an event may go: after as many days as its tenant says, else after `days`.
pub fn keep_until(event: &Event, tenant: Option<&Tenant>, days: u32) -> Timestamp {
    let days = tenant.and_then(|tenant| tenant.audit_days).unwrap_or(days);
    event.at.plus(u64::from(days) * DAY)
}
