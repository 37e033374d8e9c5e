//! Unusual use (R12, S15): bursts of refusals, volume far above an account's norm, and uses from new networks.
//!
//! A process counts by itself and adds what it has counted to a tally in the table, a full batch at a time: a request
//! costs a call only where it fills one. What is left of a batch when its window ends is forgotten, so that all
//! processes together may miss up to `batch - 1` each. Best effort: a fault of the table, or half a second without an answer,
//! loses a batch and nothing else.

mod pattern;
mod sightings;
mod tally;

pub use pattern::Pattern;
pub use sightings::Sightings;
pub use tally::Tally;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::audit::Event;
use crate::clock::Timestamp;
use crate::store::KeepTallies;

/// Most names that a process counts for; beyond that it starts afresh.
const MAX_NAMES: usize = 5_000;

/// What one process has counted and not yet added to the table.
#[derive(Default)]
pub struct Watch(Mutex<HashMap<String, Here>>);

/// The count of one name in one window.
#[derive(Clone, Copy)]
struct Here {
    window: u64,
    count: u32,
    /// Whether the signal of this window was raised, so that counting on would tell nobody anything.
    over: bool,
}

/// A full batch, to be added to the table.
#[derive(Debug)]
#[must_use]
pub struct Batch {
    pattern: Pattern,
    name: String,
    window: u64,
    now: Timestamp,
}

impl Watch {
    /// Counts one of `who`; the batch where this one fills it.
    pub fn count(&self, pattern: Pattern, who: &str, now: Timestamp) -> Option<Batch> {
        let window = now.as_secs() / pattern.seconds();
        let name = format!("{}.{who}", pattern.name());
        let mut names = self.lock();
        if names.len() >= MAX_NAMES && !names.contains_key(&name) {
            names.clear();
        }
        let fresh = Here { window, count: 0, over: false };
        let here = names.entry(name.clone()).or_insert(fresh);
        if here.window != window {
            *here = fresh;
        }
        here.count += u32::from(!here.over);
        let is_full = here.count >= pattern.batch();
        if is_full {
            here.count = 0;
        }
        is_full.then_some(Batch { pattern, name, window, now })
    }

    /// Adds a batch to its tally; where that is unusual, raises the signal that [`Batch::signal`] began, once in each
    /// window.
    pub async fn report<S: KeepTallies>(&self, store: &S, batch: Batch, signal: Event) {
        let Batch { pattern, name, window, now } = &batch;
        let tally = match store.add_to_tally(name, *window, pattern.batch(), *now).await {
            Ok(Some(tally)) => tally,
            Ok(None) => return,
            Err(outage) => return tracing::warn!(event = "tally_failed", %outage),
        };
        if tally.raised == Some(*window) {
            return self.end(&batch);
        }
        if !pattern.is_unusual(&tally, *now) {
            return;
        }
        let signal = signal.with("count", &tally.count).with("seconds", &pattern.seconds());
        match store.raise_signal(name, *window, &signal.with("norm", &tally.norm)).await {
            Ok(()) => self.end(&batch),
            // The next full batch tries again.
            Err(outage) => tracing::warn!(event = "signal_failed", %outage),
        }
    }

    /// Counts no further in the window of this batch, unless a norm is made of it.
    fn end(&self, batch: &Batch) {
        if batch.pattern.has_norm() {
            return;
        }
        if let Some(here) = self.lock().get_mut(&batch.name).filter(|here| here.window == batch.window) {
            here.over = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Here>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Batch {
    /// The signal, in case that this batch makes the tally unusual. It has one identifier in each window.
    pub fn signal(&self) -> Event {
        let Self { pattern, name, window, now } = self;
        Event::of_watch(pattern.signal(), &format!("{name}.{window}"), *now).with("of", pattern.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_of_one_name_and_one_window() {
        let (watch, now) = (Watch::default(), Timestamp::from_secs(3_000));
        let of = |who: &str, now| watch.count(Pattern::RefusedRequests, who, now).is_some();
        let batch = Pattern::RefusedRequests.batch();
        assert!((1..batch).all(|_| !of("a", now)) && !of("b", now) && of("a", now));
        assert!((1..batch).all(|_| !of("a", now)), "it begins again");
        assert!(
            !of("a", now.plus(Pattern::RefusedRequests.seconds())),
            "what is left of a window is forgotten"
        );
    }

    #[test]
    fn names_are_bounded() {
        let watch = Watch::default();
        for who in 0..2 * MAX_NAMES {
            assert!(watch.count(Pattern::Volume, &who.to_string(), Timestamp::from_secs(0)).is_none());
        }
        assert!(watch.lock().len() <= MAX_NAMES);
    }
}
