//! The ports of the store: one trait per thing that a function may do, so that its bounds read like its IAM
//! statement. The line `DynamoDB:` of each trait is that statement; `tests/architecture` compares the two.
//!
//! A state change is one atomic verb whose result must be matched. [`Outage`] is never a verdict.

mod activity;
mod admin;
mod assertions;
mod audit;
mod browser;
mod connections;
mod devices;
mod documents;
mod grants;
mod invitations;
mod limits;
mod logouts;
mod passwords;
mod pats;
mod people;
mod proofs;
mod pushed;
mod registrations;
mod users;
mod watch;

pub use activity::{CountRequests, LoadRequests};
pub use admin::{
    Listing, ManageApis, ManageClients, ManageMembers, ManageTenants, Membership, Newcomer, Seen, Versioned,
    Window, Written,
};
pub use assertions::UseAssertions;
pub use audit::{Page, RecordEvents, Search, SearchEvents};
pub use browser::{
    Begun, ChargeLogins, Consent, ForgetConsents, Interactions, ListSessions, RememberConsents, Remembered,
    Sessions, Surplus,
};
pub use connections::{
    Connect, Connected, Connecting, Disconnected, EndConnections, LoadConnections, ManageConnections,
    MarkUse, Used,
};
pub use devices::{BeginDevices, ClaimDevices, Owned, PollDevices, Polled};
pub use documents::{KeepDocuments, Kept};
pub use grants::{
    Basis, ConfirmTokens, Extension, OpenGrants, Opening, RedeemCodes, Redemption, RevokeGrants,
    RotateTokens, Rotation, Verdict,
};
pub use invitations::{Acceptance, AnswerInvitations, ManageInvitations, Seat};
pub use limits::{LeaseTokens, Leased};
pub use logouts::{DeliverLogouts, EndSessions, Ended, LoadLogouts, NoteVisits, Noted, SessionEnd};
pub use passwords::{ChangePasswords, PasswordChange};
pub use pats::{ListPats, ManagePats, RevokePats};
pub use people::{LoadAccounts, LoadTenants, Provision};
pub use proofs::ClaimProofs;
pub use pushed::{PushRequests, TakeRequests};
pub use registrations::{KeepClients, ManageInitialAccess, RegisterClients};
pub use users::{Departure, ManageUsers, Person};
pub use watch::{KeepTallies, WatchNetworks};

use std::future::Future;

use crate::api::Api;
use crate::audit::Event;
use crate::client::Client;
use crate::clock::Timestamp;
use crate::grant::Grant;
use crate::id::{ClientId, GrantId, TokenId};
use crate::keys::StoredKeys;
use crate::outage::Outage;
use crate::standing::{Standing, Subject};

/// Proof that a write was committed. A prepared answer is released against it, and nothing else.
#[derive(Debug)]
#[must_use]
pub struct Receipt(());

impl Receipt {
    /// Called by a store, after the commit.
    pub const fn committed() -> Self {
        Self(())
    }
}

/// Reads one client.
///
/// DynamoDB: GetItem on CLIENT#
pub trait LoadClients: Send + Sync {
    /// The client, strongly consistent; `None` where there is none.
    fn load_client(&self, id: &ClientId) -> impl Future<Output = Result<Option<Client>, Outage>> + Send;
}

/// Reads the APIs.
///
/// DynamoDB: Query on APIS
pub trait LoadApis: Send + Sync {
    /// Every API that was loaded, by audience.
    fn load_apis(&self) -> impl Future<Output = Result<Vec<Api>, Outage>> + Send;
}

/// Reads the server's keys.
///
/// DynamoDB: GetItem on KEYS
pub trait LoadKeys: Send + Sync {
    /// The keys; `None` before `postern bootstrap` has run.
    fn load_keys(&self) -> impl Future<Output = Result<Option<StoredKeys>, Outage>> + Send;
}

/// Reads a grant beside the client that presents it, in one call.
///
/// DynamoDB: BatchGetItem on CLIENT#, GRANT#
pub trait LoadGrants: Send + Sync {
    /// Both, strongly consistent.
    fn load_grant(
        &self,
        grant: &GrantId,
        client: &ClientId,
    ) -> impl Future<Output = Result<(Option<Grant>, Option<Client>), Outage>> + Send;
}

/// Reads all that a decision about a credential needs, in one call.
///
/// DynamoDB: BatchGetItem on CLIENT#, GRANT#, JTI#, TENANT#, USER#
pub trait LoadStanding: Send + Sync {
    /// The standing of everybody whom `subject` names, strongly consistent.
    fn load_standing(&self, subject: &Subject) -> impl Future<Output = Result<Standing, Outage>> + Send;
}

/// Revokes one access token.
///
/// DynamoDB: PutItem on JTI#
pub trait RevokeTokens: Send + Sync {
    /// Remembers the token as revoked until `expires_at`, when it is useless anyway. Idempotent.
    fn revoke_token(
        &self,
        id: &TokenId,
        expires_at: Timestamp,
        event: &Event,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}
