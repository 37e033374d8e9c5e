//! What a process remembers between invocations: for a stated time, and a stated number of things.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use crate::clock::Timestamp;

/// Things by key. Age is told by the wall clock, since a process may be frozen in between (L02).
pub struct Memory<K, V> {
    seconds: u64,
    most: usize,
    entries: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Memory<K, V> {
    /// A memory whose entries serve for `seconds`, 0 turns it off. With `most` of them the expired ones go; where
    /// none has expired, it starts afresh.
    pub fn new(seconds: u64, most: usize) -> Self {
        Self { seconds, most, entries: Mutex::default() }
    }

    /// What was put less than the stated time ago; nothing from a future that the clock took back.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, value) = entries.get(key)?;
        (*read_at <= now && now.since(*read_at) < self.seconds).then(|| value.clone())
    }

    /// Remembers what was read at `read_at`: the moment before the call, so that its duration counts too.
    pub fn put(&self, key: &K, read_at: Timestamp, value: V) {
        if self.seconds == 0 {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.most {
            entries.retain(|_, (at, _)| *at <= read_at && read_at.since(*at) < self.seconds);
        }
        if entries.len() >= self.most {
            entries.clear();
        }
        entries.insert(key.clone(), (read_at, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    #[test]
    fn i6_nothing_is_remembered_longer_than_stated() {
        let memory = Memory::new(15, 10);
        memory.put(&"t", at(100), ());
        assert!(memory.get(&"t", at(114)).is_some());
        assert!(memory.get(&"t", at(115)).is_none());
    }

    #[test]
    fn l02_a_clock_that_jumps_back_serves_nothing() {
        let memory = Memory::new(15, 10);
        memory.put(&"t", at(100), ());
        assert!(memory.get(&"t", at(99)).is_none());
    }

    #[test]
    fn what_has_expired_makes_room_for_what_serves() {
        let memory = Memory::new(15, 3);
        for (key, moment) in [("old", 100), ("older", 90), ("young", 110), ("new", 115)] {
            memory.put(&key, at(moment), ());
        }
        assert!(memory.get(&"young", at(116)).is_some() && memory.get(&"new", at(116)).is_some());
        assert_eq!(memory.entries.lock().unwrap().len(), 2);
    }

    #[test]
    fn zero_turns_it_off_and_numbers_are_bounded() {
        let off = Memory::new(0, 10);
        off.put(&1, at(100), ());
        assert!(off.get(&1, at(100)).is_none());
        let small = Memory::new(15, 2);
        (1..=3).for_each(|key| small.put(&key, at(100), ()));
        assert!(small.get(&1, at(100)).is_none() && small.get(&3, at(100)).is_some());
    }
}
