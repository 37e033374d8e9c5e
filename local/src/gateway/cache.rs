//! Kept authorizer answers: found by authorizer and identity values, and by nothing else.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// An authorizer's name and the values of its identity sources.
pub(super) type CacheKey = (String, Vec<String>);

/// More entries than this, and the expired ones go.
const SWEEP_AT: usize = 1000;

/// Answers with the time they expire.
pub(super) struct Cache<T>(Mutex<HashMap<CacheKey, (Instant, T)>>);

impl<T: Clone> Cache<T> {
    /// An empty cache.
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// An answer that has not expired at `now`.
    pub(super) fn get(&self, key: &CacheKey, now: Instant) -> Option<T> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).filter(|(expiry, _)| *expiry > now).map(|(_, answer)| answer.clone())
    }

    /// Keeps an answer for `ttl` from `now`.
    pub(super) fn put(&self, key: CacheKey, answer: T, now: Instant, ttl: Duration) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= SWEEP_AT {
            entries.retain(|_, (expiry, _)| *expiry > now);
        }
        entries.insert(key, (now + ttl, answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_lives_as_long_as_its_ttl_and_for_its_key_alone() {
        let cache = Cache::new();
        let key = |value: &str| ("A".to_owned(), vec![value.to_owned()]);
        let now = Instant::now();
        cache.put(key("x"), 1, now, Duration::from_secs(5));
        assert_eq!(cache.get(&key("x"), now + Duration::from_secs(4)), Some(1));
        assert_eq!(cache.get(&key("x"), now + Duration::from_secs(5)), None);
        assert_eq!(cache.get(&key("y"), now), None);
        assert_eq!(cache.get(&("B".to_owned(), vec!["x".to_owned()]), now), None);
    }
}
