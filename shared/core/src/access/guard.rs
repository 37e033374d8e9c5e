//! Live revocation: one batch read when a token is new to the process or its standing too old, none otherwise.

use std::sync::Arc;

use super::{Bearer, StandingCache};
use crate::clock::Timestamp;
use crate::grant::{Grant, GrantState};
use crate::outage::Outage;
use crate::standing::Standing;
use crate::store::{ConfirmTokens, LoadStanding};

/// The standing of those behind a token, no older than the cache allows. [`Outage`] is a fault, never a refusal (G04).
///
/// The first sight of a token of a new generation is marked in its grant: the client has the answer that carried it.
pub async fn load_standing<S: LoadStanding + ConfirmTokens>(
    store: &S,
    cache: &StandingCache,
    bearer: &Bearer,
    now: Timestamp,
) -> Result<Arc<Standing>, Outage> {
    let token_id = bearer.subject.token_id.as_ref();
    if let Some(standing) = token_id.and_then(|id| cache.get(id, now)) {
        return Ok(standing);
    }
    let standing = Arc::new(store.load_standing(&bearer.subject).await?);
    if let Some((grant, generation)) = standing.grant.as_ref().and_then(|grant| unconfirmed(grant, bearer)) {
        // Best effort: without the mark a lost answer is forgiven for longer, and nothing else changes.
        if let Err(outage) = store.confirm(&grant.id, generation).await {
            tracing::warn!(event = "confirm_failed", %outage, grant_id = %grant.id);
        }
    }
    if let Some(id) = token_id {
        cache.put(id, now, Arc::clone(&standing));
    }
    Ok(standing)
}

fn unconfirmed<'g>(grant: &'g Grant, bearer: &Bearer) -> Option<(&'g Grant, u32)> {
    let GrantState::Active(active) = &grant.state else { return None };
    let waits = active.refresh.as_ref().is_some_and(|state| state.previous.is_some() && !state.confirmed);
    (waits && bearer.generation == Some(active.generation)).then_some((grant, active.generation))
}
