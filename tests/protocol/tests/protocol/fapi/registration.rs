//! A client is held to the profile only where it can keep to it (`/admin/v1/clients`).

use postern_jose::Algorithm;
use postern_testkit::{Ask, ClientKey, Plan, World, assert_error};
use serde_json::{Value, json};

use crate::admin::{Admin, app_of, json_of};

fn body(key: &ClientKey, changes: &Value) -> Value {
    let mut body = json!({
        "kind": "web", "name": "Bank", "redirect_uris": ["https://bank.test/cb"],
        "scopes": ["openid", "contact.read"], "token_endpoint_auth_method": "private_key_jwt",
        "jwks": key.jwks(), "sender": {"profile": "fapi2"},
    });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

async fn assert_refused(operator: &Admin<'_>, body: Value, field: &str) {
    let answer = operator.post("clients", body.clone()).await;
    assert_error(&answer, 400, "invalid_request");
    assert_eq!(answer.member("field"), field, "{body}");
}

#[tokio::test]
async fn a_client_is_registered_with_the_profile_and_shown_as_it_is() {
    let world = World::start().await;
    let (operator, key) = (Admin::operator(&world).await, ClientKey::generate(Algorithm::ES256));
    let made = json_of(&operator.post("clients", body(&key, &json!({}))).await, 201);
    assert_eq!(made["sender"]["profile"], "fapi2");
    assert_eq!((&made["rotate_refresh_tokens"], &made["require_pkce"]), (&json!(false), &json!(true)));
    assert!(made.get("client_secret").is_none());
    let app = app_of(&made);
    let assertion = key.sign(&ClientKey::claims(&world, &app.client_id, "j"));
    let ask = Ask::of(&app).with("scope", "openid contact.read");
    let pushed = world.post("/oauth2/par").form(ask.pairs()).asserting(&assertion).send().await;
    assert_eq!(pushed.status(), 201, "{}", pushed.text());
}

#[tokio::test]
async fn fapi_5_3_2_1_the_profile_is_for_confidential_clients_with_keys() {
    let world = World::start().await;
    let (operator, key) = (Admin::operator(&world).await, ClientKey::generate(Algorithm::ES256));
    for kind in ["spa", "native"] {
        let public = json!({"kind": kind, "name": "N", "redirect_uris": ["https://a.test/cb"],
            "sender": {"profile": "fapi2"}});
        assert_refused(&operator, public, "sender").await;
    }
    for method in ["client_secret_basic", "client_secret_post"] {
        let changes = json!({"token_endpoint_auth_method": method});
        assert_refused(&operator, body(&key, &changes), "token_endpoint_auth_method").await;
    }
    let mut keyless = body(&key, &json!({}));
    keyless.as_object_mut().unwrap().remove("jwks");
    assert_refused(&operator, keyless.clone(), "token_endpoint_auth_method").await;
    keyless.as_object_mut().unwrap().remove("token_endpoint_auth_method");
    assert_refused(&operator, keyless, "token_endpoint_auth_method").await;
}

#[tokio::test]
async fn fapi_5_3_2_2_codes_go_to_https_addresses_alone() {
    let world = World::start().await;
    let (operator, key) = (Admin::operator(&world).await, ClientKey::generate(Algorithm::ES256));
    for uri in ["http://127.0.0.1/cb", "http://localhost:3000/cb", "com.bank.app:/cb"] {
        let changes = json!({"redirect_uris": ["https://bank.test/cb", uri]});
        assert_refused(&operator, body(&key, &changes), "redirect_uris").await;
    }
}

#[tokio::test]
async fn fapi_5_3_2_2_nothing_loosens_the_flow() {
    let world = World::start().await;
    let (operator, key) = (Admin::operator(&world).await, ClientKey::generate(Algorithm::ES256));
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    for (changes, field) in [
        (json!({"require_pkce": false}), "require_pkce"),
        (json!({"grant_types": ["authorization_code", device]}), "grant_types"),
        (json!({"sender": {"profile": "fapi1"}}), "sender"),
        (json!({"sender": {"profile": true}}), "sender"),
    ] {
        assert_refused(&operator, body(&key, &changes), field).await;
    }
}

#[tokio::test]
async fn fapi_5_4_1_nothing_is_registered_for_rs256() {
    let world =
        World::with(Plan { algorithms: vec![Algorithm::RS256, Algorithm::ES256], ..Plan::default() }).await;
    let (operator, rsa) = (Admin::operator(&world).await, ClientKey::generate(Algorithm::RS256));
    assert_refused(&operator, body(&rsa, &json!({})), "jwks").await;
    let key = ClientKey::generate(Algorithm::EdDSA);
    let signed = json!({"userinfo_signed_response_alg": "RS256"});
    assert_refused(&operator, body(&key, &signed), "userinfo_signed_response_alg").await;
    let signed = json!({"userinfo_signed_response_alg": "ES256"});
    json_of(&operator.post("clients", body(&key, &signed)).await, 201);
    // A deployment that signs by RS256 alone has nothing for such a client.
    let world = World::with(Plan { algorithms: vec![Algorithm::RS256], ..Plan::default() }).await;
    assert_refused(&Admin::operator(&world).await, body(&key, &json!({})), "sender").await;
}

#[tokio::test]
async fn a_change_that_breaks_the_profile_is_refused_and_changes_nothing() {
    let world = World::start().await;
    let (operator, key) = (Admin::operator(&world).await, ClientKey::generate(Algorithm::ES256));
    let made = json_of(&operator.post("clients", body(&key, &json!({}))).await, 201);
    let path = format!("clients/{}", made["client_id"].as_str().unwrap());
    let before = json_of(&operator.get(&path).await, 200);
    for changes in [
        json!({"require_pkce": false}),
        json!({"redirect_uris": ["http://localhost/cb"]}),
        json!({"token_endpoint_auth_method": "client_secret_basic"}),
    ] {
        assert_error(&operator.patch(&path, changes).await, 400, "invalid_request");
    }
    assert_eq!(json_of(&operator.get(&path).await, 200), before);
    // Another setting leaves the profile as it was.
    let nonce = json!({"sender": {"dpop_nonce": true}});
    let changed = json_of(&operator.patch(&path, nonce).await, 200);
    assert_eq!(
        (&changed["sender"]["profile"], &changed["sender"]["dpop_nonce"]),
        (&json!("fapi2"), &json!(true))
    );
    let freed = json!({"sender": {"profile": null, "dpop_bound_access_tokens": true}});
    assert_eq!(json_of(&operator.patch(&path, freed).await, 200)["sender"]["profile"], json!(null));
}

/// Who brings no proof brings no nonce: alone the demand would hold nobody to anything.
#[tokio::test]
async fn x07_nonces_are_demanded_of_those_alone_who_have_to_prove() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let acme = world.tenants.acme.as_str();
    let service = |sender: Value| json!({"kind": "service", "name": "S", "tenant": acme, "sender": sender});
    assert_refused(&operator, service(json!({"dpop_nonce": true})), "sender").await;
    let both = service(json!({"dpop_nonce": true, "dpop_bound_access_tokens": true}));
    let made = json_of(&operator.post("clients", both).await, 201);
    let path = format!("clients/{}", made["client_id"].as_str().unwrap());
    let half = json!({"sender": {"dpop_bound_access_tokens": false}});
    assert_error(&operator.patch(&path, half).await, 400, "invalid_request");
}
