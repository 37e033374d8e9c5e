//! Clients whose identifier is the URL of a metadata document.

use std::future::Future;

use crate::audit::Event;
use crate::client::Client;
use crate::outage::Outage;

/// What came of keeping a client.
#[derive(Debug)]
#[must_use]
pub enum Kept {
    /// It is kept; this is how it stands now, with what administrators decided about it.
    Committed(Box<Client>),
    /// Another invocation was faster.
    Superseded,
}

/// Keeps what documents say of clients; other clients are out of its reach.
///
/// DynamoDB: UpdateItem on CLIENT#https://
pub trait KeepDocuments: Send + Sync {
    /// Writes what a document says over `seen`, the copy that was there, and leaves alone what administrators decide. An
    /// event where it says something new.
    fn keep_document(
        &self,
        client: &Client,
        seen: Option<&Client>,
        event: Option<&Event>,
    ) -> impl Future<Output = Result<Kept, Outage>> + Send;
}
