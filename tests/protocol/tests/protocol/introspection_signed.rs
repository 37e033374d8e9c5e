//! Introspection answered by a signed JWT (RFC 9701).

use postern_core::store::LoadKeys;
use postern_jose::{Algorithm, JwsRules, KeySet, PublicKey, verify_jws};
use postern_testkit::{
    Answer, App, Blow, Plan, World, assert_error, assert_unavailable, claims_of, header_of,
};
use serde_json::{Value, json};

const TYPE: &str = "application/token-introspection+jwt";

async fn asked(world: &World, app: &App, token: &str) -> Answer {
    world.introspect(app, token).header("accept", TYPE).send().await
}

/// The claims of a signed answer whose signature is good.
async fn verified(world: &World, answer: &Answer) -> Value {
    assert_eq!((answer.status(), answer.header("content-type")), (200, Some(TYPE)), "{}", answer.text());
    assert_eq!((answer.header("cache-control"), answer.header("vary")), (Some("no-store"), Some("accept")));
    let keys = world.store().load_keys().await.unwrap().unwrap();
    let keys = KeySet::new(
        keys.signing.iter().map(|key| PublicKey::from_jwk(&key.jwk).unwrap()).collect::<Vec<_>>(),
    );
    verify_jws(answer.text(), &keys, &JwsRules { typ: "token-introspection+jwt" }).unwrap();
    claims_of(answer.text())
}

#[tokio::test]
async fn rfc9701_the_answer_is_signed_for_the_client_that_asks() {
    let world = World::with(Plan { algorithms: vec![Algorithm::RS256], ..Plan::default() }).await;
    let web = &world.apps.web;
    let tokens = world.tokens(web).await;
    let plain = world.introspect(web, &tokens.access).send().await.json();
    let answer = asked(&world, web, &tokens.access).await;
    assert_eq!(header_of(answer.text())["typ"], "token-introspection+jwt");
    let expected = json!({
        "iss": postern_testkit::ISSUER,
        "aud": web.client_id.as_str(),
        "iat": world.now(),
        "token_introspection": plain,
    });
    // Section 5: neither `sub` nor `exp` beside them.
    assert_eq!(verified(&world, &answer).await, expected);
}

#[tokio::test]
async fn v08_a_signed_answer_tells_strangers_no_more() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.web).await;
    for token in [tokens.access.as_str(), &tokens.refresh, "x"] {
        let answer = asked(&world, &world.apps.steady, token).await;
        assert_eq!(verified(&world, &answer).await["token_introspection"], json!({"active": false}));
        let nobody =
            world.post("/oauth2/introspect").form([("token", token)]).header("accept", TYPE).send().await;
        assert_error(&nobody, 401, "invalid_client");
    }
}

#[tokio::test]
async fn v08_a_signed_answer_is_no_access_token() {
    let world = World::start().await;
    let web = &world.apps.web;
    let tokens = world.tokens(web).await;
    let answer = asked(&world, web, &tokens.access).await;
    assert_eq!(world.gate(0).call("GET /me", answer.text()).await.name(), "unauthorized");
    assert_eq!(world.introspect(web, answer.text()).send().await.json(), json!({"active": false}));
}

#[tokio::test]
async fn a_refresh_token_is_described_too_and_its_grant_is_not_touched() {
    let world = World::start().await;
    let web = &world.apps.web;
    let tokens = world.tokens(web).await;
    let before = world.dump().await;
    let told = verified(&world, &asked(&world, web, &tokens.refresh).await).await;
    assert_eq!(told["token_introspection"]["active"], true);
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn the_algorithms_are_those_of_the_keys_that_sign() {
    let world =
        World::with(Plan { algorithms: vec![Algorithm::ES256, Algorithm::EdDSA], ..Plan::default() }).await;
    let metadata = world.get("/.well-known/oauth-authorization-server").send().await.json();
    assert_eq!(metadata["introspection_signing_alg_values_supported"], json!(["ES256", "EdDSA"]));
}

#[tokio::test]
async fn t19_without_a_signature_there_is_no_answer() {
    let world = World::start().await;
    let web = &world.apps.web;
    let tokens = world.tokens(web).await;
    let (sites, answer) = world.sites(asked(&world, web, &tokens.access)).await;
    assert_eq!(answer.status(), 200);
    let sign = sites.iter().find(|site| site.operation == "Sign").unwrap();
    world.strike(sign, Blow::all()[0]);
    assert_unavailable(&asked(&world, web, &tokens.access).await);
}
