use postern_jose::{Algorithm, base64url};
use serde_json::{Value, json};

use super::*;
use crate::openid::SubjectType;

const NEVER_HERE: [&str; 4] =
    ["client_credentials", "implicit", "password", "urn:ietf:params:oauth:grant-type:token-exchange"];

fn parse(changes: Value) -> Result<Metadata, MetadataError> {
    parse_from(Source::Registration, changes)
}

/// A description with one redirect URI, and these members besides or instead.
fn parse_from(source: Source, changes: Value) -> Result<Metadata, MetadataError> {
    let mut object = Map::new();
    object.insert("redirect_uris".to_owned(), json!(["https://app.test/cb"]));
    let Value::Object(changes) = changes else { unreachable!("an object") };
    object.extend(changes);
    Metadata::parse(object, source, &[Algorithm::RS256, Algorithm::ES256])
}

fn refused(changes: Value) -> String {
    let text = changes.to_string();
    let error = parse(changes).expect_err(&text);
    format!("{} {error}", error.code())
}

#[test]
fn rfc7591_2_what_is_left_out_has_its_default() {
    let metadata = parse(json!({})).unwrap();
    assert_eq!(metadata.auth_method(), AuthMethod::ClientSecretBasic);
    assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
    assert_eq!((metadata.kind, metadata.scopes, metadata.name), (ClientKind::Web, None, None));
    assert_eq!(metadata.told["application_type"], ["web"]);
    assert_eq!(metadata.openid, OpenIdClient::default());
}

#[test]
fn a_document_gives_no_secret() {
    let method = |changes| parse_from(Source::Document, changes).map(|it| it.auth_method());
    assert_eq!(method(json!({})), Ok(AuthMethod::None));
    for secret in ["client_secret_basic", "client_secret_post"] {
        assert!(method(json!({ "token_endpoint_auth_method": secret })).is_err());
    }
    let keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://app.test/k" });
    assert_eq!(method(keys), Ok(AuthMethod::PrivateKeyJwt));
}

#[test]
fn rfc7591_2_1_what_is_public_is_told_by_method_and_addresses() {
    let kind = |changes| parse(changes).unwrap().kind;
    assert_eq!(kind(json!({ "token_endpoint_auth_method": "none" })), ClientKind::Spa);
    let loopback = json!({ "token_endpoint_auth_method": "none", "redirect_uris": ["http://127.0.0.1/cb"] });
    assert_eq!(kind(loopback), ClientKind::Native);
    let app = json!({ "token_endpoint_auth_method": "none", "application_type": "native" });
    assert_eq!(kind(app), ClientKind::Native);
    assert_eq!(kind(json!({ "redirect_uris": ["com.app.test:/cb"] })), ClientKind::Web);
}

#[test]
fn d04_combinations_that_cannot_work_are_refused() {
    for changes in [
        json!({ "grant_types": ["refresh_token"] }),
        json!({ "grant_types": [] }),
        json!({ "response_types": [] }),
        json!({ "response_types": ["token"] }),
        json!({ "response_types": ["code", "code id_token"] }),
        json!({ "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"], "response_types": ["code"] }),
        json!({ "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
        json!({ "token_endpoint_auth_method": "tls_client_auth" }),
        json!({ "jwks": { "keys": [] } }),
        json!({ "jwks": { "keys": [{ "kty": "RSA", "n": base64url::encode([0xd3; 128]), "e": "AQAB" }] } }),
        json!({ "jwks": { "keys": [{ "kty": "oct", "k": "AAAA" }] } }),
        json!({ "jwks": {}, "jwks_uri": "https://app.test/k" }),
        json!({ "subject_type": "pairwise", "redirect_uris": ["https://a.test/cb", "https://b.test/cb"] }),
        json!({ "id_token_signed_response_alg": "none" }),
        json!({ "id_token_signed_response_alg": "PS256" }),
        json!({ "userinfo_signed_response_alg": "HS256" }),
        json!({ "token_endpoint_auth_signing_alg": "none" }),
    ] {
        assert!(refused(changes).starts_with("invalid_client_metadata "));
    }
}

#[test]
fn d03_grants_beyond_consent_are_refused_and_unknown_ones_left_out() {
    for grant in NEVER_HERE {
        assert!(refused(json!({ "grant_types": ["authorization_code", grant] })).contains("grant_types"));
    }
    let vs_code =
        json!(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]);
    assert_eq!(parse(json!({ "grant_types": vs_code })).unwrap().grant_types.len(), 3);
    let unknown = parse(json!({ "grant_types": ["authorization_code", "urn:x"], "x": {} })).unwrap();
    assert_eq!(unknown.grant_types, [GrantType::AuthorizationCode]);
}

