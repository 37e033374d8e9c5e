//! What a browser leaves in the table: sessions, requests in flight, failed logins, remembered consents.

use std::future::Future;

use crate::authorize::Interaction;
use crate::clock::Timestamp;
use crate::credential::{PasswordHash, Tag};
use crate::id::{ClientId, InteractionId, UserId};
use crate::outage::Outage;
use crate::session::Session;
use crate::store::{Listing, Receipt, Window};

/// What came of writing a session.
#[derive(Debug)]
#[must_use]
pub enum Begun {
    /// It is there, and the one in whose place it is, if any, is not.
    Committed(Receipt),
    /// The other is no longer as it was seen, or something of these is being written: nothing was written.
    Changed,
    /// The person may not go on by this login any more: nothing was written.
    Void,
}

/// The sessions of one person that give way to one more.
#[derive(Debug, Default)]
pub struct Surplus {
    /// What is listed and is over: it has run out, or nobody can read it.
    pub over: Vec<Tag>,
    /// The oldest of those that are live and too many.
    pub live: Vec<Session>,
}

/// Keeps browsers' sessions, each with its place in the list of its person's. None begins by a login that the person's
/// account has voided meanwhile: by a mark, by switching it off, or by another password than the one that was `proved`.
///
/// DynamoDB: BatchGetItem, DeleteItem, GetItem, PutItem, UpdateItem on SESSION#; DeleteItem, PutItem, Query on SESSIONS#
/// DynamoDB: `ConditionCheckItem` on USER#
pub trait Sessions: Send + Sync {
    /// Writes a new session.
    fn put_session(
        &self,
        session: &Session,
        proved: &PasswordHash,
    ) -> impl Future<Output = Result<Begun, Outage>> + Send;

    /// Writes a session in the place of the one under whose name it goes on, all or nothing: a name that has ended is
    /// nobody's any more.
    fn replace_session(
        &self,
        old: &Session,
        next: &Session,
        proved: &PasswordHash,
    ) -> impl Future<Output = Result<Begun, Outage>> + Send;

    /// Writes down that a session was used, unless it was ended meanwhile: that stays so.
    fn touch_session(&self, session: &Session) -> impl Future<Output = Result<(), Outage>> + Send;

    /// The session under this tag.
    fn load_session(&self, tag: &Tag) -> impl Future<Output = Result<Option<Session>, Outage>> + Send;

    /// Which of the person's sessions give way, where more than `most` are listed; a few at a time.
    fn load_surplus(
        &self,
        user: &UserId,
        most: usize,
        now: Timestamp,
    ) -> impl Future<Output = Result<Surplus, Outage>> + Send;

    /// Deletes what is left of a session that is over. Idempotent.
    fn forget_session(
        &self,
        user: &UserId,
        tag: &Tag,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}

/// Finds the sessions of a person, in whichever browsers.
///
/// DynamoDB: Query on SESSIONS#; BatchGetItem on SESSION#
pub trait ListSessions: Send + Sync {
    /// A part of the sessions that are kept and could last beyond `now`, strongly consistent; some may have run out.
    /// One that cannot be read hides no other.
    fn load_sessions(
        &self,
        user: &UserId,
        window: Window<'_>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Listing<Result<Session, Outage>>, Outage>> + Send;
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
