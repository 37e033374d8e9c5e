//! The ends of sessions, and the clients that are told of them.

use std::future::Future;

use crate::audit::Event;
use crate::backchannel::{Delivery, DeliveryTurn};
use crate::clock::Timestamp;
use crate::credential::Tag;
use crate::id::{ClientId, SessionId};
use crate::outage::Outage;
use crate::session::{Session, Visit};
use crate::store::Receipt;

/// What came of writing a client into a session.
#[derive(Debug)]
#[must_use]
pub enum Noted {
    /// It is written there.
    Noted(Receipt),
    /// The session remembers as many as it can.
    Full,
    /// The session is over.
    Ended,
}

/// The end of a session.
#[derive(Debug)]
pub struct SessionEnd<'a> {
    /// The session as it was seen.
    pub session: &'a Session,
    /// Its name.
    pub id: &'a SessionId,
    /// Who is to be told: one for each of its visits.
    pub deliveries: &'a [Delivery],
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// What came of ending a session.
#[derive(Debug)]
#[must_use]
pub enum Ended {
    /// It is over, by this or by somebody else before.
    Committed(Receipt),
    /// It is no longer as it was seen.
    Changed,
}

/// Remembers who is to be told.
///
/// DynamoDB: UpdateItem on SESSION#
pub trait NoteVisits: Send + Sync {
    /// Writes into a session that a client is to be told of its end.
    fn note_visit(
        &self,
        session: &Tag,
        client: &ClientId,
        visit: &Visit,
    ) -> impl Future<Output = Result<Noted, Outage>> + Send;
}

/// Ends sessions, and with them what depends on them.
///
/// DynamoDB: DeleteItem, GetItem on SESSION#; DeleteItem on SESSIONS#; GetItem, PutItem on LOGOUT#
pub trait EndSessions: Send + Sync {
    /// The session as it stands now.
    fn reload_session(&self, tag: &Tag) -> impl Future<Output = Result<Option<Session>, Outage>> + Send;

    /// Ends a session: the browser's is gone, what depends on it is void, and who is to be told is written down. All or
    /// nothing.
    fn end_session_for_good(
        &self,
        end: &SessionEnd<'_>,
    ) -> impl Future<Output = Result<Ended, Outage>> + Send;
}

/// Says which sessions have ended.
///
/// DynamoDB: GetItem on LOGOUT#
pub trait LoadLogouts: Send + Sync {
    /// Whether the session was ended. One that only ran out was not.
    fn has_ended(&self, session: &SessionId) -> impl Future<Output = Result<bool, Outage>> + Send;
}

/// Keeps what is to be delivered.
///
/// DynamoDB: GetItem, UpdateItem on LOGOUT#
pub trait DeliverLogouts: Send + Sync {
    /// One delivery as it stands.
    fn load_delivery(
        &self,
        turn: &DeliveryTurn,
    ) -> impl Future<Output = Result<Option<Delivery>, Outage>> + Send;

    /// Writes down that an attempt failed, and when there will be another; unless somebody else made this attempt.
    fn postpone_delivery(
        &self,
        delivery: &Delivery,
        next_at: Timestamp,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;

    /// Passes a delivery on, unless it was passed on or settled before: the change comes back through the stream.
    fn pass_on_delivery(&self, turn: &DeliveryTurn) -> impl Future<Output = Result<Receipt, Outage>> + Send;

    /// Writes down how a delivery ended. The first verdict stays, so that it is told once.
    fn settle_delivery(
        &self,
        delivery: &Delivery,
        event: &Event,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}
