//! A client that registered itself exists as long as it is used (D01).

use crate::client::{Client, Origin};
use crate::lifetime::{CLIENT_USE_MARK, UNUSED_CLIENT};
use crate::server::Server;
use crate::store::KeepClients;

/// Writes down that the client is used, at most once in [`CLIENT_USE_MARK`] seconds. A fault of the table costs nothing:
/// there are many uses before the client's time is up.
pub(super) async fn keep_in_use<S: KeepClients, V>(server: &Server<S, V>, client: &Client) {
    let registration = &client.registration;
    let Some(seen) = registration.expires_at.filter(|_| registration.origin == Origin::Registered) else {
        return;
    };
    let until = server.now().plus(UNUSED_CLIENT);
    if until < seen.plus(CLIENT_USE_MARK) {
        return;
    }
    if let Err(outage) = server.store.keep_client(&client.client_id, seen, until).await {
        tracing::warn!(event = "keep_client_outage", %outage);
    }
}
