//! A client as it reads about itself (RFC 7591 section 3.2.1, RFC 7592 section 3).

use serde_json::{Map, Value, json};

use super::record::Secrets;
use super::rights::scope_of;
use crate::client::{Client, GrantType};
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::settings::Issuer;

/// The answer that tells of a client.
pub(super) fn response(status: StatusCode, client: &Client, secrets: &Secrets, issuer: &Issuer) -> Response {
    let mut members = describe(client);
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("registration_client_uri", json!(issuer.url(&format!("{}/{}", super::PATH, client.client_id))));
    put("registration_access_token", json!(secrets.access_token.as_str()));
    if let Some(secret) = &secrets.client_secret {
        put("client_secret", json!(secret.as_str()));
    }
    if !client.secrets.is_empty() {
        put("client_secret_expires_at", json!(0));
    }
    Response::of(status, &Value::Object(members))
}

/// All that is registered, with the defaults.
fn describe(client: &Client) -> Map<String, Value> {
    let registration = &client.registration;
    let has_code = client.may_use(GrantType::AuthorizationCode);
    let known = [
        ("client_id", Some(json!(client.client_id))),
        ("client_id_issued_at", registration.created_at.map(|at| json!(Timestamp::as_secs(at)))),
        ("client_name", Some(json!(client.name))),
        ("redirect_uris", Some(json!(client.redirect_uris))),
        ("grant_types", Some(json!(client.grant_types))),
        ("response_types", Some(if has_code { json!(["code"]) } else { json!([]) })),
        ("scope", scope_of(client).map(|scope| json!(scope))),
        ("token_endpoint_auth_method", registration.auth_method.map(|it| json!(it))),
        ("token_endpoint_auth_signing_alg", registration.assertion_algorithm.map(|it| json!(it))),
        ("id_token_signed_response_alg", client.signing_algorithm.map(|it| json!(it))),
        ("jwks", (!registration.jwks.is_empty()).then(|| json!({ "keys": registration.jwks }))),
        ("jwks_uri", registration.jwks_uri.as_ref().map(|it| json!(it))),
        ("dpop_bound_access_tokens", Some(json!(client.sender.dpop_bound_access_tokens))),
        (
            "require_pushed_authorization_requests",
            Some(json!(client.sender.require_pushed_authorization_requests)),
        ),
    ];
    let told = registration.told.iter().map(|(name, texts)| {
        // Of these members one alone is a list.
        let value = if name == "contacts" { json!(texts) } else { json!(texts.first()) };
        (name.to_owned(), value)
    });
    let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    known.chain(of_openid(client)).chain(told).collect()
}

/// The members of OpenID Connect Registration section 2, RP-Initiated Logout section 3.1 and Back-Channel Logout section
/// 2.2.
fn of_openid(client: &Client) -> impl Iterator<Item = (String, Value)> {
    let openid = &client.openid;
    let leave_to = &openid.post_logout_redirect_uris;
    let members = [
        ("subject_type", Some(json!(openid.subject_type))),
        ("default_max_age", openid.default_max_age.map(|it| json!(it))),
        ("require_auth_time", Some(json!(openid.require_auth_time))),
        ("userinfo_signed_response_alg", openid.userinfo_signed_response_alg.map(|it| json!(it))),
        ("post_logout_redirect_uris", (!leave_to.is_empty()).then(|| json!(leave_to))),
        ("backchannel_logout_uri", openid.backchannel_logout_uri.as_ref().map(|it| json!(it))),
        (
            "backchannel_logout_session_required",
            openid.backchannel_logout_uri.as_ref().map(|_| json!(openid.backchannel_logout_session_required)),
        ),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)))
}
