//! PKCE (RFC 7636), S256 only (OAuth 2.1 section 7.5.1): `plain` is not a value of any type here.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use postern_jose::base64url;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::ParameterError;
use crate::entropy::{Entropy, random};

/// `code_challenge` with the method S256: the 32 bytes of a SHA-256 (RFC 7636 section 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge([u8; 32]);

/// `code_verifier`: 43 to 128 unreserved characters (RFC 7636 section 4.1). A secret: no `Debug`.
pub struct CodeVerifier(Zeroizing<String>);

/// What a token request brings as `code_verifier`. A secret: no `Debug`.
pub enum PresentedVerifier {
    /// Nothing.
    Absent,
    /// What cannot be one (P07).
    Malformed,
    /// A verifier.
    Verifier(CodeVerifier),
}

/// Proof that the verifier matches the challenge, or that there is neither. Only [`PkceVerified::of`] makes one.
#[derive(Debug)]
pub struct PkceVerified(());

impl CodeChallenge {
    /// Takes `code_challenge` and `code_challenge_method`. [`ParameterError`] when either is missing, the
    /// method is not `S256`, or the challenge is not 43 characters of canonical base64url (P01, P04, P05, P06).
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Self, ParameterError> {
        let challenge = challenge.ok_or(ParameterError::Missing("code_challenge"))?;
        // RFC 7636 section 4.3: an absent method would mean `plain`.
        if method != Some("S256") {
            return Err(ParameterError::Malformed("code_challenge_method"));
        }
        Self::decode(challenge).ok_or(ParameterError::Malformed("code_challenge"))
    }

    /// A challenge that no verifier meets: of a grant that no code leads to, but another credential.
    pub fn unmet(entropy: &dyn Entropy) -> Self {
        Self(random::<32>(entropy))
    }

    /// Compares in constant time (RFC 7636 section 4.6; P08).
    pub fn verify(&self, verifier: &CodeVerifier) -> Option<PkceVerified> {
        let hashed = digest(&SHA256, verifier.0.as_bytes());
        bool::from(hashed.as_ref().ct_eq(&self.0)).then_some(PkceVerified(()))
    }

    fn decode(text: &str) -> Option<Self> {
        base64url::decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl PkceVerified {
    /// Holds what a token request brought against what its authorization request left: a verifier without a challenge
    /// is a downgrade (RFC 9700 section 4.8.2; P03), a challenge without a verifier a stolen code (P02).
    pub fn of(challenge: Option<&CodeChallenge>, presented: &PresentedVerifier) -> Option<Self> {
        match (challenge, presented) {
            (Some(challenge), PresentedVerifier::Verifier(verifier)) => challenge.verify(verifier),
            (None, PresentedVerifier::Absent) => Some(Self(())),
            (Some(_), PresentedVerifier::Absent | PresentedVerifier::Malformed)
            | (None, PresentedVerifier::Verifier(_) | PresentedVerifier::Malformed) => None,
        }
    }
}

impl PresentedVerifier {
    /// Takes the parameter.
    pub fn parse(text: Option<&str>) -> Self {
        text.map_or(Self::Absent, |text| CodeVerifier::parse(text).map_or(Self::Malformed, Self::Verifier))
    }
}

impl CodeVerifier {
    /// Takes a `code_verifier`; `None` unless it has 43 to 128 characters of `[A-Za-z0-9-._~]` (P07).
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let ok = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        ok.then(|| Self(Zeroizing::new(text.to_owned())))
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = NotAChallenge;

    fn try_from(text: String) -> Result<Self, NotAChallenge> {
        Self::decode(&text).ok_or(NotAChallenge)
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        base64url::encode(challenge.0)
    }
}

/// A stored text that is not a challenge.
#[derive(Clone, Copy, Debug)]
pub struct NotAChallenge;

impl fmt::Display for NotAChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a code challenge")
    }
}

impl std::error::Error for NotAChallenge {}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn challenge() -> CodeChallenge {
        CodeChallenge::parse(Some(CHALLENGE), Some("S256")).unwrap()
    }

    #[test]
    fn the_vector_of_rfc_7636_appendix_b() {
        assert!(challenge().verify(&CodeVerifier::parse(VERIFIER).unwrap()).is_some());
    }

    #[test]
    fn a_wrong_verifier_is_no_proof() {
        assert!(challenge().verify(&CodeVerifier::parse(&VERIFIER.replace('d', "e")).unwrap()).is_none());
    }

    #[test]
    fn p01_missing_challenge() {
        let error = CodeChallenge::parse(None, Some("S256")).unwrap_err();
        assert_eq!(error, ParameterError::Missing("code_challenge"));
    }

    #[test]
    fn p04_p05_only_s256() {
        for method in [None, Some("plain"), Some("s256"), Some("S512"), Some("")] {
            assert!(CodeChallenge::parse(Some(CHALLENGE), method).is_err(), "{method:?}");
        }
    }

    #[test]
    fn p06_the_challenge_is_43_canonical_characters() {
        for text in [
            "",
            &CHALLENGE[..42],
            &format!("{CHALLENGE}A"),
            &format!("{CHALLENGE}="),
            &CHALLENGE.replace('-', "+"),
        ] {
            assert!(CodeChallenge::parse(Some(text), Some("S256")).is_err(), "{text}");
        }
        // The last character carries four bits; one with the two spare bits set is not canonical.
        assert!(CodeChallenge::parse(Some(&format!("{}N", &CHALLENGE[..42])), Some("S256")).is_err());
    }

    #[test]
    fn p07_the_verifier_is_43_to_128_unreserved_characters() {
        assert!(CodeVerifier::parse(&"a".repeat(43)).is_some());
        assert!(CodeVerifier::parse(&"a".repeat(128)).is_some());
        for text in [
            "",
            &"a".repeat(42),
            &"a".repeat(129),
            &format!("{}!", "a".repeat(43)),
            &format!("{}é", "a".repeat(43)),
        ] {
            assert!(CodeVerifier::parse(text).is_none(), "{text}");
        }
    }
}
