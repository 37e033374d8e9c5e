//! Client assertions (RFC 7523 section 3, OpenID Connect Core section 9): a JWT by which a client proves that it holds
//! the private half of a key that it published. The checks that need no state.

use serde::Deserialize;

use crate::header::{Header, Text};
use crate::jws::{Segments, decode, is_type};
use crate::{Algorithm, Jwk, JwsError, MAX_TOKEN_BYTES, PublicKey, audience, numeric_date};

/// The accepted `typ`, where there is one: older clients send none.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];
/// Longest `jti`, in bytes.
const MAX_JTI: usize = 256;

/// What a server expects of an assertion.
#[derive(Debug, Clone, Copy)]
pub struct AssertionRules<'a> {
    /// The client: `iss` and `sub`.
    pub client_id: &'a str,
    /// The names of the server: every audience must be one of them (RFC 7523 section 3; T10).
    pub audiences: &'a [&'a str],
    /// Whether `aud` has to be a string, and not an array (FAPI 2.0 Security Profile section 5.3.2.1).
    pub sole_audience: bool,
    /// The algorithms that the client may use.
    pub algorithms: &'a [Algorithm],
    /// Now, in seconds since 1970.
    pub now: u64,
    /// How far the client's clock may be ahead of ours, in seconds.
    pub leeway: u64,
    /// How far ahead it may expire, in seconds.
    pub longest: u64,
}

/// What a good assertion leaves to be checked: that it is used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAssertion {
    /// Its name.
    pub jti: String,
    /// When it expires, in seconds since 1970.
    pub exp: u64,
}

/// Why an assertion is refused: `invalid_client` on the wire; the difference is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// The signature or the header is refused.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A claim is missing, repeated or of the wrong type.
    #[error("malformed claims")]
    Claims,
    /// `iss` or `sub` is not the client.
    #[error("wrong issuer or subject")]
    Client,
    /// It is for somebody else, or for others too.
    #[error("wrong audience")]
    Audience,
    /// Expired, not valid yet, or valid for too long.
    #[error("implausible times")]
    Times,
}

impl AssertionError {
    /// Whether newer keys of the client could change the verdict.
    pub const fn may_be_a_new_key(self) -> bool {
        matches!(self, Self::Jws(JwsError::UnknownKey | JwsError::BadSignature))
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Named,
    #[serde(deserialize_with = "numeric_date::required")]
    exp: u64,
    #[serde(default, deserialize_with = "numeric_date::optional")]
    iat: Option<u64>,
    #[serde(default, deserialize_with = "numeric_date::optional")]
    nbf: Option<u64>,
    jti: String,
}

/// `aud` in either of its forms (RFC 7519 section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Named {
    One(String),
    Listed(#[serde(with = "audience")] Vec<String>),
}

impl Named {
    fn fits(&self, rules: &AssertionRules<'_>) -> bool {
        let known = |name: &String| rules.audiences.contains(&name.as_str());
        match self {
            Self::One(name) => known(name),
            Self::Listed(names) => !rules.sole_audience && names.iter().all(known),
        }
    }
}

/// Verifies an assertion against the keys that the client published; [`AssertionError`] names the first rule it breaks.
pub fn verify_client_assertion(
    token: &str,
    keys: &[Jwk],
    rules: &AssertionRules<'_>,
) -> Result<ClientAssertion, AssertionError> {
    let claims = parse(&verify_signature(token, keys, rules.algorithms)?)?;
    if claims.iss != rules.client_id || claims.sub != rules.client_id {
        return Err(AssertionError::Client);
    }
    if !claims.aud.fits(rules) {
        return Err(AssertionError::Audience);
    }
    let (now, ahead) = (rules.now, rules.now.saturating_add(rules.leeway));
    let begun = claims.iat.is_none_or(|iat| iat <= ahead) && claims.nbf.is_none_or(|nbf| nbf <= ahead);
    if claims.exp <= now || claims.exp > ahead.saturating_add(rules.longest) || !begun {
        return Err(AssertionError::Times);
    }
    if claims.jti.is_empty() || claims.jti.len() > MAX_JTI {
        return Err(AssertionError::Claims);
    }
    Ok(ClientAssertion { jti: claims.jti, exp: claims.exp })
}

/// The client that an assertion says it is from, unverified: the name under which its keys are looked up.
pub fn unverified_subject(token: &str) -> Option<String> {
    let token = Some(token).filter(|token| token.len() <= MAX_TOKEN_BYTES)?;
    let payload = decode(Segments::parse(token)?.payload).ok()?;
    Some(parse(&payload).ok()?.sub)
}

fn parse(payload: &[u8]) -> Result<Claims, AssertionError> {
    let json = std::str::from_utf8(payload).map_err(|_| AssertionError::Claims)?;
    serde_json::from_str(json).map_err(|_| AssertionError::Claims)
}

fn verify_signature(token: &str, keys: &[Jwk], allowed: &[Algorithm]) -> Result<Vec<u8>, JwsError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(JwsError::TooLarge);
    }
    let Segments { header, payload, signature, signed } =
        Segments::parse(token).ok_or(JwsError::Malformed)?;
    let header = decode(header)?;
    let json = std::str::from_utf8(&header).map_err(|_| JwsError::Malformed)?;
    let header: Header<'_> = serde_json::from_str(json).map_err(|_| JwsError::Malformed)?;
    if header.critical {
        return Err(JwsError::Critical);
    }
    if header.transformed {
        return Err(JwsError::Unsupported);
    }
    if header.typ.is_some_and(|typ| !TYPES.iter().any(|known| is_type(typ.as_str(), known))) {
        return Err(JwsError::WrongType);
    }
    let algorithm = header.alg.and_then(|alg| alg.as_str().parse().ok());
    let algorithm: Algorithm =
        algorithm.filter(|it| allowed.contains(it)).ok_or(JwsError::AlgorithmMismatch)?;
    let kid = header.kid.as_ref().map(Text::as_str);
    let signature = decode(signature)?;
    let mut verdict = JwsError::UnknownKey;
    for key in keys.iter().filter_map(|jwk| candidate(jwk, kid, algorithm)) {
        match key.verify(signed.as_bytes(), &signature) {
            Ok(()) => return decode(payload),
            Err(_) => verdict = JwsError::BadSignature,
        }
    }
    Err(verdict)
}

/// The key, if it may have made a signature of this algorithm under this name. A token without a name may be from any.
fn candidate(jwk: &Jwk, kid: Option<&str>, algorithm: Algorithm) -> Option<PublicKey> {
    let named = kid.is_none() || jwk.kid() == kid;
    named.then(|| jwk.bound_to(algorithm)).flatten()
}