#[test]
fn rfc7591_3_2_2_redirect_uris_have_a_code_of_their_own() {
    for uris in [
        json!(null),
        json!([]),
        json!("https://app.test/cb"),
        json!([7]),
        json!(["http://app.test/cb"]),
        json!(["javascript:alert(1)"]),
        json!(["cursor://x/cb"]),
        json!(["https://app.test/cb#x"]),
        json!(["https://u:p@app.test/cb"]),
        json!(vec!["https://app.test/cb"; 21]),
    ] {
        assert!(refused(json!({ "redirect_uris": uris })).starts_with("invalid_redirect_uri "));
    }
    let web = json!({ "application_type": "web", "redirect_uris": ["com.app.test:/cb"] });
    assert!(refused(web).starts_with("invalid_redirect_uri "));
    // It begins as a web address does, and is none.
    let web = json!({ "application_type": "web", "redirect_uris": ["http.x://app.test/cb"] });
    assert!(refused(web).starts_with("invalid_redirect_uri "));
    let device =
        json!({ "redirect_uris": null, "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"] });
    assert!(parse(device).unwrap().redirect_uris.is_empty());
}

#[test]
fn a17_d05_names_deceive_nobody_and_pages_are_https() {
    for name in ["a\u{202e}b", "a\u{0}", "", " ", &"x".repeat(101)] {
        assert!(refused(json!({ "client_name": name })).contains("client_name"));
    }
    for uri in ["client_uri", "logo_uri", "policy_uri", "tos_uri", "jwks_uri", "sector_identifier_uri"] {
        for bad in
            ["http://app.test", "javascript:alert(1)", "data:image/svg+xml,x", "https://", "https://a b", "x"]
        {
            assert!(refused(json!({ uri: bad })).contains(uri), "{bad}");
        }
    }
    let markup = parse(json!({ "client_name": "<b>x</b>" })).unwrap();
    assert_eq!(markup.name.as_deref(), Some("<b>x</b>"));
}

#[test]
fn d08_statements_are_refused_by_their_own_code() {
    assert!(refused(json!({ "software_statement": "eyJ.x.y" })).starts_with("invalid_software_statement "));
}

#[test]
fn d10_members_of_the_wrong_type_are_named() {
    for (name, value) in [
        ("client_name", json!(7)),
        ("scope", json!(["a"])),
        ("scope", json!("a\u{e9}")),
        ("grant_types", json!("authorization_code")),
        ("contacts", json!("a@app.test")),
        ("contacts", json!(["a\nb"])),
        ("default_max_age", json!(-1)),
        ("default_max_age", json!("60")),
        ("default_max_age", json!(u64::MAX)),
        ("require_auth_time", json!("true")),
        ("dpop_bound_access_tokens", json!(1)),
        ("require_pushed_authorization_requests", json!("no")),
        ("application_type", json!("mobile")),
        ("subject_type", json!("private")),
        ("post_logout_redirect_uris", json!(["javascript:x"])),
        ("backchannel_logout_uri", json!("com.example.app:/logout")),
        ("software_id", json!("x".repeat(3000))),
        ("jwks", json!([])),
    ] {
        assert!(refused(json!({ name: value })).contains(name), "{name}");
    }
}

#[test]
fn everything_supported_is_taken() {
    let metadata = parse(json!({
        "scope": " read  write ", "subject_type": "pairwise", "default_max_age": 60, "require_auth_time": true,
        "sector_identifier_uri": "https://app.test/sector", "userinfo_signed_response_alg": "ES256",
        "post_logout_redirect_uris": ["https://app.test/bye"], "dpop_bound_access_tokens": true,
        "require_pushed_authorization_requests": true, "contacts": ["a@app.test"], "software_id": "7",
        "client_uri": "https://app.test/", "initiate_login_uri": "https://app.test/go", "client_name#de": 7,
        "backchannel_logout_uri": "https://app.test/told", "backchannel_logout_session_required": true,
    }))
    .unwrap();
    assert_eq!(metadata.scopes.unwrap().to_string(), "read write");
    let openid = &metadata.openid;
    assert_eq!((openid.subject_type, openid.default_max_age), (SubjectType::Pairwise, Some(60)));
    assert!(openid.require_auth_time && openid.userinfo_signed_response_alg == Some(Algorithm::ES256));
    assert!(metadata.sender.dpop_bound_access_tokens);
    assert!(metadata.sender.require_pushed_authorization_requests);
    assert_eq!(openid.post_logout_redirect_uris.len(), 1);
    assert!(openid.backchannel_logout_uri.is_some() && openid.backchannel_logout_session_required);
    let told: Vec<_> = metadata.told.keys().map(String::as_str).collect();
    assert_eq!(told, ["application_type", "client_uri", "contacts", "sector_identifier_uri", "software_id"]);
}
