//! Bursts of refusals at the token endpoint: wrong codes and refresh tokens in the name of one client (S15). What fails
//! before that, authentication has counted.

use super::{TokenError, TokenStore};
use crate::id::ClientId;
use crate::server::Server;
use crate::watch::Pattern;

/// Counts a refusal of what a client has presented.
pub(super) async fn note_refusal<S: TokenStore, V>(server: &Server<S, V>, id: &ClientId, error: &TokenError) {
    if !matches!(error, TokenError::Grant(_)) {
        return;
    }
    let Some(batch) = server.watch.count(Pattern::RefusedTokens, id.as_str(), server.now()) else { return };
    if let Ok(Some(client)) = server.client(id).await {
        let signal = batch.signal().about_client(&client);
        server.watch.report(&server.store, batch, signal).await;
    }
}
