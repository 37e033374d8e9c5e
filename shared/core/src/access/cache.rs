//! What a process remembers of standings: for a stated time, and a stated number of tokens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Timestamp;
use crate::id::TokenId;
use crate::standing::Standing;

/// Most tokens remembered; beyond it the memory starts afresh.
const MAX_TOKENS: usize = 2_000;

/// Standings by token. Age is told by the wall clock, since a process may be frozen in between (L02).
pub struct StandingCache {
    seconds: u64,
    entries: Mutex<HashMap<TokenId, (Timestamp, Arc<Standing>)>>,
}

impl StandingCache {
    /// A cache whose entries serve for `seconds`: the upper bound of the time until a revocation bites. 0 turns it off.
    pub fn new(seconds: u64) -> Self {
        Self { seconds, entries: Mutex::default() }
    }

    /// What was remembered of a token less than the stated time ago.
    pub fn get(&self, id: &TokenId, now: Timestamp) -> Option<Arc<Standing>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, standing) = entries.get(id)?;
        (*read_at <= now && now.since(*read_at) < self.seconds).then(|| Arc::clone(standing))
    }

    /// Remembers what was read at `read_at`: the moment before the call, so that its duration counts too.
    pub fn put(&self, id: &TokenId, read_at: Timestamp, standing: Arc<Standing>) {
        if self.seconds == 0 {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MAX_TOKENS {
            entries.clear();
        }
        entries.insert(id.clone(), (read_at, standing));
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
        let (cache, id) = (StandingCache::new(15), TokenId::parse("t").unwrap());
        cache.put(&id, at(100), Arc::default());
        assert!(cache.get(&id, at(114)).is_some());
        assert!(cache.get(&id, at(115)).is_none());
    }

    #[test]
    fn l02_a_clock_that_jumps_back_serves_nothing() {
        let (cache, id) = (StandingCache::new(15), TokenId::parse("t").unwrap());
        cache.put(&id, at(100), Arc::default());
        assert!(cache.get(&id, at(99)).is_none());
    }

    #[test]
    fn zero_turns_it_off() {
        let (cache, id) = (StandingCache::new(0), TokenId::parse("t").unwrap());
        cache.put(&id, at(100), Arc::default());
        assert!(cache.get(&id, at(100)).is_none());
    }
}
