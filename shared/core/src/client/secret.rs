//! A client secret at rest: the tag of 256 random bits, with an expiry of its own (T16).

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::entropy::{Entropy, alphanumeric};
use crate::id::ClientId;

/// Characters of a secret: 43 of 62 carry 256 bits, and no encoding changes a letter or digit.
const LENGTH: usize = 43;

/// One live secret of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    tag: Tag,
    expires_at: Option<Timestamp>,
}

impl ClientSecret {
    /// Makes a secret. Gives the text, which is shown once, and what the table keeps.
    pub fn generate(
        client_id: &ClientId,
        keys: &CredentialKeys,
        entropy: &dyn Entropy,
    ) -> (Zeroizing<String>, Self) {
        let text = Zeroizing::new(alphanumeric(entropy, LENGTH));
        let tag = tag(client_id, &text, keys);
        (text, Self { tag, expires_at: None })
    }

    /// The same secret, of no use from `expires_at` on.
    #[must_use]
    pub fn until(self, expires_at: Timestamp) -> Self {
        Self { expires_at: Some(expires_at), ..self }
    }

    /// What it is called in lists: it says nothing of the secret.
    pub fn id(&self) -> String {
        let shown = self.tag.as_bytes().iter().take(6);
        shown.fold("sec_".to_owned(), |id, byte| format!("{id}{byte:02x}"))
    }

    /// Whether it has not expired.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }

    /// Whether this text is the secret of the client, and live.
    pub(crate) fn is(&self, client_id: &ClientId, text: &str, keys: &CredentialKeys, now: Timestamp) -> bool {
        self.matches(&tag(client_id, text, keys), now)
    }

    /// Whether this is the secret and it is live.
    pub(super) fn matches(&self, presented: &Tag, now: Timestamp) -> bool {
        self.tag == *presented && self.is_live(now)
    }
}

/// The tag under which a client's secret is stored.
pub(super) fn tag(client_id: &ClientId, secret: &str, keys: &CredentialKeys) -> Tag {
    keys.tag(Purpose::ClientSecret, &[client_id.as_str().as_bytes(), secret.as_bytes()])
}
