//! Nonces of ours (RFC 9449 section 8): a mac over a window of time, so that nothing is stored.

use std::fmt;

use postern_jose::base64url;
use subtle::ConstantTimeEq;

use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose};
use crate::lifetime;

/// Bytes of the mac that a nonce shows.
const LENGTH: usize = 16;

/// The nonce that a client is told to use now.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerNonce(String);

impl ServerNonce {
    /// The nonce of this moment.
    pub fn now(keys: &CredentialKeys, now: Timestamp) -> Self {
        Self(of_window(keys, now.as_secs() / lifetime::DPOP_NONCE))
    }

    /// Whether a nonce is that of this window, or of the one before.
    pub fn is_live(presented: &str, keys: &CredentialKeys, now: Timestamp) -> bool {
        let window = now.as_secs() / lifetime::DPOP_NONCE;
        let live = [window, window.saturating_sub(1)].map(|window| of_window(keys, window));
        live.iter().any(|nonce| bool::from(nonce.as_bytes().ct_eq(presented.as_bytes())))
    }

    /// The text, for the header `DPoP-Nonce`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServerNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerNonce")
    }
}

fn of_window(keys: &CredentialKeys, window: u64) -> String {
    let tag = keys.tag(Purpose::DpopNonce, &[&window.to_be_bytes()]);
    base64url::encode(tag.as_bytes().split_at(LENGTH).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_lives_for_its_window_and_the_next_one() {
        let keys = CredentialKeys::new(&[7; 32]);
        let at = |windows: u64| Timestamp::from_secs(1_800_000_000 + windows * lifetime::DPOP_NONCE);
        let nonce = ServerNonce::now(&keys, at(0));
        let live = |windows| ServerNonce::is_live(nonce.as_str(), &keys, at(windows));
        assert!(live(0) && live(1) && !live(2));
        assert!(!ServerNonce::is_live(nonce.as_str(), &CredentialKeys::new(&[8; 32]), at(0)));
        assert!(!ServerNonce::is_live("", &keys, at(0)));
    }
}
