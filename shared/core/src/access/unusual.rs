//! Unusual use of an API (R12, S15): refusals and volume are counted by whom they are of, and networks remembered.

use std::net::IpAddr;

use super::Refusal;
use crate::audit::{Event, NEW_NETWORK, network_of};
use crate::id::{ClientId, PatId, TenantId};
use crate::memory::Memory;
use crate::server::Server;
use crate::standing::{Actor, Subject};
use crate::store::{KeepTallies, WatchNetworks};
use crate::watch::Pattern;

/// Most pairs of a credential and a network that a process remembers.
const MAX_PAIRS: usize = 20_000;

/// From where a process has seen which credential.
pub type NetworkMemory = Memory<(String, String), ()>;

/// A memory that forgets after a day.
pub fn network_memory() -> NetworkMemory {
    Memory::new(86_400, MAX_PAIRS)
}

/// Counts a refusal of somebody who has proved who they are.
pub async fn note_refusal<S: KeepTallies, V>(server: &Server<S, V>, subject: &Subject, refusal: Refusal) {
    match &subject.actor {
        // The tenant that a platform has named may be nothing to it: what it does in vain is its own business (S07).
        Actor::Platform { home, client_id } if !is_connected(refusal) => {
            let who = format!("{home}.{client_id}");
            let about = |event: Event| event.in_tenant(home).with_client(client_id);
            note(server, Pattern::RefusedRequests, &who, about).await;
        }
        _ => note(server, Pattern::RefusedRequests, &name(subject), |event| told(event, subject)).await,
    }
}

/// Whether a platform is refused so only where the account that it names is connected to it.
pub(super) const fn is_connected(refusal: Refusal) -> bool {
    match refusal {
        Refusal::TenantSuspended
        | Refusal::DomainMismatch
        | Refusal::IpNotAllowed
        | Refusal::UnknownRoute
        | Refusal::InsufficientScope
        | Refusal::InsufficientRole
        | Refusal::InsufficientUserAuthentication
        | Refusal::RateLimited => true,
        Refusal::MissingToken
        | Refusal::InvalidToken
        | Refusal::InvalidProof
        | Refusal::TokenExpired
        | Refusal::InvalidConnectedAccount
        | Refusal::ConnectionRevoked => false,
    }
}

/// Counts a request that passes, where it is for a connected account.
pub async fn note_use<S: KeepTallies, V>(server: &Server<S, V>, subject: &Subject) {
    if subject.account_id().is_some() {
        note(server, Pattern::Volume, &name(subject), |event| told(event, subject)).await;
    }
}

/// Remembers from where a request came that passes; once a day in each process for each credential and network. Best
/// effort: what failed is not tried again that day.
pub async fn note_network<S: WatchNetworks, V>(
    server: &Server<S, V>,
    memory: &NetworkMemory,
    (subject, source): (&Subject, Option<IpAddr>),
) {
    let Some(source) = source.filter(|_| stays(subject)) else { return };
    let (now, pair) = (server.now(), (name(subject), network_of(source)));
    if memory.get(&pair, now).is_some() {
        return;
    }
    memory.put(&pair, now, ());
    let (who, network) = pair;
    let name = format!("networks.{who}");
    let signal = Event::of_watch(NEW_NETWORK, &format!("{name}.{}", now.day().as_secs()), now);
    let signal = Event { network: Some(network.clone()), ..told(signal, subject) };
    if let Err(outage) = server.store.see_network(&name, &network, &signal).await {
        tracing::warn!(event = "see_network_failed", %outage);
    }
}

/// Whether it is servers that hold the credential. People travel: theirs is watched where it is refreshed.
const fn stays(subject: &Subject) -> bool {
    match &subject.actor {
        Actor::Client { .. } | Actor::Platform { .. } | Actor::Pat { .. } => true,
        Actor::User { home, .. } => home.is_some(),
    }
}

async fn note<S: KeepTallies, V>(
    server: &Server<S, V>,
    pattern: Pattern,
    who: &str,
    about: impl FnOnce(Event) -> Event,
) {
    if let Some(batch) = server.watch.count(pattern, who, server.now()) {
        let signal = about(batch.signal());
        server.watch.report(&server.store, batch, signal).await;
    }
}

/// A client, which as a platform is a connection, or a personal access token, at one tenant.
fn name(subject: &Subject) -> String {
    let actor = subject.client_id().map(ClientId::as_str).or(subject.pat_id().map(PatId::as_str));
    format!("{}.{}", TenantId::as_str(&subject.tenant_id), actor.unwrap_or_default())
}

/// Who acts, and no user: those of one client are counted together.
fn told(event: Event, subject: &Subject) -> Event {
    let mut told = event.in_tenant(&subject.tenant_id);
    told.client_id = subject.client_id().cloned();
    told.pat_id = subject.pat_id().cloned();
    told.account_id = subject.account_id();
    told
}
