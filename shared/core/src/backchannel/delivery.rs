//! A delivery: one client that is to be told of the end of one session.

use serde::{Deserialize, Serialize};

use crate::audit::{Event, Kind};
use crate::clock::Timestamp;
use crate::id::{ClientId, SessionId, UserId};
use crate::session::{Session, Visit};

/// Which delivery, and who is in charge of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryTurn {
    /// The session that ended.
    pub session_id: SessionId,
    /// The client.
    pub client_id: ClientId,
    /// How often the delivery was passed on before.
    pub hops: u32,
}

/// A delivery at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The session that ended.
    pub session_id: SessionId,
    /// The client.
    pub client_id: ClientId,
    /// Whose session it was.
    pub user_id: UserId,
    /// What the client knows of it.
    pub visit: Visit,
    /// When the session ended.
    pub ended_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it may be tried again.
    pub next_at: Timestamp,
    /// How often it was passed on from one invocation to the next: the stream's record with this number is in charge of it,
    /// and no other.
    pub hops: u32,
    /// Where it stands.
    pub state: DeliveryState,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be made, or to be waited for.
    Pending,
    /// The last attempt failed, and whoever made it has not passed it on.
    Waiting,
    /// It was made, or given up: the event says which.
    Settled,
}

impl Delivery {
    /// The deliveries of a session that ends now.
    pub(super) fn of(session: &Session, id: &SessionId, now: Timestamp) -> Vec<Self> {
        let delivery = |(client_id, visit): (&ClientId, &Visit)| Self {
            session_id: id.clone(),
            client_id: client_id.clone(),
            user_id: session.user_id.clone(),
            visit: visit.clone(),
            ended_at: now,
            attempts: 0,
            next_at: now,
            hops: 0,
            state: DeliveryState::Pending,
        };
        session.visits.iter().map(delivery).collect()
    }

    /// How it ended after this many attempts. Named by the delivery, so that it is told once.
    pub(super) fn event(&self, kind: Kind, attempts: u32, now: Timestamp) -> Event {
        let id = format!("{}.{}.{}", self.session_id, self.client_id, kind.as_str());
        let event = Event::of_server(kind, id, now).in_tenant(&self.visit.tenant_id);
        event.to_user(&self.user_id).with_client(&self.client_id).with("attempts", &attempts)
    }
}
