//! The keys of one issuer.

use crate::PublicKey;

/// The keys of one issuer, found by `kid` alone (RFC 8725 section 3.10: never by `jku`, `x5u` or `jwk`).
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<PublicKey>);

impl KeySet {
    /// Holds `keys`. Of two keys with the same `kid`, the first one counts.
    pub fn new(keys: Vec<PublicKey>) -> Self {
        Self(keys)
    }

    /// The key called `kid`, compared exactly. A set has a handful of keys: a scan beats a map.
    pub fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.kid() == kid)
    }

    /// Every key, in the order given to [`KeySet::new`].
    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter()
    }
}
