//! Bursts of refusals at the token endpoint: wrong secrets, codes and refresh tokens in the name of one client (S15).

use super::{TokenError, TokenStore};
use crate::client::ClientAuthError;
use crate::id::ClientId;
use crate::server::Server;
use crate::watch::Pattern;

/// Counts a refusal, unless it says nothing about a client that exists: nobody fills logs with names of their own.
pub(super) async fn note_refusal<S: TokenStore, V>(server: &Server<S, V>, id: &ClientId, error: &TokenError) {
    let counts = match error {
        TokenError::Client(reason) => *reason != ClientAuthError::Unknown,
        TokenError::Grant(_) => true,
        _ => false,
    };
    if !counts {
        return;
    }
    let Some(batch) = server.watch.count(Pattern::RefusedTokens, id.as_str(), server.now()) else { return };
    if let Ok(Some(client)) = server.client(id).await {
        let signal = batch.signal().about_client(&client);
        server.watch.report(&server.store, batch, signal).await;
    }
}
