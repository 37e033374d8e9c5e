//! Failed authentication in the name of a client that exists (S15): counted at whichever endpoint it is tried.

use super::Client;
use crate::server::Server;
use crate::store::KeepTallies;
use crate::watch::Pattern;

/// Counts one. Nobody fills logs with names of their own: what names no client is not counted.
pub(crate) async fn note_failure<S: KeepTallies, V>(server: &Server<S, V>, client: &Client) {
    let who = client.client_id.as_str();
    let Some(batch) = server.watch.count(Pattern::RefusedTokens, who, server.now()) else { return };
    let signal = batch.signal().about_client(client);
    server.watch.report(&server.store, batch, signal).await;
}
