//! Whether a client can keep to the rules that it is held to: those of its sender, and of the FAPI 2.0 Security Profile.

use postern_jose::{Algorithm, Jwk};

use super::desk::Desk;
use crate::api_error::ApiError;
use crate::client::{AuthMethod, Client, GrantType};
use crate::keys::Keys;
use crate::param::RedirectUri;
use crate::store::LoadKeys;

/// [`ApiError`] names the member that does not fit.
pub(super) async fn verify<S: LoadKeys, V>(desk: &Desk<'_, S, V>, client: &Client) -> Result<(), ApiError> {
    if client.sender.dpop_nonce && !client.sender.must_prove() {
        let description =
            "`dpop_nonce` needs `dpop_bound_access_tokens`: who brings no proof brings no nonce.";
        return Err(ApiError::of_field("sender", description));
    }
    if !client.is_fapi() {
        return Ok(());
    }
    verify_profile(client, &*desk.server.keys().await?)
}

/// Whether the client can keep to the profile that it is held to, if any; [`ApiError`] names the member that does not
/// fit.
pub(crate) fn verify_profile(client: &Client, keys: &Keys) -> Result<(), ApiError> {
    if !client.is_fapi() {
        return Ok(());
    }
    verify_client(client)?;
    verify_algorithms(client, keys)
}

/// What the client is and where it is sent (FAPI 2.0 sections 5.3.2.1 and 5.3.2.2).
fn verify_client(client: &Client) -> Result<(), ApiError> {
    if client.is_public() {
        return Err(ApiError::of_field("sender", "The profile `fapi2` is for confidential clients."));
    }
    if client.registration.auth_method != Some(AuthMethod::PrivateKeyJwt) {
        let description = "The profile `fapi2` needs `private_key_jwt`.";
        return Err(ApiError::of_field("token_endpoint_auth_method", description));
    }
    let is_secure = |uri: &RedirectUri| uri.as_str().starts_with("https://");
    if !client.redirect_uris.iter().all(is_secure) {
        return Err(ApiError::of_field("redirect_uris", "The profile `fapi2` allows https alone."));
    }
    if client.grant_types.contains(&GrantType::DeviceCode) {
        let description = "The profile `fapi2` has no device grant: its requests are pushed.";
        return Err(ApiError::of_field("grant_types", description));
    }
    if client.openid.pkce_optional {
        return Err(ApiError::of_field("require_pkce", "The profile `fapi2` needs PKCE."));
    }
    Ok(())
}

/// No RS256, on either side (section 5.4.1).
fn verify_algorithms(client: &Client, keys: &Keys) -> Result<(), ApiError> {
    let refused = |algorithm: Option<Algorithm>| algorithm.is_some_and(|it| !client.may_be_signed_by(it));
    let registration = &client.registration;
    let usable = |key: &Jwk| !refused(key.algorithm());
    let unusable = !registration.jwks.is_empty() && !registration.jwks.iter().any(usable);
    if unusable || refused(registration.assertion_algorithm) {
        let description = "The profile `fapi2` needs a key for PS256, ES256 or EdDSA.";
        return Err(ApiError::of_field("jwks", description));
    }
    if refused(client.openid.userinfo_signed_response_alg) {
        let description = "The profile `fapi2` allows PS256, ES256 and EdDSA.";
        return Err(ApiError::of_field("userinfo_signed_response_alg", description));
    }
    keys.signing_for(client).map(|_| ()).map_err(|_| {
        let description =
            "The profile `fapi2` needs tokens signed by PS256, ES256 or EdDSA, and no key of the server is for those.";
        ApiError::of_field("sender", description)
    })
}
