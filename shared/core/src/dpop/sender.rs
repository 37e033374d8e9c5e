//! The keys to which what comes of an authorization request is bound.

use serde::{Deserialize, Serialize};

use super::Jkt;

/// The keys of one authorization request, and of the grant that comes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sender {
    /// Who redeems the code holds this key: `dpop_jkt` of the request (RFC 9449 section 10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_key: Option<Jkt>,
    /// Who refreshes holds this key: a public client's refresh tokens are bound to the key that redeemed the code
    /// (RFC 9449 section 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_key: Option<Jkt>,
    /// The first generation that is bound to it: refresh tokens from before are bound to none.
    pub refresh_since: u32,
}

impl Sender {
    /// The key that a refresh token of this generation is bound to, if any.
    pub fn key_of(&self, generation: u32) -> Option<&Jkt> {
        self.refresh_key.as_ref().filter(|_| self.refresh_since <= generation)
    }
}
