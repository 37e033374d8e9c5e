//! ID tokens (OpenID Connect Core section 2): only written here, read by clients.

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Algorithm, audience, base64url};

/// The `typ` of an ID token: anything but `at+jwt`, so that it never passes for an access token.
pub const ID_TOKEN_TYP: &str = "JWT";

/// The claims of an ID token. What is `None` or empty is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IdTokenClaims {
    /// The issuer identifier.
    pub iss: String,
    /// The user.
    pub sub: String,
    /// The client; written as a plain string when there is one.
    #[serde(serialize_with = "audience::serialize")]
    pub aud: Vec<String>,
    /// When the token expires, in seconds since 1970.
    pub exp: u64,
    /// When it was issued, in seconds since 1970.
    pub iat: u64,
    /// When the user signed in, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// The nonce of the authorization request, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Ties the access token of the same response to this one: [`at_hash`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// The client, where `aud` names others too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
    /// The browser session, for logout (OpenID Connect Back-Channel Logout section 2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// How well the user was authenticated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By what methods (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The tenant that the user chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What else is said about the user (section 5.1). No identity: that is `sub` alone.
    #[serde(flatten)]
    pub about: Map<String, Value>,
}

/// `at_hash` (OpenID Connect Core section 3.1.3.6): the left half of the digest of `access_token`, base64url. The
/// digest is that of `alg`, the algorithm of the ID token: SHA-512 for `EdDSA`, else SHA-256.
pub fn at_hash(alg: Algorithm, access_token: &str) -> String {
    let hash = match alg {
        Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 => &SHA256,
        Algorithm::EdDSA => &SHA512,
    };
    let whole = digest(hash, access_token.as_bytes());
    let (left, _) = whole.as_ref().split_at(hash.output_len() / 2);
    base64url::encode(left)
}
