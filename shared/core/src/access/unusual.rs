//! Unusual use of an API (R12, S15): refusals and volume are counted by whom they are of.

use super::Refusal;
use crate::audit::Event;
use crate::id::{ClientId, PatId, TenantId};
use crate::server::Server;
use crate::standing::{Actor, Subject};
use crate::store::KeepTallies;
use crate::watch::Pattern;

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
