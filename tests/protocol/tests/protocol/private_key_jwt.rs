//! Clients that prove who they are by a signed assertion (RFC 7523, OpenID Connect Core section 9).

use futures_util::future::join_all;
use postern_core::client::{AuthMethod, Client};
use postern_core::id::ClientId;
use postern_jose::Algorithm;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{
    Answer, App, Blow, ClientKey, Draft, ISSUER, Site, Tokens, World, assert_error, assert_unavailable,
};
use serde_json::{Value, json};

use crate::admin::{Admin, app_of, json_of};

const JWKS_URI: &str = "https://client.test/jwks.json";

/// Lets a client authenticate by this key and nothing else.
fn by_key(client: &mut Client, key: &ClientKey) {
    client.registration.auth_method = Some(AuthMethod::PrivateKeyJwt);
    client.registration.jwks = vec![key.jwk()];
    client.secrets.clear();
}

async fn world(key: &ClientKey) -> World {
    let world = World::start().await;
    world.edit_client(&world.apps.service.client_id, |client| by_key(client, key)).await;
    world
}

fn ask(world: &World) -> Draft {
    world.post("/oauth2/token").form([("grant_type", "client_credentials"), ("scope", "contact.read")])
}

fn id(world: &World) -> &ClientId {
    &world.apps.service.client_id
}

fn good(world: &World, jti: &str) -> Value {
    ClientKey::claims(world, id(world), jti)
}

async fn send(world: &World, key: &ClientKey, claims: &Value) -> Answer {
    ask(world).asserting(&key.sign(claims)).send().await
}

#[tokio::test]
async fn every_algorithm_that_metadata_names_works() {
    for algorithm in Algorithm::ALL {
        let key = ClientKey::generate(algorithm);
        let world = world(&key).await;
        Tokens::of(&send(&world, &key, &good(&world, "j1")).await);
        let named = ask(&world).form([("client_id", id(&world).as_str())]);
        Tokens::of(&named.asserting(&key.sign(&good(&world, "j2"))).send().await);
        let metadata = world.get("/.well-known/openid-configuration").send().await.json();
        let listed = &metadata["token_endpoint_auth_signing_alg_values_supported"];
        assert!(listed.as_array().unwrap().contains(&json!(algorithm.name())));
    }
}

#[tokio::test]
async fn t09_an_assertion_is_used_once() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = world(&key).await;
    let assertion = key.sign(&good(&world, "j"));
    Tokens::of(&ask(&world).asserting(&assertion).send().await);
    assert_error(&ask(&world).asserting(&assertion).send().await, 401, "invalid_client");
    assert_error(&send(&world, &key, &good(&world, "j")).await, 401, "invalid_client");
    // Elsewhere as well, and in another process.
    let other = world.instance().post("/oauth2/introspect").form([("token", "x")]);
    assert_error(&other.asserting(&assertion).send().await, 401, "invalid_client");
}

#[tokio::test]
async fn t09_of_many_at_once_one_passes() {
    let key = ClientKey::generate(Algorithm::EdDSA);
    let world = world(&key).await;
    let assertion = key.sign(&good(&world, "j"));
    let all = join_all((0..8).map(|_| ask(&world).asserting(&assertion).send())).await;
    let passed = all.iter().filter(|answer| answer.status() == 200).count();
    assert_eq!(passed, 1, "{all:?}");
    assert!(all.iter().all(|answer| matches!(answer.status(), 200 | 401)));
}

#[tokio::test]
async fn t09_our_own_resend_after_a_lost_answer_is_no_replay() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = world(&key).await;
    let site = Site { service: Service::DynamoDb, operation: "PutItem".into(), nth: 0 };
    world.strike(&site, Blow { kind: FaultKind::InternalError, moment: Moment::AfterEffect, times: 1 });
    Tokens::of(&send(&world, &key, &good(&world, "j")).await);
}

#[tokio::test]
async fn t10_t11_an_assertion_that_breaks_a_rule_is_refused() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = world(&key).await;
    let now = world.now();
    let edits: [(&str, Value); 11] = [
        ("iss", json!("other")),
        ("sub", json!("other")),
        ("sub", json!(world.apps.web.client_id)),
        ("aud", json!("https://other.test")),
        ("aud", json!([ISSUER, "https://other.test"])),
        ("aud", json!(format!("{ISSUER}/oauth2/revoke"))),
        ("exp", json!(now)),
        ("exp", json!(now + 331)),
        ("exp", json!("soon")),
        ("iat", json!(now + 31)),
        ("jti", json!("")),
    ];
    for (name, value) in edits {
        let mut claims = good(&world, "j");
        claims[name] = value.clone();
        assert_error(&send(&world, &key, &claims).await, 401, "invalid_client");
    }
    let stranger = ClientKey::generate(Algorithm::ES256);
    assert_error(&send(&world, &stranger, &good(&world, "j")).await, 401, "invalid_client");
    // None of them used the name up.
    Tokens::of(&send(&world, &key, &good(&world, "j")).await);
    let mut older_custom = good(&world, "k");
    older_custom["aud"] = json!(format!("{ISSUER}/oauth2/token"));
    Tokens::of(&send(&world, &key, &older_custom).await);
}

