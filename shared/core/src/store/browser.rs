//! What a browser leaves in the table: sessions, requests in flight, failed logins, remembered consents.

use std::future::Future;

use crate::authorize::Interaction;
use crate::clock::Timestamp;
use crate::credential::Tag;
use crate::id::{ClientId, InteractionId, UserId};
use crate::outage::Outage;
use crate::session::Session;
use crate::store::Receipt;

/// What came of writing a session in the place of another.
#[derive(Debug)]
#[must_use]
pub enum Replaced {
    /// It is there, and the other is not.
    Committed(Receipt),
    /// The other is no longer as it was seen, or the person may not go on by this login: nothing was written.
    Changed,
}

/// Keeps browsers' sessions, each with its place in the list of its person's.
///
/// DynamoDB: DeleteItem, GetItem, PutItem, UpdateItem on SESSION#; DeleteItem, PutItem on SESSIONS#
/// DynamoDB: `ConditionCheckItem` on USER#
pub trait Sessions: Send + Sync {
    /// Writes a new session.
    fn put_session(&self, session: &Session) -> impl Future<Output = Result<Receipt, Outage>> + Send;

    /// Writes a session in the place of the one under whose name it goes on, all or nothing: a name that has ended is
    /// nobody's any more, and none is taken on by a login that the person's account has voided meanwhile.
    fn replace_session(
        &self,
        old: &Session,
        next: &Session,
    ) -> impl Future<Output = Result<Replaced, Outage>> + Send;

    /// Writes down that a session was used, unless it was ended meanwhile: that stays so.
    fn touch_session(&self, session: &Session) -> impl Future<Output = Result<(), Outage>> + Send;

    /// The session under this tag.
    fn load_session(&self, tag: &Tag) -> impl Future<Output = Result<Option<Session>, Outage>> + Send;
}

/// Finds the sessions of a person, in whichever browsers.
///
/// DynamoDB: Query on SESSIONS#; BatchGetItem on SESSION#
pub trait ListSessions: Send + Sync {
    /// The sessions that are kept, strongly consistent; some may have run out.
    fn load_sessions(&self, user: &UserId) -> impl Future<Output = Result<Vec<Session>, Outage>> + Send;
}

/// Keeps authorization requests in flight.
///
/// DynamoDB: DeleteItem, GetItem, PutItem on INTERACTION#
pub trait Interactions: Send + Sync {
    /// Writes a request.
    fn put_interaction(
        &self,
        interaction: &Interaction,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;

    /// The request with this identifier.
    fn load_interaction(
        &self,
        id: &InteractionId,
    ) -> impl Future<Output = Result<Option<Interaction>, Outage>> + Send;

    /// Forgets a request. Idempotent.
    fn end_interaction(&self, id: &InteractionId) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}

/// Counts failed logins.
///
/// DynamoDB: UpdateItem on THROTTLE#
pub trait ChargeLogins: Send + Sync {
    /// Adds one attempt to the counter of this window, and gives the sum.
    fn charge(
        &self,
        counter: &Tag,
        window_ends: Timestamp,
    ) -> impl Future<Output = Result<u32, Outage>> + Send;

    /// Takes one attempt back: it was no failure.
    fn refund(
        &self,
        counter: &Tag,
        window_ends: Timestamp,
    ) -> impl Future<Output = Result<(), Outage>> + Send;
}

/// A consent that need not be asked for again. Kept by user and client, so that it can be found and forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who consented.
    pub user_id: UserId,
    /// To whom.
    pub client_id: ClientId,
    /// Redirect URI, scopes and tenant: change one, and it is another consent (A16).
    pub terms: Tag,
}

/// For how long a consent counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// When it was given.
    pub given_at: Timestamp,
    /// Until when it need not be asked for again.
    pub expires_at: Timestamp,
}

/// Remembers consents.
///
/// DynamoDB: BatchGetItem, PutItem on CONSENT#
pub trait RememberConsents: Send + Sync {
    /// Remembers a consent. Idempotent.
    fn remember_consent(
        &self,
        consent: &Consent,
        remembered: Remembered,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;

    /// The consent, unless it was forgotten in the second in which it was given, or later.
    fn recall_consent(
        &self,
        consent: &Consent,
    ) -> impl Future<Output = Result<Option<Remembered>, Outage>> + Send;
}

/// Forgets consents.
///
/// DynamoDB: PutItem on CONSENT#
pub trait ForgetConsents: Send + Sync {
    /// Forgets all that the user has consented to for this client until `at`. Idempotent.
    fn forget_consents(
        &self,
        user: &UserId,
        client: &ClientId,
        at: Timestamp,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}
