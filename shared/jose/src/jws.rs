//! Verification of a compact JWS (RFC 7515 section 5.2), with the refusals of RFC 8725.

use crate::header::Header;
use crate::{Algorithm, InvalidSignature, KeySet, PublicKey, base64url};

/// The longest token that is looked at, in bytes; the limit stands before any decoding.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// What a verifier expects of the header.
#[derive(Debug, Clone, Copy)]
pub struct JwsRules {
    /// The one accepted `typ`, without `application/`.
    pub typ: &'static str,
}

/// What a good signature vouches for.
#[derive(Debug)]
pub struct Verified<'k> {
    /// The decoded payload.
    pub payload: Vec<u8>,
    /// The key that signed.
    pub kid: &'k str,
    /// The algorithm of that key.
    pub alg: Algorithm,
}

/// Why a token is refused. All of them are `invalid_token` on the wire; the difference is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// More than [`MAX_TOKEN_BYTES`].
    #[error("token too large")]
    TooLarge,
    /// Not three segments of canonical base64url, or the header is no JSON object with unique names.
    #[error("not a compact JWS")]
    Malformed,
    /// The header has `crit`; we implement no extension (RFC 7515 section 4.1.11).
    #[error("critical header parameter")]
    Critical,
    /// The header has `b64` (RFC 7797) or `zip`.
    #[error("unsupported header parameter")]
    Unsupported,
    /// `typ` is missing or of another kind of token (RFC 8725 section 3.11).
    #[error("wrong token type")]
    WrongType,
    /// `kid` is missing or not in the key set.
    #[error("unknown key")]
    UnknownKey,
    /// `alg` is missing or not the key's own: `none`, HMAC with a public key, and the like.
    #[error("algorithm does not match the key")]
    AlgorithmMismatch,
    /// The key did not sign this.
    #[error("invalid signature")]
    BadSignature,
}

impl From<InvalidSignature> for JwsError {
    fn from(_: InvalidSignature) -> Self {
        Self::BadSignature
    }
}

/// Verifies `token` with the key of `keys` that it names; [`JwsError`] names the first rule it breaks. The
/// payload is not interpreted.
pub fn verify_jws<'k>(token: &str, keys: &'k KeySet, rules: &JwsRules) -> Result<Verified<'k>, JwsError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(JwsError::TooLarge);
    }
    let Segments { header, payload, signature, signed } =
        Segments::parse(token).ok_or(JwsError::Malformed)?;
    let key = verify_header(&decode(header)?, keys, rules)?;
    key.verify(signed.as_bytes(), &decode(signature)?)?;
    Ok(Verified { payload: decode(payload)?, kid: key.kid(), alg: key.algorithm() })
}

/// The three parts of a compact JWS, and the first two as they were signed.
pub(crate) struct Segments<'t> {
    pub(crate) header: &'t str,
    pub(crate) payload: &'t str,
    pub(crate) signature: &'t str,
    pub(crate) signed: &'t str,
}

impl<'t> Segments<'t> {
    pub(crate) fn parse(token: &'t str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        (!payload.contains('.')).then_some(Self { header, payload, signature, signed })
    }
}

fn verify_header<'k>(json: &[u8], keys: &'k KeySet, rules: &JwsRules) -> Result<&'k PublicKey, JwsError> {
    let json = std::str::from_utf8(json).map_err(|_| JwsError::Malformed)?;
    let header: Header<'_> = serde_json::from_str(json).map_err(|_| JwsError::Malformed)?;
    if header.critical {
        return Err(JwsError::Critical);
    }
    if header.transformed {
        return Err(JwsError::Unsupported);
    }
    if !header.typ.is_some_and(|typ| is_type(typ.as_str(), rules.typ)) {
        return Err(JwsError::WrongType);
    }
    let key = header.kid.and_then(|kid| keys.get(kid.as_str())).ok_or(JwsError::UnknownKey)?;
    if header.alg.is_none_or(|alg| alg.as_str() != key.algorithm().name()) {
        return Err(JwsError::AlgorithmMismatch);
    }
    Ok(key)
}

/// Media types have no case, and `application/` may be left out (RFC 7515 section 4.1.9).
pub(crate) fn is_type(typ: &str, expected: &str) -> bool {
    const PREFIX: &str = "application/";
    let bare = match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => typ,
    };
    bare.eq_ignore_ascii_case(expected)
}

pub(crate) fn decode(segment: &str) -> Result<Vec<u8>, JwsError> {
    base64url::decode(segment).map_err(|_| JwsError::Malformed)
}
