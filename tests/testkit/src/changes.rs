//! Whether each change of a world has its event, and each event its one place in the logs.

use std::collections::{BTreeMap, BTreeSet};

use postern_core::audit::Kind;
use serde_json::{Map, Value};

use crate::world::World;

type Image = Map<String, Value>;

/// What a change of an item tells.
enum Rule {
    /// It has an event of its own, unless nothing but these attributes changed.
    Told(&'static [&'static str]),
    /// Its event is that of the state of all APIs, which changes with it.
    Api,
    /// Only its last change has an event.
    Delivery,
    /// It needs none: the item only names what is told of elsewhere, counts, is in flight, or is an event itself.
    Untold,
}

/// What the partitions begin with whose items need no event.
const UNTOLD: [&str; 16] = [
    "ACTIVITY",
    "API",
    "ASSERTION",
    "AUDIT",
    "CONSENT",
    "DEVICE",
    "EMAIL",
    "INTERACTION",
    "LIMIT",
    "LIST",
    "PAR",
    "PROOF",
    "SESSION",
    "SESSIONS",
    "THROTTLE",
    "WATCH",
];

/// The rule of an item under this key. A key that nobody knows has to be thought about first.
fn rule(partition: &str, sort: &str) -> Rule {
    match (first(partition), first(sort)) {
        ("KEYS" | "JTI", _) | ("LIST", "STATE") | ("LOGOUT", "LOGOUT") => Rule::Told(&[]),
        // The number only orders changes.
        ("TENANT", "TENANT") | ("USER", "ACCOUNT") => Rule::Told(&["version"]),
        // The day of the last use.
        ("TENANT", "CONNECTION") | ("USER", "PAT") => Rule::Told(&["last_used_on"]),
        // That somebody used the tokens of the last refresh.
        ("GRANT", _) => Rule::Told(&["confirmed"]),
        // That it was used, or that its document was read again and says the same.
        ("CLIENT", _) => Rule::Told(&["version", "registration.expires_at", "registration.fresh_until"]),
        // The event is that of the client that came in by it.
        ("REGISTRATION", _) => Rule::Told(&["version", "uses_left"]),
        ("APIS", _) => Rule::Api,
        ("LOGOUT", "CLIENT") => Rule::Delivery,
        ("TENANT", "CLIENT" | "INVITATION" | "MEMBER") => Rule::Untold,
        (known, _) if UNTOLD.contains(&known) => Rule::Untold,
        _ => panic!("{partition} {sort}: what does a change of it tell?"),
    }
}

/// What a key says before its first `#`.
fn first(key: &str) -> &str {
    key.split('#').next().unwrap_or_default()
}

/// One record of the stream.
struct Change<'a> {
    partition: &'a str,
    sort: &'a str,
    old: Option<&'a Image>,
    new: Option<&'a Image>,
}

impl<'a> Change<'a> {
    fn of(record: &'a Value) -> Self {
        let change = &record["dynamodb"];
        let key = |name: &str| change["Keys"][name]["S"].as_str().expect("a key");
        let image = |name: &str| change[name].as_object();
        Self { partition: key("PK"), sort: key("SK"), old: image("OldImage"), new: image("NewImage") }
    }

    /// The event that came with it.
    fn event(&self) -> Option<&'a str> {
        event_of(self.new).filter(|id| Some(*id) != event_of(self.old))
    }

    /// What is wrong with it.
    fn fault(&self) -> Option<&'static str> {
        let has_event = self.event().is_some();
        let needs_event = match rule(self.partition, self.sort) {
            Rule::Told(silent) => without(self.old, silent) != without(self.new, silent),
            Rule::Delivery => is_settled(self.new) && !is_settled(self.old),
            Rule::Api | Rule::Untold => has_event,
        };
        match (needs_event, has_event) {
            (true, false) => Some("a change without an event"),
            (false, true) => Some("an event without a change"),
            (true, true) | (false, false) => None,
        }
    }
}

fn event_of(image: Option<&Image>) -> Option<&str> {
    image?.get("audit")?.pointer("/M/id/S")?.as_str()
}

fn is_settled(delivery: Option<&Image>) -> bool {
    delivery.and_then(|image| image.get("state")).is_some_and(|state| state["S"] == "settled")
}

/// An image without its event, the moment after which it is swept, and these attributes.
fn without(image: Option<&Image>, silent: &[&str]) -> Option<Image> {
    let mut image = image?.clone();
    for name in ["audit", "ttl"].iter().chain(silent) {
        let (outer, inner) = name.split_once('.').unwrap_or((*name, ""));
        if inner.is_empty() {
            image.remove(outer);
            continue;
        }
        let outer = image.get_mut(outer).and_then(|it| it.get_mut("M")).and_then(Value::as_object_mut);
        if let Some(members) = outer {
            members.remove(inner);
        }
    }
    Some(image)
}

impl World {
    /// Holds all that has happened to this: every change has an event of its own, and every event stands in one log,
    /// once. Gives the kinds of all events.
    pub async fn assert_every_change_is_told(&self) -> BTreeSet<Kind> {
        let records = self.stream().await;
        let changes: Vec<Change<'_>> = records.iter().map(Change::of).collect();
        let mut written = BTreeSet::new();
        for change in &changes {
            let Change { partition, sort, old, new } = change;
            assert_eq!(change.fault(), None, "{partition} {sort}: {old:#?} became {new:#?}");
            if let Some(id) = change.event() {
                assert!(written.insert(id), "{id} tells of two changes");
            }
        }
        let of = |partition: &str| changes.iter().filter(|change| change.partition == partition).count();
        assert_eq!(of("APIS"), of("LIST#APIS"), "each change of an API has its event");
        let told = self.all_events().await;
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for event in &told {
            *places.entry(&event.id).or_default() += 1;
        }
        let lost: Vec<_> = written.iter().filter(|id| !places.contains_key(**id)).collect();
        assert!(lost.is_empty(), "in no log: {lost:?}");
        let twice: Vec<_> = places.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "more than once: {twice:?}");
        told.iter().map(|event| event.kind).collect()
    }
}
