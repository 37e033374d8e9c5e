//! The keys that clients publish at a URL, as one process has read them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use postern_jose::{Jwk, parse_published_keys};

use crate::clock::Timestamp;
use crate::lifetime;
use crate::outage::Outage;
use crate::outbound::{Accepted, Fetch};

/// Most key sets that a process remembers; beyond that it starts afresh.
const MAX_REMEMBERED: usize = 500;

/// Key sets by URL.
#[derive(Default)]
pub(crate) struct KeyCache(Mutex<HashMap<String, Entry>>);

/// What came of the last fetch, and of the last one that succeeded.
#[derive(Clone)]
struct Entry {
    tried_at: Timestamp,
    failure: Option<Outage>,
    keys: Option<(Timestamp, Vec<Jwk>)>,
}

/// Which keys will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Those that are remembered.
    Known,
    /// Newer ones: a key was not among those.
    Newer,
}

impl KeyCache {
    /// The keys at `url`. A URL is asked again at most every [`lifetime::KEYS_RETRY`] seconds, whatever is wanted;
    /// [`Outage`] where it did not answer with keys.
    pub(super) async fn load(
        &self,
        fetch: &dyn Fetch,
        url: &str,
        wanted: Wanted,
        now: Timestamp,
    ) -> Result<Vec<Jwk>, Outage> {
        let known = self.lock().get(url).cloned();
        if let Some(answer) = known.as_ref().and_then(|entry| entry.answer(wanted, now)) {
            return answer;
        }
        let before = known.and_then(|entry| entry.keys);
        let fetched = fetch_keys(fetch, url).await;
        let entry = match &fetched {
            Ok(keys) => Entry { tried_at: now, failure: None, keys: Some((now, keys.clone())) },
            Err(outage) => Entry { tried_at: now, failure: Some(outage.clone()), keys: before },
        };
        let mut entries = self.lock();
        if entries.len() >= MAX_REMEMBERED {
            entries.clear();
        }
        entries.insert(url.to_owned(), entry);
        fetched
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// The answer without another fetch; `None` where one is due.
    fn answer(&self, wanted: Wanted, now: Timestamp) -> Option<Result<Vec<Jwk>, Outage>> {
        let within = |at: Timestamp, seconds| at <= now && now.since(at) < seconds;
        let fresh = self.keys.as_ref().filter(|(read_at, _)| within(*read_at, lifetime::CLIENT_KEYS));
        if let (Wanted::Known, Some((_, keys))) = (wanted, fresh) {
            return Some(Ok(keys.clone()));
        }
        if !within(self.tried_at, lifetime::KEYS_RETRY) {
            return None;
        }
        match (&self.failure, fresh) {
            (Some(outage), _) => Some(Err(outage.clone())),
            (None, Some((_, keys))) => Some(Ok(keys.clone())),
            (None, None) => None,
        }
    }
}

async fn fetch_keys(fetch: &dyn Fetch, url: &str) -> Result<Vec<Jwk>, Outage> {
    let fetched = fetch.get(url, Accepted::KEYS).await?;
    let set = serde_json::from_slice(&fetched.body);
    let set = set.map_err(|_| Outage::Unavailable("jwks_uri: not JSON".into()))?;
    parse_published_keys(&set).map_err(|error| Outage::Unavailable(format!("jwks_uri: {error}")))
}