#[tokio::test]
async fn t07_no_method_but_the_registered_one() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = world(&key).await;
    let app = App { secret: Some("x".into()), ..world.apps.service.clone() };
    assert_error(&ask(&world).by(&app).send().await, 401, "invalid_client");
    let bare = App { secret: None, ..app };
    assert_error(&ask(&world).by(&bare).send().await, 401, "invalid_client");
    // And nobody else gets by with an assertion.
    let web = ClientKey::claims(&world, &world.apps.web.client_id, "j");
    let exchange = world.post("/oauth2/token").form([("grant_type", "authorization_code"), ("code", "x")]);
    assert_error(&exchange.asserting(&key.sign(&web)).send().await, 401, "invalid_client");
}

#[tokio::test]
async fn t07_a_client_may_be_held_to_one_way_of_sending_its_secret() {
    let world = World::start().await;
    let app = world.apps.service.clone();
    let (id, secret) = (app.client_id.as_str(), app.secret.as_deref().unwrap());
    for (method, basic_works) in
        [(AuthMethod::ClientSecretBasic, true), (AuthMethod::ClientSecretPost, false)]
    {
        world.edit_client(&app.client_id, |client| client.registration.auth_method = Some(method)).await;
        let world = world.instance();
        let ask = || {
            world
                .post("/oauth2/token")
                .form([("grant_type", "client_credentials"), ("scope", "contact.read")])
        };
        let basic = ask().basic(id, secret).send().await;
        let posted = ask().form([("client_id", id), ("client_secret", secret)]).send().await;
        let (works, fails) = if basic_works { (basic, posted) } else { (posted, basic) };
        Tokens::of(&works);
        assert_error(&fails, 401, "invalid_client");
    }
}

#[tokio::test]
async fn t04_an_assertion_stands_alone() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = world(&key).await;
    let asserted = || ask(&world).asserting(&key.sign(&good(&world, "j")));
    let id = id(&world).as_str();
    assert_error(&asserted().basic(id, "x").send().await, 400, "invalid_request");
    assert_error(&asserted().form([("client_secret", "x")]).send().await, 400, "invalid_request");
    assert_error(&asserted().form([("client_id", "other")]).send().await, 401, "invalid_client");
    let kinds = ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"];
    for kind in kinds {
        let form = [("client_assertion_type", kind), ("client_assertion", "a.b.c"), ("client_id", id)];
        assert_error(&ask(&world).form(form).send().await, 401, "invalid_client");
    }
    let alone = [("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")];
    assert_error(&ask(&world).form(alone).form([("client_id", id)]).send().await, 401, "invalid_client");
    Tokens::of(&asserted().send().await);
}

#[tokio::test]
async fn it_works_wherever_clients_authenticate() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = World::start().await;
    for app in [&world.apps.web, &world.apps.platform] {
        world.edit_client(&app.client_id, |client| by_key(client, &key)).await;
    }
    let web = App { secret: None, ..world.apps.web.clone() };
    let code = world.code(&web).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.code.as_str()),
        ("code_verifier", postern_testkit::VERIFIER),
    ];
    let draft = world.post("/oauth2/token").form(form).form([("redirect_uri", web.redirect_uri.as_str())]);
    let sign = |app: &App, jti: &str| key.sign(&ClientKey::claims(&world, &app.client_id, jti));
    let tokens = Tokens::of(&draft.asserting(&sign(&web, "1")).send().await);
    let form = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh.as_str())];
    let refreshed = world.post("/oauth2/refresh").form(form).asserting(&sign(&web, "2")).send().await;
    let access = Tokens::of(&refreshed).access;
    for (number, path) in ["/oauth2/introspect", "/oauth2/revoke"].into_iter().enumerate() {
        let draft = world.post(path).form([("token", access.as_str())]);
        assert_eq!(draft.asserting(&sign(&web, &format!("t{number}"))).send().await.status(), 200, "{path}");
    }
    let draft = world.post("/oauth2/deauthorize").form([("connected_account_id", "acct_x")]);
    let answer = draft.asserting(&sign(&world.apps.platform, "3")).send().await;
    assert_error(&answer, 400, "invalid_request");
}

