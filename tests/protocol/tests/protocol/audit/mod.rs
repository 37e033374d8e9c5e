//! The audit log (R12, S15, DB13): one event for each change, in the right log, whatever happens on the way.

mod administration;
mod delivery;
mod events;
mod every_change;
mod networks;
mod page;
mod requests;
mod searches;
mod signals;
mod unusual;

use std::collections::BTreeSet;

use postern_core::audit::{Event, Kind};
use postern_testkit::World;

/// A reader of Acme's log, who remembers what they have seen.
struct Reader<'w> {
    world: &'w World,
    seen: BTreeSet<String>,
}

impl<'w> Reader<'w> {
    /// One who has seen all until now.
    async fn of(world: &'w World) -> Self {
        let mut reader = Self { world, seen: BTreeSet::new() };
        reader.news().await;
        reader
    }

    /// What has happened since, in the order of the log.
    async fn news(&mut self) -> Vec<Event> {
        let events = self.world.events(Some(&self.world.tenants.acme)).await;
        events.into_iter().filter(|event| self.seen.insert(event.id.clone())).collect()
    }

    /// The one thing that has happened since.
    async fn one(&mut self, kind: Kind) -> Event {
        let news = self.news().await;
        let [event] = news.as_slice() else { panic!("one {}: {news:#?}", kind.as_str()) };
        assert_eq!(event.kind, kind, "{event:#?}");
        event.clone()
    }
}

/// The kinds of events, each as often as it occurs.
fn kinds(events: &[Event]) -> Vec<&'static str> {
    let mut kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds
}
