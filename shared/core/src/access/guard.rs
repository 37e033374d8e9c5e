//! Live revocation: one batch read when a token is new to the process or its standing too old, none otherwise.

use std::sync::Arc;

use super::StandingCache;
use crate::clock::Timestamp;
use crate::grant::{Grant, GrantState};
use crate::outage::Outage;
use crate::standing::{Standing, Subject};
use crate::store::{ConfirmTokens, LoadStanding};

/// The standing of those behind a token, no older than the cache allows. [`Outage`] is a fault, never a refusal (G04).
///
/// The first sight of a token of a new `generation` is marked in its grant: the client has the answer that carried it.
pub async fn load_standing<S: LoadStanding + ConfirmTokens>(
    store: &S,
    cache: &StandingCache,
    subject: &Subject,
    generation: Option<u32>,
    now: Timestamp,
) -> Result<Arc<Standing>, Outage> {
    if let Some(standing) = cache.get(subject, now) {
        return Ok(standing);
    }
    let standing = Arc::new(store.load_standing(subject).await?);
    if let Some(grant) = standing.grant.as_ref().filter(|grant| is_unconfirmed(grant, generation)) {
        // Best effort: without the mark a lost answer is forgiven for longer, and nothing else changes.
        if let Err(outage) = store.confirm(&grant.id, generation.unwrap_or_default()).await {
            tracing::warn!(event = "confirm_failed", %outage, grant_id = %grant.id);
        }
    }
    if standing.knows(subject) {
        cache.put(subject, now, Arc::clone(&standing));
    }
    Ok(standing)
}

fn is_unconfirmed(grant: &Grant, generation: Option<u32>) -> bool {
    let GrantState::Active(active) = &grant.state else { return false };
    let waits = active.refresh.as_ref().is_some_and(|state| state.previous.is_some() && !state.confirmed);
    waits && generation == Some(active.generation)
}