#[tokio::test]
async fn an_administrator_registers_a_client_by_its_keys() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let key = ClientKey::generate(Algorithm::EdDSA);
    let acme = world.tenants.acme.as_str();
    let body = |more: Value| {
        let mut body =
            json!({ "kind": "service", "name": "Keyed", "tenant": acme, "scopes": ["contact.read"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let keyed = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks() });
    let made = json_of(&operator.post("clients", body(keyed)).await, 201);
    assert!(made.get("client_secret").is_none());
    let app = app_of(&made);
    let claims = ClientKey::claims(&world, &app.client_id, "j");
    Tokens::of(&ask(&world).asserting(&key.sign(&claims)).send().await);
    let moved = json!({ "jwks_uri": JWKS_URI });
    let changed = json_of(&operator.patch(&format!("clients/{}", app.client_id), moved).await, 200);
    assert_eq!((&changed["jwks_uri"], changed.get("jwks")), (&json!(JWKS_URI), None));
    for wrong in [
        json!({ "token_endpoint_auth_method": "private_key_jwt" }),
        json!({ "token_endpoint_auth_method": "none" }),
        json!({ "token_endpoint_auth_method": "tls_client_auth" }),
        json!({ "jwks": {} }),
        json!({ "jwks": { "keys": [{ "kty": "oct", "k": "AA" }] } }),
        json!({ "jwks_uri": "http://client.test/jwks" }),
        json!({ "jwks_uri": JWKS_URI, "jwks": key.jwks() }),
    ] {
        assert_eq!(operator.post("clients", body(wrong.clone())).await.status(), 400, "{wrong}");
    }
}

/// The service publishes its keys at a URL.
async fn publishing(key: &ClientKey) -> World {
    let world = world(key).await;
    world.web.publish(JWKS_URI, &key.jwks());
    let publishes = |client: &mut Client| {
        client.registration.jwks.clear();
        client.registration.jwks_uri = Some(JWKS_URI.to_owned());
    };
    world.edit_client(id(&world), publishes).await;
    world
}

#[tokio::test]
async fn keys_at_a_url_are_remembered_and_read_again_for_a_new_one() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = publishing(&key).await;
    Tokens::of(&send(&world, &key, &good(&world, "1")).await);
    Tokens::of(&send(&world, &key, &good(&world, "2")).await);
    assert_eq!(world.web.visits(JWKS_URI), 1);
    let newer = ClientKey::generate(Algorithm::PS256);
    world.web.publish(JWKS_URI, &newer.jwks());
    // The URL is not asked more often than every 30 seconds, whoever asks us.
    assert_error(&send(&world, &newer, &good(&world, "3")).await, 401, "invalid_client");
    assert_eq!(world.web.visits(JWKS_URI), 1);
    world.clock.advance(30);
    Tokens::of(&send(&world, &newer, &good(&world, "3")).await);
    assert_error(&send(&world, &key, &good(&world, "4")).await, 401, "invalid_client");
    assert_eq!(world.web.visits(JWKS_URI), 2);
}

#[tokio::test]
async fn t19_keys_that_cannot_be_read_are_no_verdict() {
    let key = ClientKey::generate(Algorithm::ES256);
    let world = publishing(&key).await;
    for junk in ["", "{}", "{\"keys\":[]}", "<html>", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"] {
        world.web.publish(JWKS_URI, junk);
        world.clock.advance(30);
        assert_unavailable(&send(&world, &key, &good(&world, "j")).await);
    }
    world.web.unpublish(JWKS_URI);
    world.clock.advance(30);
    assert_unavailable(&send(&world, &key, &good(&world, "j")).await);
    world.web.publish(JWKS_URI, &key.jwks());
    world.clock.advance(30);
    Tokens::of(&send(&world, &key, &good(&world, "j")).await);
    // What is remembered serves while the URL does not; an unknown key stays unjudged.
    world.web.unpublish(JWKS_URI);
    world.clock.advance(60);
    Tokens::of(&send(&world, &key, &good(&world, "k")).await);
    let stranger = ClientKey::generate(Algorithm::ES256);
    assert_unavailable(&send(&world, &stranger, &good(&world, "l")).await);
    assert_unavailable(&send(&world, &stranger, &good(&world, "l")).await);
}
