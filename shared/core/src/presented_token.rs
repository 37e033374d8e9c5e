//! What a text turns out to be, told without any call.

use crate::access::{Bearer, BearerRules, verify_bearer};
use crate::clock::Timestamp;
use crate::credential::{Credential, CredentialKeys, Kind};
use crate::keys::Keys;
use crate::settings::Issuer;

/// A presented token.
pub(crate) enum PresentedToken {
    /// A genuine refresh token, live or not.
    Refresh(Credential),
    /// An access token of ours that has not expired.
    Access(Box<Bearer>),
    /// Anything else.
    Nothing,
}

impl PresentedToken {
    pub(crate) fn parse(
        text: &str,
        keys: &Keys,
        credential_keys: &CredentialKeys,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Self {
        if let Ok(credential) = Credential::parse(Kind::RefreshToken, text, credential_keys) {
            return Self::Refresh(credential);
        }
        let rules = BearerRules { issuer: issuer.as_str(), audience: None, now };
        verify_bearer(text, keys.set(), &rules).map_or(Self::Nothing, |bearer| Self::Access(Box::new(bearer)))
    }
}
