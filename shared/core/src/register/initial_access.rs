//! Initial access tokens (RFC 7591 section 3): operators make them, and whoever holds one may register clients.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::entropy::{Entropy, alphanumeric};
use crate::id::RegistrationTokenId;

/// What begins the text of a token.
const PREFIX: &str = "psti_";
/// Characters of its secret: 256 bits.
const LENGTH: usize = 43;

/// A token as the table keeps it: without its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InitialAccess {
    /// Its name.
    pub token_id: RegistrationTokenId,
    /// What operators call it: for whom it is.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is void.
    pub expires_at: Timestamp,
    /// How many more clients it may register; any number where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_left: Option<u32>,
    /// Whether confidential clients that it registers may leave PKCE out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pkce_optional: bool,
    tag: Tag,
}

/// What an operator says of a new token.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What it is called.
    pub label: String,
    /// From when on it is void.
    pub expires_at: Timestamp,
    /// How many clients it may register; any number where absent.
    pub uses: Option<u32>,
    /// Whether confidential clients that it registers may leave PKCE out.
    pub pkce_optional: bool,
}

impl InitialAccess {
    /// Makes a token: its text, which is shown once, and what the table keeps.
    pub fn generate(
        terms: Terms,
        now: Timestamp,
        keys: &CredentialKeys,
        entropy: &dyn Entropy,
    ) -> (Zeroizing<String>, Self) {
        let token_id = RegistrationTokenId::generate(entropy);
        let secret = Zeroizing::new(alphanumeric(entropy, LENGTH));
        let text = Zeroizing::new(format!("{PREFIX}{}.{}", token_id.suffix(), secret.as_str()));
        let tag = tag(&token_id, &secret, keys);
        let Terms { label, expires_at, uses, pkce_optional } = terms;
        let created_at = now;
        (text, Self { token_id, label, created_at, expires_at, uses_left: uses, pkce_optional, tag })
    }

    /// Whether it admits whoever presents this secret now.
    pub(super) fn admits(&self, presented: &Tag, now: Timestamp) -> bool {
        self.tag == *presented && now < self.expires_at && self.uses_left != Some(0)
    }

    /// What is left of it when it was used once more.
    #[must_use]
    pub(super) fn used(self) -> Self {
        Self { uses_left: self.uses_left.map(|left| left.saturating_sub(1)), ..self }
    }
}

/// The token that a text names, and the tag of its secret; `None` where the text is none of ours.
pub(super) fn read(text: &str, keys: &CredentialKeys) -> Option<(RegistrationTokenId, Tag)> {
    let (name, secret) = text.strip_prefix(PREFIX)?.split_once('.')?;
    let token_id = RegistrationTokenId::from_suffix(name).ok()?;
    let tag = tag(&token_id, secret, keys);
    (secret.len() == LENGTH).then_some((token_id, tag))
}

fn tag(token_id: &RegistrationTokenId, secret: &str, keys: &CredentialKeys) -> Tag {
    keys.tag(Purpose::InitialAccess, &[token_id.as_str().as_bytes(), secret.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn a_token_admits_until_it_expires_or_is_used_up() {
        let (keys, others) = (CredentialKeys::new(&[1; 32]), CredentialKeys::new(&[2; 32]));
        let at = Timestamp::from_secs;
        let terms = Terms { label: "x".into(), expires_at: at(100), uses: Some(1), pkce_optional: false };
        let (text, token) = InitialAccess::generate(terms, at(1), &keys, &OsEntropy);
        let (id, tag) = read(&text, &keys).unwrap();
        assert_eq!(id, token.token_id);
        assert!(token.admits(&tag, at(99)) && !token.admits(&tag, at(100)));
        assert!(!token.admits(&read(&text, &others).unwrap().1, at(99)));
        assert!(!token.used().admits(&tag, at(99)));
        for forged in ["", "psti_", "psti_a.b", "psti_a", "psta_a.b", &text.replace('.', "")] {
            assert!(read(forged, &keys).is_none(), "{forged}");
        }
    }
}
