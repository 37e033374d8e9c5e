//! The sealed replay: the answer of a rotation, readable only to who presents the rotated token again (R12).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use postern_jose::base64url;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Credential;
use crate::entropy::{Entropy, random};

/// `nonce ‖ ciphertext ‖ tag` in base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

impl Sealed {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Seals `answer` under a key derived from the presented token (HKDF, RFC 5869). `None` only if the library fails.
pub fn seal(presented: &Credential, answer: &str, entropy: &dyn Entropy) -> Option<Sealed> {
    let nonce = random::<NONCE_LEN>(entropy);
    let mut bytes = answer.as_bytes().to_vec();
    let nonce_value = Nonce::assume_unique_for_key(nonce);
    key(presented)?.seal_in_place_append_tag(nonce_value, Aad::from(context(presented)), &mut bytes).ok()?;
    Some(Sealed(base64url::encode([&nonce[..], &bytes].concat())))
}

/// Opens what [`seal`] closed; `None` for any other token.
pub fn open(presented: &Credential, sealed: &Sealed) -> Option<Zeroizing<String>> {
    let bytes = base64url::decode(&sealed.0).ok()?;
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let aad = Aad::from(context(presented));
    let plain = key(presented)?.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut buffer).ok()?;
    String::from_utf8(plain.to_vec()).ok().map(Zeroizing::new)
}

fn key(presented: &Credential) -> Option<LessSafeKey> {
    let secret = Salt::new(HKDF_SHA256, presented.grant_id().as_str().as_bytes())
        .extract(presented.expose().as_bytes());
    let expanded = secret.expand(&[b"postern sealed replay"], &AES_256_GCM).ok()?;
    Some(LessSafeKey::new(UnboundKey::from(expanded)))
}

fn context(presented: &Credential) -> String {
    format!("{}.{}", presented.grant_id(), presented.generation())
}

#[cfg(test)]
mod tests {
    use super::super::{CredentialKeys, Kind};
    use super::*;
    use crate::entropy::OsEntropy;
    use crate::id::GrantId;

    #[test]
    fn r12_only_the_presented_token_opens_it() {
        let keys = CredentialKeys::new(&[7; 32]);
        let grant = GrantId::generate(&OsEntropy);
        let mine = Credential::mint(Kind::RefreshToken, &grant, 1, &keys, &OsEntropy);
        let other = Credential::mint(Kind::RefreshToken, &grant, 1, &keys, &OsEntropy);
        let sealed = seal(&mine, "{\"access_token\":\"x\"}", &OsEntropy).unwrap();
        assert_eq!(open(&mine, &sealed).unwrap().as_str(), "{\"access_token\":\"x\"}");
        assert!(open(&other, &sealed).is_none());
        assert!(open(&mine, &Sealed("AAAA".into())).is_none());
    }
}
