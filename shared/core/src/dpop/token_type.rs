//! How a token is presented.

use serde::Serialize;

use super::Jkt;

/// `token_type` (RFC 6749 section 7.1), and the scheme of `Authorization` that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TokenType {
    /// By whoever has it (RFC 6750).
    Bearer,
    /// With a proof of its key (RFC 9449 section 7.1).
    #[serde(rename = "DPoP")]
    Dpop,
}

impl TokenType {
    /// The type of a token that is bound to this key, if to any.
    pub const fn of(key: Option<&Jkt>) -> Self {
        if key.is_some() { Self::Dpop } else { Self::Bearer }
    }
}
