//! Copies the event of each change from the table's stream into the log that it belongs to, and raises a signal where one
//! is due. Every event has one place, so that it does not matter how often the stream delivers.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt};
use postern_core::audit::{Event, Kind, keep_until};
use postern_core::id::TenantId;
use postern_core::outage::Outage;
use postern_core::store::{LoadTenants, RecordEvents};
use postern_core::tenant::Tenant;
use postern_dynamodb::StreamRecord;
use serde::{Deserialize, Serialize};

/// Writes that may wait for the table at once.
const MAX_WRITES: usize = 16;

/// What Lambda delivers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Batch {
    records: Vec<StreamRecord>,
}

/// From which record on the batch has to be delivered again: `ReportBatchItemFailures`.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    batch_item_failures: Vec<Failed>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    item_identifier: String,
}

/// The function.
#[derive(Debug)]
pub struct Copier<S> {
    store: S,
    days: u32,
}

impl<S: LoadTenants + RecordEvents> Copier<S> {
    /// Keeps events for `days`, unless their tenant says.
    pub const fn new(store: S, days: u32) -> Self {
        Self { store, days }
    }

    /// Copies a batch. The answer names the first record whose event could not be written; without one all is done.
    pub async fn copy(&self, batch: &Batch) -> Answer {
        let told: Vec<(&str, Event)> = batch.records.iter().filter_map(read).collect();
        let Some((first, _)) = told.first() else { return Answer::default() };
        let tenants = match self.tenants(told.iter().map(|(_, event)| event)).await {
            Ok(tenants) => tenants,
            Err(outage) => return failed(first, &outage),
        };
        let writes = told.iter().map(|(place, event)| {
            let tenant = event.tenant_id.as_ref().and_then(|id| tenants.get(id));
            async move { (*place, self.write(event, tenant).await) }
        });
        let mut writes = stream::iter(writes).buffered(MAX_WRITES);
        while let Some((place, written)) = writes.next().await {
            match written {
                Ok(()) => {}
                Err(outage) if outage.is_transient() => return failed(place, &outage),
                Err(outage) => tracing::error!(event = "audit_event_lost", record = place, %outage),
            }
        }
        Answer::default()
    }

    async fn write(&self, event: &Event, tenant: Option<&Tenant>) -> Result<(), Outage> {
        let keep_until = keep_until(event, tenant, self.days);
        let _receipt = self.store.record_event(event, keep_until).await?;
        if let Some(signal) = event.signal() {
            let _receipt = self.store.record_event(&signal, keep_until).await?;
            raise(&signal);
        } else if event.kind == Kind::Signal {
            raise(event);
        }
        Ok(())
    }

    /// The tenants of these events. One that cannot be read has no wishes.
    async fn tenants<'e>(
        &self,
        events: impl Iterator<Item = &'e Event>,
    ) -> Result<BTreeMap<TenantId, Tenant>, Outage> {
        let ids: BTreeSet<TenantId> = events.filter_map(|event| event.tenant_id.clone()).collect();
        let ids: Vec<TenantId> = ids.into_iter().collect();
        match self.store.load_tenants(&ids).await {
            Ok(tenants) => Ok(tenants.into_iter().map(|it| (it.tenant_id.clone(), it)).collect()),
            Err(outage) if outage.is_transient() => Err(outage),
            Err(outage) => {
                tracing::error!(event = "tenants_unreadable", %outage);
                Ok(BTreeMap::new())
            }
        }
    }
}

/// The event of a record. One that cannot be read would block the stream for ever: it is logged and left behind.
fn read(record: &StreamRecord) -> Option<(&str, Event)> {
    match record.event() {
        Ok(event) => event.map(|event| (record.sequence_number(), event)),
        Err(error) => {
            tracing::error!(event = "audit_event_unreadable", %error);
            None
        }
    }
}

/// The line that the template's metric counts; identifiers only.
fn raise(signal: &Event) {
    tracing::warn!(
        event = "signal_raised",
        signal = signal.details.get("signal"),
        tenant = signal.tenant_id.as_ref().map(TenantId::as_str),
        client_id = signal.client_id.as_ref().map(postern_core::id::ClientId::as_str),
        account = signal.account_id.as_ref().map(postern_core::id::AccountId::as_str),
        pat_id = signal.pat_id.as_ref().map(postern_core::id::PatId::as_str),
        grant_id = signal.grant_id.as_ref().map(postern_core::id::GrantId::as_str),
        cause = signal.details.get("cause"),
    );
}

fn failed(place: &str, outage: &Outage) -> Answer {
    tracing::error!(event = "audit_delayed", record = place, %outage);
    Answer { batch_item_failures: vec![Failed { item_identifier: place.to_owned() }] }
}
