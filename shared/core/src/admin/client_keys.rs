//! How a client authenticates, as administrators say it: the members of RFC 7591 section 2.

use postern_jose::{Jwk, parse_published_keys};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::api_error::ApiError;
use crate::client::{AuthMethod, Client};
use crate::json_body::JsonBody;

const METHOD: &str = "token_endpoint_auth_method";
/// Longest URL of keys, in bytes.
const LONGEST_URL: usize = 2_048;

/// The members that may come at creation and later.
pub(super) struct Authentication {
    method: Option<AuthMethod>,
    jwks: Option<Vec<Jwk>>,
    jwks_uri: Option<String>,
}

impl Authentication {
    /// Takes them out of the body.
    pub(super) fn read(body: &mut JsonBody) -> Result<Self, ApiError> {
        let method = body.text(METHOD)?.map(|text| serde_json::from_value(Value::String(text))).transpose();
        let unknown = |_| ApiError::of_field(METHOD, "It is none of the methods that metadata lists.");
        let jwks = body.any("jwks").map(|set| parse_published_keys(&set)).transpose();
        let wrong = |_| ApiError::of_field("jwks", "It must be a JWK set of public keys for signatures.");
        let jwks_uri = body.text("jwks_uri")?;
        let sound = |url: &Url| {
            url.scheme() == "https"
                && url.username().is_empty()
                && url.password().is_none()
                && url.fragment().is_none()
        };
        let fits = |text: &String| text.len() <= LONGEST_URL && Url::parse(text).is_ok_and(|url| sound(&url));
        if !jwks_uri.as_ref().is_none_or(fits) {
            return Err(ApiError::of_field("jwks_uri", "It must be an https URL of at most 2,048 bytes."));
        }
        let read = Self { method: method.map_err(unknown)?, jwks: jwks.map_err(wrong)?, jwks_uri };
        if read.jwks.is_some() && read.jwks_uri.is_some() {
            return Err(ApiError::of_field("jwks_uri", "It and `jwks` exclude each other."));
        }
        Ok(read)
    }

    /// Makes the changes: keys in one place replace those in the other.
    pub(super) fn apply(self, client: &mut Client) {
        let registration = &mut client.registration;
        registration.auth_method = self.method.or(registration.auth_method);
        if let Some(jwks) = self.jwks {
            (registration.jwks, registration.jwks_uri) = (jwks, None);
        }
        if let Some(url) = self.jwks_uri {
            (registration.jwks, registration.jwks_uri) = (Vec::new(), Some(url));
        }
    }
}

/// Whether the method fits what the client is and has.
pub(super) fn verify(client: &Client) -> Result<(), ApiError> {
    let registration = &client.registration;
    let is_none = registration.auth_method == Some(AuthMethod::None);
    if registration.auth_method.is_some() && is_none != client.is_public() {
        return Err(ApiError::of_field(METHOD, "It is not for this kind of client."));
    }
    let has_keys = !registration.jwks.is_empty() || registration.jwks_uri.is_some();
    if registration.auth_method == Some(AuthMethod::PrivateKeyJwt) && !has_keys {
        return Err(ApiError::of_field(METHOD, "`private_key_jwt` needs `jwks` or `jwks_uri`."));
    }
    Ok(())
}

/// The members as they are shown; absent where nothing was said.
#[derive(Serialize)]
pub(super) struct AuthenticationView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token_endpoint_auth_method: Option<AuthMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks: Option<Set<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<&'a str>,
}

#[derive(Serialize)]
struct Set<'a> {
    keys: &'a [Jwk],
}

impl<'a> AuthenticationView<'a> {
    pub(super) fn of(client: &'a Client) -> Self {
        let registration = &client.registration;
        let keys = Some(registration.jwks.as_slice()).filter(|keys| !keys.is_empty());
        Self {
            token_endpoint_auth_method: registration.auth_method,
            jwks: keys.map(|keys| Set { keys }),
            jwks_uri: registration.jwks_uri.as_deref(),
        }
    }
}
