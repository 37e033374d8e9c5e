//! Signals: events that somebody should look at, derived from the events that cause them (S15).

use super::about::NEW_NETWORK;
use std::collections::BTreeMap;

use super::{Actor, Event, Kind, Outcome};
use crate::clock::Timestamp;

impl Event {
    /// The signal `name` that the server raises by itself, without an event that causes it. Whoever raises the `nth` again
    /// raises the same.
    pub fn of_watch(name: &str, nth: &str, at: Timestamp) -> Self {
        let id = format!("{nth}.{}", Kind::Signal.as_str());
        Self::of_server(Kind::Signal, id, at).with("signal", name)
    }

    /// What the server does by itself. Whoever tells it again, by this identifier, tells the same.
    pub(crate) const fn of_server(kind: Kind, id: String, at: Timestamp) -> Self {
        Self {
            id,
            kind,
            at,
            outcome: Outcome::Success,
            tenant_id: None,
            actor: Actor::Server,
            subject: None,
            client_id: None,
            account_id: None,
            grant_id: None,
            pat_id: None,
            network: None,
            details: BTreeMap::new(),
        }
    }

    /// The signal that this event raises, if it is unusual. Derived from the event alone, its identifier too: whoever
    /// derives it again gets the same.
    pub fn signal(&self) -> Option<Self> {
        let name = match self.kind {
            Kind::RefreshReused => "refresh_reused",
            Kind::CodeReplayed => "code_replayed",
            _ if self.details.contains_key(NEW_NETWORK) => NEW_NETWORK,
            _ => return None,
        };
        let id = format!("{}.{}", self.id, Kind::Signal.as_str());
        let signal = Self { id, kind: Kind::Signal, actor: Actor::Server, ..self.clone() };
        Some(signal.with("signal", name).with("cause", &self.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::InvocationId;

    fn event(kind: Kind) -> Event {
        Event::by_operator(kind, &InvocationId::parse("i").unwrap(), Timestamp::from_secs(1))
    }

    #[test]
    fn the_unusual_raises_one_signal_and_the_usual_none() {
        let signal = event(Kind::RefreshReused).signal().unwrap();
        assert_eq!((signal.kind, signal.id.as_str()), (Kind::Signal, "i.refresh.reused.signal.raised"));
        assert_eq!(signal.details.get("cause").map(String::as_str), Some("i.refresh.reused"));
        assert_eq!(event(Kind::TokenRefreshed).signal(), None);
        let elsewhere = event(Kind::TokenRefreshed).with(NEW_NETWORK, "true");
        assert!(elsewhere.signal().is_some());
        assert_eq!(signal.signal(), None);
    }
}
