//! The audit log of a world: the stream goes through the function that is deployed, and the log is read as the admin
//! API reads it.

use std::collections::BTreeSet;

use audit_copy::{Batch, Copier};
use postern_core::audit::{Event, Found, Question, SearchError, search};
use postern_core::clock::Timestamp;
use postern_core::id::{ClientId, TenantId};
use postern_core::settings::DEFAULT_AUDIT_DAYS;
use serde_json::{Value, json};

use crate::world::World;

/// Records of one delivery, as in the template.
const BATCH: usize = 100;

impl World {
    /// A tenant's log, or the deployment's, the oldest event first, after all that has happened. What was delivered
    /// before is delivered again.
    pub async fn events(&self, tenant: Option<&TenantId>) -> Vec<Event> {
        self.deliver_all().await;
        self.log(tenant).await
    }

    /// All logs, one after the other, after all that has happened.
    pub async fn all_events(&self) -> Vec<Event> {
        self.deliver_all().await;
        let dump = self.dump().await;
        let named = dump.lines().filter_map(|line| line.strip_prefix("{\"PK\": \"AUDIT#")?.split('"').next());
        let mut events = Vec::new();
        for log in named.collect::<BTreeSet<_>>() {
            let tenant = (!log.is_empty()).then(|| TenantId::parse(log).expect("a tenant's log"));
            events.extend(self.log(tenant.as_ref()).await);
        }
        events
    }

    async fn deliver_all(&self) {
        for records in self.stream().await.chunks(BATCH) {
            assert_eq!(self.deliver(records).await, json!({ "batchItemFailures": [] }));
        }
    }

    /// A log as it stands, the oldest event first.
    async fn log(&self, tenant: Option<&TenantId>) -> Vec<Event> {
        let (mut events, mut cursor) = (Vec::new(), None);
        loop {
            let page =
                self.search(tenant, (0, u64::from(u32::MAX)), cursor.as_deref()).await.expect("a page");
            events.extend(page.events);
            cursor = page.cursor;
            if cursor.is_none() {
                events.reverse();
                return events;
            }
        }
    }

    /// Every record of the table's stream until now.
    pub async fn stream(&self) -> Vec<Value> {
        let (engines, stream) = self.stream_source();
        let mut records = engines.stream_records(stream).await.expect("a stream");
        // The engines live by the real clock: here every record comes at once.
        for record in &mut records {
            record["dynamodb"]["ApproximateCreationDateTime"] = json!(self.now());
        }
        records
    }

    /// Delivers records to the function; gives its answer.
    pub async fn deliver(&self, records: &[Value]) -> Value {
        let batch: Batch = serde_json::from_value(json!({ "Records": records })).expect("a batch");
        let answer = Copier::new(self.store(), DEFAULT_AUDIT_DAYS).copy(&batch).await;
        serde_json::to_value(answer).expect("JSON")
    }

    /// One page of a log, from the first second to the last.
    pub async fn search(
        &self,
        tenant_id: Option<&TenantId>,
        (from, to): (u64, u64),
        cursor: Option<&str>,
    ) -> Result<Found, SearchError> {
        let (from, to) = (Timestamp::from_secs(from), Timestamp::from_secs(to));
        let question = Question { tenant_id, client_id: None, from, to, limit: 100, cursor };
        search(&self.store(), &self.credential_keys, &question).await
    }

    /// One page of what a tenant's log tells of one client.
    pub async fn search_of(
        &self,
        (tenant_id, client_id): (&TenantId, &ClientId),
        cursor: Option<&str>,
    ) -> Result<Found, SearchError> {
        let (from, to) = (Timestamp::from_secs(0), Timestamp::from_secs(u64::from(u32::MAX)));
        let (tenant_id, client_id) = (Some(tenant_id), Some(client_id));
        let question = Question { tenant_id, client_id, from, to, limit: 100, cursor };
        search(&self.store(), &self.credential_keys, &question).await
    }
}
