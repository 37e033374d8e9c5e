//! The FAPI 2.0 Security Profile, to which a single client may be held. What it asks of everybody, such as `iss` in
//! authorization responses, everybody has anyway; here is what it asks beyond that.

use postern_jose::Algorithm;
use serde::{Deserialize, Serialize};

use super::{Client, SenderRules};

/// A security profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// FAPI 2.0 Security Profile (Final).
    Fapi2,
}

impl Profile {
    /// Whether a JWT of any kind may be signed so (FAPI 2.0 section 5.4.1).
    const fn allows(self, algorithm: Algorithm) -> bool {
        match (self, algorithm) {
            (Self::Fapi2, Algorithm::RS256) => false,
            (Self::Fapi2, Algorithm::PS256 | Algorithm::ES256 | Algorithm::EdDSA) => true,
        }
    }
}

impl SenderRules {
    /// Whether authorization requests have to be pushed (RFC 9126 section 6; FAPI 2.0 section 5.3.2.2).
    pub const fn must_push(self) -> bool {
        self.require_pushed_authorization_requests || self.profile.is_some()
    }

    /// Whether there are bound tokens only (RFC 9449 section 5.2; FAPI 2.0 section 5.3.2.1).
    pub const fn must_prove(self) -> bool {
        self.dpop_bound_access_tokens || self.profile.is_some()
    }
}

impl Client {
    /// Whether it is held to the FAPI 2.0 Security Profile.
    pub const fn is_fapi(&self) -> bool {
        matches!(self.sender.profile, Some(Profile::Fapi2))
    }

    /// Whether JWTs that it makes, or that are made for it, may be signed so.
    pub fn may_be_signed_by(&self, algorithm: Algorithm) -> bool {
        self.sender.profile.is_none_or(|profile| profile.allows(algorithm))
    }
}
