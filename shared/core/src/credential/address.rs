//! `<prefix><grant id>.<generation>.<secret>.<mac>`: the address lets us read one item, the mac lets us not
//! read at all when the text is a forgery (C08, R05).

use std::fmt;

use postern_jose::base64url;
use zeroize::Zeroizing;

use super::{CredentialKeys, Purpose, Tag};
use crate::entropy::{Entropy, random};
use crate::id::GrantId;

/// Bytes of the mac that the credential carries: 128 bits.
const MAC_LENGTH: usize = 16;
/// Longest text that is looked at.
const MAX_LENGTH: usize = 256;

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An authorization code (RFC 6749 section 1.3.1).
    Code,
    /// A refresh token (RFC 6749 section 1.5).
    RefreshToken,
    /// A device code (RFC 8628 section 3.2).
    DeviceCode,
}

impl Kind {
    /// What the text begins with, for people and for scanners of leaked secrets.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Code => "pstc_",
            Self::RefreshToken => "pstr_",
            Self::DeviceCode => "pstd_",
        }
    }
}

/// A genuine credential: minted here, or recognised by its mac.
pub struct Credential {
    kind: Kind,
    grant_id: GrantId,
    generation: u32,
    text: Zeroizing<String>,
}

/// A text that we never issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotGenuine;

impl Credential {
    /// Mints a credential with a secret of 256 random bits.
    pub fn mint(
        kind: Kind,
        grant_id: &GrantId,
        generation: u32,
        keys: &CredentialKeys,
        entropy: &dyn Entropy,
    ) -> Self {
        let secret = Zeroizing::new(random::<32>(entropy));
        let mut text = format!("{}{grant_id}.{generation}.{}", kind.prefix(), base64url::encode(*secret));
        let mac = mac(keys, &text);
        text.push('.');
        text.push_str(&mac);
        Self { kind, grant_id: grant_id.clone(), generation, text: Zeroizing::new(text) }
    }

    /// Recognises a credential of the given kind without any call; [`NotGenuine`] for everything else.
    pub fn parse(kind: Kind, text: &str, keys: &CredentialKeys) -> Result<Self, NotGenuine> {
        if text.len() > MAX_LENGTH {
            return Err(NotGenuine);
        }
        let (body, presented) = text.rsplit_once('.').ok_or(NotGenuine)?;
        let expected = mac(keys, body);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), presented.as_bytes())) {
            return Err(NotGenuine);
        }
        let mut parts = body.strip_prefix(kind.prefix()).ok_or(NotGenuine)?.split('.');
        let (Some(id), Some(generation), Some(_secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotGenuine);
        };
        let grant_id = GrantId::parse(id).map_err(|_| NotGenuine)?;
        let generation = generation.parse().map_err(|_| NotGenuine)?;
        Ok(Self { kind, grant_id, generation, text: Zeroizing::new(text.to_owned()) })
    }

    /// The grant that it belongs to.
    pub const fn grant_id(&self) -> &GrantId {
        &self.grant_id
    }

    /// The generation in which it was minted.
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// What the table stores of it.
    pub fn tag(&self, keys: &CredentialKeys) -> Tag {
        keys.tag(Purpose::Grant, &[self.text.as_bytes()])
    }

    /// The text itself, for the answer that hands it out and for deriving keys from it.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of grant {} generation {}", self.kind, self.grant_id, self.generation)
    }
}

fn mac(keys: &CredentialKeys, body: &str) -> String {
    let tag = keys.tag(Purpose::Mac, &[body.as_bytes()]);
    base64url::encode(tag.as_bytes().first_chunk::<MAC_LENGTH>().unwrap_or(&[0; MAC_LENGTH]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn keys() -> CredentialKeys {
        CredentialKeys::new(&[7; 32])
    }

    fn minted() -> Credential {
        Credential::mint(Kind::RefreshToken, &GrantId::generate(&OsEntropy), 3, &keys(), &OsEntropy)
    }

    #[test]
    fn what_was_minted_is_recognised() {
        let minted = minted();
        let parsed = Credential::parse(Kind::RefreshToken, minted.expose(), &keys()).unwrap();
        assert_eq!((parsed.grant_id(), parsed.generation()), (minted.grant_id(), 3));
        assert_eq!(parsed.tag(&keys()), minted.tag(&keys()));
    }

    #[test]
    fn r05_any_one_character_edit_is_a_forgery() {
        let text = minted().expose().to_owned();
        for index in 0..text.len() {
            let mut edited = text.clone().into_bytes();
            edited[index] ^= 0x01;
            let edited = String::from_utf8(edited).unwrap();
            assert!(Credential::parse(Kind::RefreshToken, &edited, &keys()).is_err(), "{index}");
        }
    }

    #[test]
    fn one_kind_is_not_the_other_and_another_key_is_not_ours() {
        let minted = minted();
        assert!(Credential::parse(Kind::Code, minted.expose(), &keys()).is_err());
        assert!(
            Credential::parse(Kind::RefreshToken, minted.expose(), &CredentialKeys::new(&[8; 32])).is_err()
        );
    }

    #[test]
    fn garbage_is_refused() {
        for text in ["", ".", "pstr_", "pstr_a.1.b", "....", &"x".repeat(300)] {
            assert!(Credential::parse(Kind::RefreshToken, text, &keys()).is_err(), "{text}");
        }
    }
}
