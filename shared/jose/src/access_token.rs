//! The access token profile (RFC 9068): what is in it, and the checks of section 4 that need no state.

use serde::{Deserialize, Serialize};

use crate::{JwsError, JwsRules, KeySet, audience, numeric_date, verify_jws};

/// The `typ` of an access token (RFC 9068 section 2.1).
pub const ACCESS_TOKEN_TYP: &str = "at+jwt";

/// The claims of an access token (RFC 9068 section 2.2). Reading is strict about what it knows (types, ranges,
/// repeated names) and ignores what it does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer identifier.
    pub iss: String,
    /// The user, or the client itself where no user is involved.
    pub sub: String,
    /// The APIs that may accept the token; written as a plain string when there is one.
    #[serde(with = "audience")]
    pub aud: Vec<String>,
    /// When the token expires, in seconds since 1970.
    #[serde(deserialize_with = "numeric_date::required")]
    pub exp: u64,
    /// When it was issued, in seconds since 1970.
    #[serde(deserialize_with = "numeric_date::required")]
    pub iat: u64,
    /// The token's own name.
    pub jti: String,
    /// The client that holds it.
    pub client_id: String,
    /// The granted scopes, separated by single spaces.
    pub scope: String,
    /// The tenant that it is bound to.
    pub tenant: String,
    /// The connected account that the token is for, where a platform holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The own tenant of the platform that holds the token for a connected account: there with `account`, and only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Whether `sub` is a user or a client, so that neither can pass for the other (RFC 9068 section 5).
    #[serde(rename = "sub_type")]
    pub subject_type: SubjectType,
    /// The grant that it comes from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// The generation of the grant when it was issued.
    #[serde(default, rename = "gen", skip_serializing_if = "Option::is_none")]
    pub generation: Option<u32>,
    /// When the user signed in, in seconds since 1970.
    #[serde(default, deserialize_with = "numeric_date::optional", skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// How well the user was authenticated (OpenID Connect Core section 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By what methods (RFC 8176).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// The key that the holder must prove (RFC 7800).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Cnf>,
    /// Who acts for the subject by an exchanged token (RFC 8693 section 4.1): the client that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// The client whose token was exchanged for this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// The actor claim (RFC 8693 section 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The client that acts.
    pub sub: String,
}

/// What `sub` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// A person.
    User,
    /// The client itself (client credentials).
    Client,
}

/// The confirmation claim (RFC 7800 section 3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cnf {
    /// The thumbprint of the `DPoP` key (RFC 9449 section 6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
}

/// What a resource server expects (RFC 9068 section 4).
#[derive(Debug, Clone, Copy)]
pub struct AccessTokenRules<'a> {
    /// The issuer, compared exactly.
    pub issuer: &'a str,
    /// The audience that must be among the token's; `None` where the caller decides by audience later.
    pub audience: Option<&'a str>,
    /// Now, in seconds since 1970.
    pub now: u64,
    /// How far the issuer's clock may be ahead of ours, in seconds. It does not prolong a token.
    pub leeway: u64,
}

/// Why an access token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    /// The signature or header is refused.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A claim is missing, repeated or of the wrong type.
    #[error("malformed claims")]
    Claims,
    /// Another issuer.
    #[error("wrong issuer")]
    Issuer,
    /// For other APIs.
    #[error("wrong audience")]
    Audience,
    /// `sub` is empty.
    #[error("empty subject")]
    Subject,
    /// Issued in the future, or after its own expiry.
    #[error("implausible times")]
    NotYetValid,
    /// Good in all other respects, and expired.
    #[error("token expired")]
    Expired,
}

/// Verifies `token`: signature by a key of `keys`, `typ`, claims, issuer, audience and times.
/// [`AccessTokenError::Expired`] only for a token that is otherwise good; any other says what is wrong with it.
pub fn verify_access_token(
    token: &str,
    keys: &KeySet,
    rules: &AccessTokenRules<'_>,
) -> Result<AccessTokenClaims, AccessTokenError> {
    let verified = verify_jws(token, keys, &JwsRules { typ: ACCESS_TOKEN_TYP })?;
    let claims = parse_claims(&verified.payload)?;
    verify_claims(&claims, rules)?;
    Ok(claims)
}

fn parse_claims(payload: &[u8]) -> Result<AccessTokenClaims, AccessTokenError> {
    let json = std::str::from_utf8(payload).map_err(|_| AccessTokenError::Claims)?;
    serde_json::from_str(json).map_err(|_| AccessTokenError::Claims)
}

fn verify_claims(claims: &AccessTokenClaims, rules: &AccessTokenRules<'_>) -> Result<(), AccessTokenError> {
    if claims.iss != rules.issuer {
        return Err(AccessTokenError::Issuer);
    }
    if rules.audience.is_some_and(|expected| !claims.aud.iter().any(|aud| aud == expected)) {
        return Err(AccessTokenError::Audience);
    }
    if claims.sub.is_empty() {
        return Err(AccessTokenError::Subject);
    }
    if claims.iat > rules.now.saturating_add(rules.leeway) || claims.iat > claims.exp {
        return Err(AccessTokenError::NotYetValid);
    }
    if claims.exp <= rules.now {
        return Err(AccessTokenError::Expired);
    }
    Ok(())
}
