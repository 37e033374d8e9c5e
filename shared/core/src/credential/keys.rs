//! The data key that makes and recognises every credential: wrapped by KMS, unwrapped once per cold start.

use std::fmt;

use aws_lc_rs::hmac;
use postern_jose::base64url;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// What a tag is for. One purpose's tag is useless for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The mac inside a credential.
    Mac,
    /// The stored tag of a code or a refresh token.
    Grant,
    /// The stored tag of a client secret.
    ClientSecret,
    /// The address of a browser's session.
    Session,
    /// The stored tag of an interaction's cookie.
    Interaction,
    /// The token in a form.
    Csrf,
    /// The pepper of passwords.
    Password,
    /// The address of a login counter.
    Throttle,
    /// The address of a remembered consent.
    Consent,
    /// A nonce for proofs of possession.
    DpopNonce,
    /// The name of a used client assertion.
    Assertion,
    /// The address of a user code.
    UserCode,
    /// A browser that decides about devices.
    DeviceOwner,
    /// The place in a list that a caller holds between two pages.
    Cursor,
    /// A pairwise `sub`.
    PairwiseSubject,
    /// The stored tag of an initial access token (RFC 7591 section 3).
    InitialAccess,
    /// The stored tag of a registration access token (RFC 7592 section 3).
    RegistrationAccess,
    /// A `sid`.
    SessionName,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Mac => b"mac",
            Self::Grant => b"grant",
            Self::ClientSecret => b"client-secret",
            Self::Session => b"session",
            Self::Interaction => b"interaction",
            Self::Csrf => b"csrf",
            Self::Password => b"password",
            Self::Throttle => b"throttle",
            Self::Consent => b"consent",
            Self::DpopNonce => b"dpop-nonce",
            Self::Assertion => b"assertion",
            Self::UserCode => b"user-code",
            Self::DeviceOwner => b"device-owner",
            Self::Cursor => b"cursor",
            Self::PairwiseSubject => b"pairwise-subject",
            Self::InitialAccess => b"initial-access",
            Self::RegistrationAccess => b"registration-access",
            Self::SessionName => b"session-name",
        }
    }
}

/// The unwrapped data key. Its leak would not open the table: tags are of 256-bit secrets.
pub struct CredentialKeys(hmac::Key);

impl CredentialKeys {
    /// Takes the data key: 32 bytes.
    pub fn new(data_key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, data_key))
    }

    /// `HMAC-SHA-256(data key, purpose ‖ length-prefixed parts)`.
    pub fn tag(&self, purpose: Purpose, parts: &[&[u8]]) -> Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(purpose.label());
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut tag = [0; 32];
        tag.copy_from_slice(context.sign().as_ref());
        Tag(tag)
    }
}

impl fmt::Debug for CredentialKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialKeys")
    }
}

/// A stored tag. Compared in constant time only (T08): `==` does.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag([u8; 32]);

impl Tag {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Tag {}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag")
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

impl TryFrom<String> for Tag {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bytes = base64url::decode(&text).map_err(|_| "not a tag")?;
        bytes.try_into().map(Self).map_err(|_| "not a tag")
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_part_borders_matter() {
        let keys = CredentialKeys::new(&[7; 32]);
        assert_ne!(keys.tag(Purpose::Grant, &[b"x"]), keys.tag(Purpose::Session, &[b"x"]));
        assert_ne!(keys.tag(Purpose::Grant, &[b"ab", b"c"]), keys.tag(Purpose::Grant, &[b"a", b"bc"]));
    }

    #[test]
    fn l07_debug_shows_nothing() {
        let keys = CredentialKeys::new(&[7; 32]);
        assert_eq!(format!("{keys:?} {:?}", keys.tag(Purpose::Grant, &[])), "CredentialKeys Tag");
    }
}
