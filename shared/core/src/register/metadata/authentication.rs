//! How a client says that it authenticates, and with which keys.

use postern_jose::{Algorithm, Jwk, parse_published_keys};
use serde_json::Value;

use super::Source;
use super::openid::algorithm;
use crate::client::{AuthMethod, Registration};
use crate::register::members::Members;
use crate::register::refusal::MetadataError;

const METHOD: &str = "token_endpoint_auth_method";

#[derive(Debug)]
pub(super) struct Authentication {
    pub(super) method: AuthMethod,
    algorithm: Option<Algorithm>,
    jwks: Vec<Jwk>,
    jwks_uri: Option<String>,
}

impl Authentication {
    pub(super) fn parse(members: &mut Members, source: Source) -> Result<Self, MetadataError> {
        let method = method(members, source)?;
        let (jwks, jwks_uri) = keys(members)?;
        if method == AuthMethod::PrivateKeyJwt && jwks.is_empty() && jwks_uri.is_none() {
            return Err(MetadataError::Member(METHOD, "private_key_jwt needs jwks or jwks_uri."));
        }
        let algorithm = algorithm(members, "token_endpoint_auth_signing_alg", &Algorithm::ALL)?;
        Ok(Self { method, algorithm, jwks, jwks_uri })
    }

    pub(super) fn apply(self, registration: &mut Registration) {
        registration.auth_method = Some(self.method);
        registration.assertion_algorithm = self.algorithm;
        registration.jwks = self.jwks;
        registration.jwks_uri = self.jwks_uri;
    }
}

/// RFC 7591 section 2: whoever says nothing has a secret; a document cannot give one.
fn method(members: &mut Members, source: Source) -> Result<AuthMethod, MetadataError> {
    let method = match members.text(METHOD)? {
        Some(text) => serde_json::from_value(Value::String(text)),
        None if source == Source::Document => Ok(AuthMethod::None),
        None => Ok(AuthMethod::ClientSecretBasic),
    };
    let method =
        method.map_err(|_| MetadataError::Member(METHOD, "it is none of those that metadata lists."))?;
    let is_secret = matches!(method, AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost);
    if is_secret && source == Source::Document {
        return Err(MetadataError::Member(METHOD, "a client with a metadata document has no secret."));
    }
    Ok(method)
}

/// RFC 7591 section 2: keys, or where they are. RSA keys below 2048 bits are none, nor are private ones.
fn keys(members: &mut Members) -> Result<(Vec<Jwk>, Option<String>), MetadataError> {
    let (set, url) = (members.any("jwks"), members.url("jwks_uri")?);
    let Some(set) = set else { return Ok((Vec::new(), url)) };
    if url.is_some() {
        return Err(MetadataError::Member("jwks", "it and jwks_uri exclude each other."));
    }
    let wrong = "it must be a set of public keys, one at least for RS256 or PS256 (2048 bits or more), ES256 or EdDSA.";
    let keys = parse_published_keys(&set).map_err(|_| MetadataError::Member("jwks", wrong))?;
    Ok((keys, None))
}
