//! Metadata and keys: what they say is so.

use postern_core::http::Method;
use postern_jose::Algorithm;
use postern_testkit::{ISSUER, Plan, Tokens, World, assert_error, header_of};
use serde_json::{Value, json};

const CONFIGURATION: &str = "/.well-known/openid-configuration";

async fn document(world: &World, path: &str) -> Value {
    let answer = world.get(path).send().await;
    assert_eq!((answer.status(), answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=900"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    answer.json()
}

#[tokio::test]
async fn both_documents_say_the_same_and_what_is_required() {
    let world = World::start().await;
    let metadata = document(&world, CONFIGURATION).await;
    assert_eq!(document(&world, "/.well-known/oauth-authorization-server").await, metadata);
    for (name, value) in [
        ("issuer", json!(ISSUER)),
        ("response_types_supported", json!(["code"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        ("subject_types_supported", json!(["public", "pairwise"])),
        ("id_token_signing_alg_values_supported", json!(["ES256"])),
    ] {
        assert_eq!(metadata[name], value, "{name}");
    }
    assert!(!metadata.to_string().contains("none\",\"plain") && !metadata.to_string().contains("implicit"));
}

#[tokio::test]
async fn every_endpoint_that_is_named_answers() {
    let world = World::start().await;
    let metadata = document(&world, CONFIGURATION).await;
    let endpoints = metadata
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
    let mut count = 0;
    for (name, url) in endpoints {
        let path = url.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert_ne!(world.get(path).send().await.status(), 404, "{name}");
        count += 1;
    }
    assert_eq!(count, 10);
}

#[tokio::test]
async fn j17_a_host_header_changes_nothing() {
    let world = World::start().await;
    let honest = document(&world, CONFIGURATION).await;
    let lured = world.get(CONFIGURATION).header("host", "evil.test").header("x-forwarded-host", "evil.test");
    assert_eq!(lured.send().await.json(), honest);
}

#[tokio::test]
async fn i13_every_key_is_published_with_its_algorithm_and_no_private_part() {
    let algorithms = vec![Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
    let world = World::with(Plan { algorithms, ..Plan::default() }).await;
    let keys = document(&world, "/.well-known/jwks.json").await;
    let keys = keys["keys"].as_array().unwrap();
    let names: Vec<_> = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect();
    // J14: the last one is announced, and does not sign yet.
    assert_eq!(names, ["RS256", "ES256", "EdDSA", "ES256"]);
    let algorithms = &document(&world, CONFIGURATION).await["id_token_signing_alg_values_supported"];
    assert_eq!(*algorithms, json!(["RS256", "ES256", "EdDSA"]));
    for key in keys {
        assert_eq!(key["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
    let token =
        Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await).access;
    assert_eq!(header_of(&token)["kid"], keys[0]["kid"]);
}

#[tokio::test]
async fn only_get_and_only_what_is_there() {
    let world = World::start().await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = world.request(method, CONFIGURATION).send().await;
        assert_error(&answer, 405, "invalid_request");
        assert_eq!(answer.header("allow"), Some("GET, OPTIONS"));
    }
    assert_eq!(world.get("/.well-known/nothing").send().await.status(), 404);
}
