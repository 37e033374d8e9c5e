//! One attempt to tell one client.

use postern_jose::Vault;

use super::token::sign;
use super::{Delivery, DeliveryState, DeliveryTurn};
use crate::audit::Kind;
use crate::clock::Timestamp;
use crate::http::StatusCode;
use crate::lifetime;
use crate::outage::Outage;
use crate::outbound::FetchError;
use crate::server::Server;
use crate::store::{DeliverLogouts, EndSessions, ListSessions, LoadClients, LoadKeys};

/// What deliveries, and the ends of voided sessions, need of the store.
pub trait LogoutStore: DeliverLogouts + EndSessions + ListSessions + LoadClients + LoadKeys {}

impl<T> LogoutStore for T where T: DeliverLogouts + EndSessions + ListSessions + LoadClients + LoadKeys {}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Progress {
    /// Nothing is left to do.
    Settled,
    /// It is to be tried again, not before this moment.
    Waiting(Timestamp),
}

/// What a client made of an attempt. The texts are for the audit log.
enum Attempt {
    /// It has signed its user out (section 2.8: 200, or 204 of some frameworks).
    Accepted,
    /// It never will, or is not asked again.
    Refused(String),
    /// It may, another time.
    Failed(String),
}

/// Makes a delivery, if it is due. [`Outage`] where the table or the keys cannot be reached: then nothing was counted.
/// A client may be told twice, where the write after its answer was lost; how it ended is told once.
pub async fn deliver<S: LogoutStore, V: Vault>(
    server: &Server<S, V>,
    turn: &DeliveryTurn,
) -> Result<Progress, Outage> {
    let found = server.store.load_delivery(turn).await?;
    let in_charge = |it: &Delivery| it.hops == turn.hops && it.state != DeliveryState::Settled;
    let Some(delivery) = found.filter(in_charge) else { return Ok(Progress::Settled) };
    if server.now() < delivery.next_at {
        return Ok(Progress::Waiting(delivery.next_at));
    }
    match attempt(server, &delivery).await? {
        Attempt::Accepted => settle(server, &delivery, None).await,
        Attempt::Refused(reason) => settle(server, &delivery, Some(&reason)).await,
        Attempt::Failed(reason) => match pause(delivery.attempts) {
            None => settle(server, &delivery, Some(&reason)).await,
            Some(pause) => {
                tracing::warn!(event = "logout_postponed", client_id = %delivery.client_id, reason, pause);
                let next_at = server.now().plus(pause);
                let _receipt = server.store.postpone_delivery(&delivery, next_at).await?;
                Ok(Progress::Waiting(next_at))
            }
        },
    }
}

/// Seconds until the next attempt, after this many and one more that failed; `None` where it was the last.
fn pause(attempts: u32) -> Option<u64> {
    lifetime::LOGOUT_PAUSES.get(usize::try_from(attempts).ok()?).copied()
}

async fn attempt<S: LogoutStore, V: Vault>(
    server: &Server<S, V>,
    delivery: &Delivery,
) -> Result<Attempt, Outage> {
    let fetch = server.outbound()?;
    let client = server.client(&delivery.client_id).await?.filter(|client| client.is_live(server.now()));
    let client = client.filter(|client| client.may_be_told(delivery.visit.host.as_deref()));
    let addressed = client.and_then(|client| {
        let uri = client.openid.backchannel_logout_uri.clone()?;
        Some((client, uri))
    });
    let Some((client, uri)) = addressed else { return Ok(Attempt::Refused("no_address".to_owned())) };
    // Nobody vouched for the client, and whoever waits for its server waits at its pleasure: it is told once.
    let is_unverified = client.registration.is_unverified();
    let failed = |reason| if is_unverified { Attempt::Refused(reason) } else { Attempt::Failed(reason) };
    let token = match sign(server, &client, delivery).await {
        Ok(token) => token,
        Err(outage) if outage.is_transient() => return Err(outage),
        // A key of ours that cannot be used, which is nobody else's failure: somebody may mend that in time.
        Err(outage) => {
            tracing::error!(event = "logout_not_signed", client_id = %client.client_id, %outage);
            return Ok(Attempt::Failed("not_signed".to_owned()));
        }
    };
    // Letters, digits, `-`, `_` and `.`: what a form takes as it is.
    let form = format!("logout_token={}", token.as_str());
    Ok(match fetch.post_form(uri.as_str(), form).await {
        Ok(StatusCode::OK | StatusCode::NO_CONTENT) => Attempt::Accepted,
        Ok(StatusCode::BAD_REQUEST) => Attempt::Refused("status_400".to_owned()),
        Ok(status) => failed(format!("status_{}", status.as_u16())),
        Err(FetchError::Forbidden(_)) => Attempt::Refused("forbidden_address".to_owned()),
        Err(FetchError::Failed(_)) => failed("no_answer".to_owned()),
    })
}

/// Writes the verdict: delivered, or failed for this reason.
async fn settle<S: LogoutStore, V>(
    server: &Server<S, V>,
    delivery: &Delivery,
    failure: Option<&str>,
) -> Result<Progress, Outage> {
    let (attempts, now) = (delivery.attempts.saturating_add(1), server.now());
    let event = match failure {
        None => delivery.event(Kind::LogoutDelivered, attempts, now),
        Some(reason) => delivery.event(Kind::LogoutFailed, attempts, now).with("reason", reason).refused(),
    };
    let _receipt = server.store.settle_delivery(delivery, &event).await?;
    tracing::info!(event = "logout_settled", client_id = %delivery.client_id, attempts, failure);
    Ok(Progress::Settled)
}
