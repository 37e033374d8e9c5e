//! A verification key: parsed once, bound to one algorithm when it is loaded, held for the life of the process.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};

use crate::base64url::NotBase64Url;
use crate::jwk::Material;
use crate::{Algorithm, Jwk, base64url, spki, thumbprint};

/// The first byte of an uncompressed point (SEC 1 section 2.3.3).
pub(crate) const UNCOMPRESSED: u8 = 0x04;
/// Bytes of a P-256 coordinate.
pub(crate) const COORDINATE: usize = 32;
/// The shortest RSA modulus, in bytes (RFC 7518 section 3.3: 2048 bits).
const SHORTEST_MODULUS: usize = 256;

/// A public key that checks signatures of exactly one algorithm (RFC 8725 section 3.1).
#[derive(Clone)]
pub struct PublicKey {
    jwk: Jwk,
    kid: String,
    algorithm: Algorithm,
    parsed: ParsedPublicKey,
}

/// Why a key cannot be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The JWK names no algorithm; a token's header must not fill the gap.
    #[error("the key has no alg")]
    NoAlgorithm,
    /// The JWK has no `kid`, so no token could name it.
    #[error("the key has no kid")]
    NoKeyId,
    /// The key is of another type than its algorithm needs.
    #[error("the key does not fit its algorithm")]
    WrongType,
    /// A number is not base64url, has the wrong length, or the DER is not the expected structure.
    #[error("the key is badly encoded")]
    Encoding,
    /// An RSA modulus below 2048 bits (RFC 7518 section 3.3).
    #[error("the RSA key is shorter than 2048 bits")]
    TooShort,
    /// The numbers are not a valid key, for example a point that is not on the curve.
    #[error("the key is not valid")]
    Rejected,
}

/// The signature was not made over this message by this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid signature")]
pub struct InvalidSignature;

impl PublicKey {
    /// Loads a published key. [`KeyError`] unless it has a `kid`, an `alg`, and fits that algorithm.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let algorithm = jwk.alg.ok_or(KeyError::NoAlgorithm)?;
        let kid = jwk.kid.clone().filter(|kid| !kid.is_empty()).ok_or(KeyError::NoKeyId)?;
        let parsed = match (&jwk.material, algorithm) {
            (Material::Rsa { n, e }, Algorithm::RS256) => parse_rsa(n, e, &RSA_PKCS1_2048_8192_SHA256),
            (Material::Rsa { n, e }, Algorithm::PS256) => parse_rsa(n, e, &RSA_PSS_2048_8192_SHA256),
            (Material::P256 { x, y }, Algorithm::ES256) => parse_p256(x, y),
            (Material::Ed25519 { x }, Algorithm::EdDSA) => parse(&ED25519, &fixed::<32>(x)?),
            _ => Err(KeyError::WrongType),
        }?;
        Ok(Self { jwk: jwk.clone(), kid, algorithm, parsed })
    }

    /// Loads a key that a token brings along, for the algorithm that the token names; its thumbprint is its name.
    /// [`KeyError`] unless it fits, or where it says itself that it is for another algorithm.
    pub fn embedded(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, KeyError> {
        if jwk.alg.is_some_and(|own| own != algorithm) {
            return Err(KeyError::WrongType);
        }
        let (kid, alg) = (Some(thumbprint(jwk)), Some(algorithm));
        Self::from_jwk(&Jwk { kid, alg, material: jwk.material.clone() })
    }

    /// Loads a DER `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), as KMS `GetPublicKey` returns it. The
    /// `kid` is the thumbprint of the key, so that it can never name another. [`KeyError`] unless the key
    /// fits `algorithm`.
    pub fn from_spki(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let material = spki::material(algorithm, der)?;
        let mut jwk = Jwk { kid: None, alg: Some(algorithm), material };
        jwk.kid = Some(thumbprint(&jwk));
        Self::from_jwk(&jwk)
    }

    /// The name by which tokens refer to the key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm whose signatures the key checks.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as published.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Checks a raw JWS signature (r||s for ES256: exactly 64 bytes) over `message`; [`InvalidSignature`] if
    /// it is any other.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        self.parsed.verify_sig(message, signature).map_err(|_| InvalidSignature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("PublicKey");
        text.field("kid", &self.kid).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl From<NotBase64Url> for KeyError {
    fn from(_: NotBase64Url) -> Self {
        Self::Encoding
    }
}

fn parse(algorithm: &'static dyn VerificationAlgorithm, key: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    ParsedPublicKey::new(algorithm, key).map_err(|_| KeyError::Rejected)
}

fn parse_rsa(n: &str, e: &str, padding: &'static RsaParameters) -> Result<ParsedPublicKey, KeyError> {
    let (n, e) = (base64url::decode(n)?, base64url::decode(e)?);
    if n.len() < SHORTEST_MODULUS {
        return Err(KeyError::TooShort);
    }
    let built =
        RsaPublicKeyComponents { n, e }.to_parsed_public_key(padding).map_err(|_| KeyError::Rejected)?;
    // Only the parser of the DER form checks that the numbers make a sound key.
    parse(padding, built.as_ref())
}

fn parse_p256(x: &str, y: &str) -> Result<ParsedPublicKey, KeyError> {
    let point = [&[UNCOMPRESSED][..], &fixed::<COORDINATE>(x)?, &fixed::<COORDINATE>(y)?].concat();
    parse(&ECDSA_P256_SHA256_FIXED, &point)
}

fn fixed<const LENGTH: usize>(text: &str) -> Result<[u8; LENGTH], KeyError> {
    base64url::decode(text)?.try_into().map_err(|_| KeyError::Encoding)
}
