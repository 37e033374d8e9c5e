//! Clients that register themselves, and the tokens that let them.

use std::future::Future;

use crate::audit::Event;
use crate::client::Client;
use crate::clock::Timestamp;
use crate::id::{ClientId, RegistrationTokenId};
use crate::outage::Outage;
use crate::register::InitialAccess;
use crate::store::{Listing, Versioned, Window, Written};

/// Clients that register and manage themselves.
///
/// DynamoDB: BatchGetItem, PutItem on CLIENT#; DeleteItem, PutItem on LIST#CLIENTS; BatchGetItem, ConditionCheckItem, PutItem on REGISTRATION#
pub trait RegisterClients: Send + Sync {
    /// An initial access token; `None` where there is none, or it was revoked.
    fn read_initial_access(
        &self,
        id: &RegistrationTokenId,
    ) -> impl Future<Output = Result<Option<Versioned<InitialAccess>>, Outage>> + Send;

    /// Writes a new client, if the token that admitted it stands as it was seen, and in the same write the token, if its
    /// uses are counted.
    fn register_client(
        &self,
        client: &Client,
        admitted_by: Option<&Versioned<InitialAccess>>,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// One client; `None` where there is none, or it was removed.
    fn read_registered(
        &self,
        id: &ClientId,
    ) -> impl Future<Output = Result<Option<Versioned<Client>>, Outage>> + Send;

    /// Writes a client over the state that was seen.
    fn change_registered(
        &self,
        client: &Client,
        seen: u64,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Removes a client: what is left under its identifier is switched off, listed no longer, and swept.
    fn remove_registered(
        &self,
        client: &Client,
        seen: u64,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}

/// Keeps clients that are used.
///
/// DynamoDB: UpdateItem on CLIENT#; PutItem on LIST#CLIENTS
pub trait KeepClients: Send + Sync {
    /// Lets a client that would cease to exist at `seen` exist until `until`; nothing happens where that moved meanwhile.
    fn keep_client(
        &self,
        id: &ClientId,
        seen: Timestamp,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), Outage>> + Send;
}

/// Initial access tokens.
///
/// DynamoDB: BatchGetItem, PutItem on REGISTRATION#; DeleteItem, PutItem, Query on LIST#
pub trait ManageInitialAccess: Send + Sync {
    /// The tokens, in order of their identifiers; expired ones too, as long as they are kept.
    fn list_initial_access(
        &self,
        window: Window<'_>,
    ) -> impl Future<Output = Result<Listing<InitialAccess>, Outage>> + Send;

    /// One token; `None` where there is none, or it was revoked.
    fn find_initial_access(
        &self,
        id: &RegistrationTokenId,
    ) -> impl Future<Output = Result<Option<Versioned<InitialAccess>>, Outage>> + Send;

    /// Writes a new token.
    fn add_initial_access(
        &self,
        token: &InitialAccess,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Revokes a token, over the state that was seen.
    fn revoke_initial_access(
        &self,
        token: &Versioned<InitialAccess>,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}
