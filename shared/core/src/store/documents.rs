//! Clients whose identifier is the URL of a metadata document.

use std::future::Future;

use crate::audit::Event;
use crate::client::Client;
use crate::id::ClientId;
use crate::outage::Outage;
use crate::store::Versioned;

/// What came of keeping a client.
#[derive(Debug)]
#[must_use]
pub enum Kept {
    /// It is kept; this is how it stands now, with what administrators decided about it.
    Committed(Box<Client>),
    /// Another invocation or an administrator was faster.
    Superseded,
}

/// Keeps what documents say of clients; other clients are out of its reach.
///
/// DynamoDB: GetItem, UpdateItem on CLIENT#https://
pub trait KeepDocuments: Send + Sync {
    /// The kept copy as it stands, with the number of its state.
    fn read_document(
        &self,
        id: &ClientId,
    ) -> impl Future<Output = Result<Option<Versioned<Client>>, Outage>> + Send;

    /// Writes what a document says over `seen`, the copy that was there, as its next state, and leaves alone what
    /// administrators decide. An event where it says something new.
    fn keep_document(
        &self,
        client: &Client,
        seen: Option<&Versioned<Client>>,
        event: Option<&Event>,
    ) -> impl Future<Output = Result<Kept, Outage>> + Send;
}
