//! `POST /oauth2/register` (RFC 7591 section 3).

use postern_core::audit::{Actor, Kind};
use postern_core::http::Method;
use postern_jose::Algorithm;
use postern_testkit::{Ask, ClientKey, Tokens, World, assert_error};
use serde_json::json;

use super::{PATH, Registered, assert_refused, register};

#[tokio::test]
async fn a_registered_client_gets_tokens_and_uses_them() {
    let world = World::start().await;
    let metadata = world.get("/.well-known/openid-configuration").send().await.json();
    assert_eq!(metadata["registration_endpoint"], "https://as.test/oauth2/register");
    for changes in [
        json!({ "grant_types": ["authorization_code", "refresh_token"] }),
        json!({ "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none" }),
    ] {
        let client = Registered::new(&world, changes).await;
        let tokens = world.tokens(&client.app).await;
        assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
        let tokens = Tokens::of(&world.refresh(&client.app, &tokens.refresh).send().await);
        assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
        assert_eq!(world.userinfo(&tokens.access).send().await.status(), 200);
    }
}

#[tokio::test]
async fn rfc7591_3_2_1_the_answer_tells_all_that_is_registered() {
    let world = World::start().await;
    let answer = register(&world, json!({ "client_name": "Acme <b>Reader</b>" })).send().await;
    let client = Registered::of(&answer);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let body = &client.body;
    assert_eq!(body["client_id_issued_at"], world.now());
    assert_eq!(body["client_secret_expires_at"], 0);
    assert_eq!(body["client_name"], "Acme <b>Reader</b>");
    let uri = format!("https://as.test{}", client.path());
    assert_eq!(body["registration_client_uri"], uri);
    for text in ["client_id", "client_secret"] {
        assert!(body[text].as_str().unwrap().bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
    }
    // Section 2: the defaults.
    assert_eq!(body["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(body["grant_types"], json!(["authorization_code"]));
    assert_eq!(body["response_types"], json!(["code"]));
    assert_eq!((&body["application_type"], &body["subject_type"]), (&json!("web"), &json!("public")));
    assert_eq!(body.get("scope"), None);
}

#[tokio::test]
async fn a_public_client_has_no_secret() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "token_endpoint_auth_method": "none" })).await;
    assert_eq!(client.body.get("client_secret"), None);
    assert_eq!(client.body.get("client_secret_expires_at"), None);
    assert!(!client.token.is_empty());
}

#[tokio::test]
async fn a_client_authenticates_by_the_key_that_it_registered() {
    let world = World::start().await;
    let key = ClientKey::generate(Algorithm::ES256);
    let changes = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks() });
    let client = Registered::new(&world, changes).await;
    assert_eq!(client.app.secret, None);
    let code = world.code_for(&Ask::of(&client.app).with("scope", "openid"), &world.people.olivia).await;
    let assertion = key.sign(&ClientKey::claims(&world, &client.app.client_id, "j1"));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.code.as_str()),
        ("redirect_uri", code.redirect_uri.as_str()),
        ("code_verifier", postern_testkit::VERIFIER),
    ];
    Tokens::of(&world.post("/oauth2/token").form(form).asserting(&assertion).send().await);
}

#[tokio::test]
async fn d01_one_address_registers_so_many_and_is_told_when_to_come_again() {
    let world = World::start().await;
    for _ in 0..20 {
        Registered::of(&register(&world, json!({})).from("203.0.113.1").send().await);
    }
    let before = world.dump().await;
    let refused = register(&world, json!({})).from("203.0.113.1").send().await;
    assert_error(&refused, 429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("3"));
    assert_eq!(world.dump().await, before);
    Registered::of(&register(&world, json!({})).from("203.0.113.2").send().await);
    world.clock.advance(3);
    Registered::of(&register(&world, json!({})).from("203.0.113.1").send().await);
}

#[tokio::test]
async fn d01_the_addresses_of_one_ipv6_network_count_together() {
    let world = World::start().await;
    for n in 0..20 {
        Registered::of(&register(&world, json!({})).from(&format!("2001:db8::{n:x}")).send().await);
    }
    let refused = register(&world, json!({})).from("2001:db8::ffff").send().await;
    assert_error(&refused, 429, "rate_limited");
}

#[tokio::test]
async fn d08_a_software_statement_is_refused() {
    let world = World::start().await;
    let answer = register(&world, json!({ "software_statement": "eyJhbGciOiJub25lIn0.e30." })).send().await;
    assert_error(&answer, 400, "invalid_software_statement");
}

#[tokio::test]
async fn d10_bodies_that_are_no_small_json_object_are_refused() {
    let world = World::start().await;
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let send = |kind: &'static str, body: String| world.post(PATH).body(kind, body).send();
    for body in ["", "[]", "{", "null", "{\"a\":1,\"a\":2}", &deep] {
        let answer = send("application/json", body.to_owned()).await;
        assert_error(&answer, 400, "invalid_client_metadata");
    }
    let answer = send("application/x-www-form-urlencoded", "{}".to_owned()).await;
    assert_error(&answer, 400, "invalid_client_metadata");
    let big = json!({ "redirect_uris": ["https://a.test/"], "x": "x".repeat(1 << 20) });
    assert_error(&send("application/json", big.to_string()).await, 413, "invalid_client_metadata");
}

#[tokio::test]
async fn a_refusal_names_the_member_and_stores_nothing() {
    let world = World::start().await;
    let warm = world.instance();
    register(&warm, json!({ "redirect_uris": [] })).send().await;
    // But for the count of what came from the address.
    let stored = async || {
        let dump = world.dump().await;
        dump.lines().filter(|line| !line.contains("LIMIT#")).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = stored().await;
    let answer = register(&warm, json!({ "redirect_uris": ["javascript:alert(1)"] })).send().await;
    assert_refused(&answer, "invalid_redirect_uri", "redirect_uris");
    let answer = register(&warm, json!({ "grant_types": ["client_credentials"] })).send().await;
    assert_refused(&answer, "invalid_client_metadata", "grant_types");
    assert_eq!(stored().await, before);
}

#[tokio::test]
async fn other_methods_are_told_so_and_scripts_may_come() {
    let world = World::start().await;
    let answer = world.get(PATH).send().await;
    assert_error(&answer, 405, "invalid_request");
    assert_eq!(answer.header("allow"), Some("POST, OPTIONS"));
    let preflight = world.request(Method::OPTIONS, PATH).header("origin", "https://app.test").send().await;
    assert_eq!(preflight.status(), 204);
    assert_eq!(preflight.header("access-control-allow-methods"), Some("POST, GET, PUT, DELETE"));
}

#[tokio::test]
async fn the_log_tells_of_it_once_and_of_no_secret() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let events = world.events(None).await;
    let about = events.iter().filter(|it| it.client_id.as_ref() == Some(&client.app.client_id));
    let [event] = about.collect::<Vec<_>>()[..] else { panic!("one event") };
    assert_eq!((event.kind, &event.actor), (Kind::ClientCreated, &Actor::Nobody));
    assert_eq!(event.details["admitted_by"], "anybody");
    let dump = world.dump().await;
    assert!(!dump.contains(&client.token) && !dump.contains(client.app.secret.as_deref().unwrap()));
}
