//! `DPoP` proofs (RFC 9449 section 4.2), and of the checks of section 4.3 those that need no state and no request.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};

use crate::jws::{MAX_TOKEN_BYTES, Segments, decode, is_type};
use crate::{Algorithm, Jwk, JwsError, PublicKey, base64url, numeric_date, thumbprint};

/// The `typ` of a proof.
pub const DPOP_TYP: &str = "dpop+jwt";
/// The longest `jti`, `nonce` and `ath`, in bytes: more than any client makes.
const MAX_OPAQUE: usize = 256;

/// A proof whose signature was made by the key that it brings along. Everything in it is the sender's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DpopProof {
    /// The thumbprint of the key (RFC 7638).
    pub jkt: String,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The proof's own name.
    pub jti: String,
    /// The method of the request that it is for.
    pub htm: String,
    /// The URI of that request.
    pub htu: String,
    /// When it was made, in seconds since 1970.
    pub iat: u64,
    /// The hash of the access token that comes with it.
    pub ath: Option<String>,
    /// The nonce that the server gave.
    pub nonce: Option<String>,
}

/// Why a text is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// It is no compact JWS of the right type, or its signature is not that of its key.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// The header has no usable public key, or a private one.
    #[error("no usable public key")]
    Key,
    /// A claim is missing, repeated, empty, oversized or of the wrong type.
    #[error("malformed claims")]
    Claims,
}

/// A repeated member is an error; members that decide nothing are not looked at.
#[derive(Deserialize)]
struct ProofHeader {
    typ: String,
    alg: String,
    jwk: serde_json::Value,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
    #[serde(default, deserialize_with = "present")]
    b64: bool,
    #[serde(default, deserialize_with = "present")]
    zip: bool,
}

#[derive(Deserialize)]
struct ProofClaims {
    jti: String,
    htm: String,
    htu: String,
    #[serde(deserialize_with = "numeric_date::required")]
    iat: u64,
    #[serde(default)]
    ath: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
}

/// Verifies a proof: form, `typ`, an asymmetric algorithm, a public key without private parts, the signature by that
/// key, and the claims that every proof has. [`DpopError`] names the first rule that it breaks.
pub fn verify_dpop_proof(text: &str) -> Result<DpopProof, DpopError> {
    if text.len() > MAX_TOKEN_BYTES {
        return Err(JwsError::TooLarge.into());
    }
    let Segments { header, payload, signature, signed } = Segments::parse(text).ok_or(JwsError::Malformed)?;
    let key = embedded_key(&decode(header)?)?;
    key.verify(signed.as_bytes(), &decode(signature)?).map_err(JwsError::from)?;
    let claims = parse_claims(&decode(payload)?)?;
    Ok(DpopProof {
        jkt: thumbprint(key.jwk()),
        algorithm: key.algorithm(),
        jti: claims.jti,
        htm: claims.htm,
        htu: claims.htu,
        iat: claims.iat,
        ath: claims.ath,
        nonce: claims.nonce,
    })
}

/// The `ath` of a proof that comes with this access token: SHA-256, base64url (RFC 9449 section 4.2).
pub fn access_token_hash(token: &str) -> String {
    base64url::encode(digest(&SHA256, token.as_bytes()))
}

fn embedded_key(json: &[u8]) -> Result<PublicKey, DpopError> {
    let json = std::str::from_utf8(json).map_err(|_| JwsError::Malformed)?;
    let header: ProofHeader = serde_json::from_str(json).map_err(|_| JwsError::Malformed)?;
    if header.crit {
        return Err(JwsError::Critical.into());
    }
    if header.b64 || header.zip {
        return Err(JwsError::Unsupported.into());
    }
    if !is_type(&header.typ, DPOP_TYP) {
        return Err(JwsError::WrongType.into());
    }
    let algorithm: Algorithm = header.alg.parse().map_err(|_| JwsError::AlgorithmMismatch)?;
    let jwk: Jwk = serde_json::from_value(header.jwk).map_err(|_| DpopError::Key)?;
    PublicKey::embedded(&jwk, algorithm).map_err(|_| DpopError::Key)
}

/// A member that is there, null or not.
fn present<'de, D: Deserializer<'de>>(member: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(member).map(|_| true)
}

fn parse_claims(payload: &[u8]) -> Result<ProofClaims, DpopError> {
    let json = std::str::from_utf8(payload).map_err(|_| DpopError::Claims)?;
    let claims: ProofClaims = serde_json::from_str(json).map_err(|_| DpopError::Claims)?;
    let fits = |text: &str| (1..=MAX_OPAQUE).contains(&text.len());
    let optional = [&claims.ath, &claims.nonce].into_iter().flatten();
    if fits(&claims.jti) && optional.into_iter().all(|text| fits(text)) {
        Ok(claims)
    } else {
        Err(DpopError::Claims)
    }
}
