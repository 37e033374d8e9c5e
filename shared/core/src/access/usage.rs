//! Use that is written down: the day of the last one, marked once a day for each process and credential, and the
//! requests of connections, counted.

use super::unusual::is_connected;
use super::{Bearer, Refusal};
use crate::activity::{Batch, Meter};
use crate::clock::Timestamp;
use crate::memory::Memory;
use crate::standing::{Actor, Standing, Subject};
use crate::store::{CountRequests, MarkUse, Used};

/// Most marks remembered.
const MAX_MARKS: usize = 2_000;

/// What a process has marked, and on which day.
pub type UseMemory = Memory<(Used, Timestamp), ()>;

/// A memory that forgets after a day.
pub fn use_memory() -> UseMemory {
    Memory::new(86_400, MAX_MARKS)
}

/// Marks the day on which a request of `bearer` passed, unless its standing or this process knows of it. Best effort: a
/// request is never refused for it, and a mark that failed is not tried again that day.
pub async fn mark_use<S: MarkUse>(
    store: &S,
    memory: &UseMemory,
    (bearer, standing): (&Bearer, &Standing),
    now: Timestamp,
) {
    let Some(used) = used(&bearer.subject) else { return };
    let day = now.day();
    let known = match used {
        Used::Connection { .. } => standing.connection.as_ref().and_then(|it| it.last_used_on),
        Used::Pat { .. } => standing.pat.as_ref().and_then(|it| it.last_used_on),
    };
    let mark = (used, day);
    if known >= Some(day) || memory.get(&mark, now).is_some() {
        return;
    }
    memory.put(&mark, now, ());
    if let Err(outage) = store.mark_use(&mark.0, day).await {
        tracing::warn!(event = "mark_use_failed", %outage);
    }
}

/// Counts a request for a connected account, and how it ended: a refused one only where it is sure that the account is
/// connected (S07). Best effort: what cannot be written is lost.
pub async fn count_request<S: CountRequests>(
    store: &S,
    meter: &Meter,
    (subject, refusal): (&Subject, Option<Refusal>),
    now: Timestamp,
) {
    let connection = subject.account_id().and(subject.client_id()).map(|client| (&subject.tenant_id, client));
    let Some(connection) = connection.filter(|_| refusal.is_none_or(is_connected)) else { return };
    let Some(batch) = meter.count(connection, refusal.is_none(), now) else { return };
    let Batch { tenant_id, client_id, requests } = &batch;
    if let Err(outage) = store.count_requests((tenant_id, client_id), requests).await {
        tracing::warn!(event = "count_requests_failed", %outage);
    }
}

/// What a request uses, of that whose last use is kept.
fn used(subject: &Subject) -> Option<Used> {
    let tenant_id = &subject.tenant_id;
    match &subject.actor {
        Actor::Platform { client_id, .. } | Actor::User { client_id, home: Some(_), .. } => {
            Some(Used::Connection { tenant_id: tenant_id.clone(), client_id: client_id.clone() })
        }
        Actor::Pat { user_id, pat_id } => {
            Some(Used::Pat { user_id: user_id.clone(), pat_id: pat_id.clone() })
        }
        Actor::Client { .. } | Actor::User { .. } => None,
    }
}
