//! Where the token may stand, and what a signed answer is (OpenID Connect Core sections 5.3.1 and 5.3.2, RFC 6750).

use postern_jose::{Algorithm, Jwk, JwsRules, KeySet, PublicKey, verify_jws};
use postern_testkit::{Answer, Ask, ISSUER, Plan, World, assert_error, claims_of, header_of};
use serde_json::{Value, json};

use super::{assert_told, tokens};

#[tokio::test]
async fn a_token_may_be_posted() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let by_header = world.userinfo(&token).send().await;
    let posted = world.post("/oauth2/userinfo").form([("access_token", token.as_str())]).send().await;
    assert_eq!((posted.status(), posted.json()), (200, by_header.json()));
    let along = world.post("/oauth2/userinfo").form([("other", "x")]).bearer(&token).send().await;
    assert_eq!((along.status(), along.json()), (200, by_header.json()));
}

#[track_caller]
fn assert_challenged(answer: &Answer, status: u16, error: &str) {
    assert_error(answer, status, error);
    let challenge = format!("Bearer realm=\"api\", error=\"{error}\"");
    assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()));
}

/// RFC 6750 sections 2 and 3.1.
#[tokio::test]
async fn two_tokens_are_one_too_many() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let form = |pairs: &[&'static str]| {
        let pairs: Vec<_> = pairs.iter().map(|name| (*name, token.as_str())).collect();
        world.post("/oauth2/userinfo").form(pairs)
    };
    assert_challenged(&form(&["access_token"]).bearer(&token).send().await, 400, "invalid_request");
    assert_challenged(&form(&["access_token", "access_token"]).send().await, 400, "invalid_request");
    let wrong = world.post("/oauth2/userinfo").form([("access_token", "x")]).send().await;
    assert_challenged(&wrong, 401, "invalid_token");
    let large = world.post("/oauth2/userinfo").form([("access_token", "x".repeat(70_000).as_str())]);
    assert_challenged(&large.send().await, 413, "invalid_request");
}

/// The claims of a token whose signature the published keys vouch for.
async fn verified(world: &World, token: &str) -> Value {
    let jwks = world.get("/.well-known/jwks.json").send().await.json();
    let keys: Vec<Jwk> = serde_json::from_value(jwks["keys"].clone()).unwrap();
    let keys = KeySet::new(keys.iter().map(|key| PublicKey::from_jwk(key).unwrap()).collect());
    serde_json::from_slice(&verify_jws(token, &keys, &JwsRules { typ: "JWT" }).unwrap().payload).unwrap()
}

#[tokio::test]
async fn a_client_may_have_its_answer_signed() {
    let world =
        World::with(Plan { algorithms: vec![Algorithm::ES256, Algorithm::EdDSA], ..Plan::default() }).await;
    let web = &world.apps.web;
    world
        .edit_client(&web.client_id, |it| it.openid.userinfo_signed_response_alg = Some(Algorithm::EdDSA))
        .await;
    let tokens = tokens(&world, web, &Ask::of(web).with("scope", "openid email")).await;
    let answer = world.userinfo(&tokens.access).send().await;
    assert_eq!((answer.status(), answer.header("content-type")), (200, Some("application/jwt")));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(header_of(answer.text())["alg"], "EdDSA");
    let expected = json!({
        "iss": ISSUER, "aud": web.client_id.as_str(), "sub": claims_of(&tokens.id)["sub"],
        "email": "olivia@acme.test", "email_verified": true,
    });
    assert_eq!(verified(&world, answer.text()).await, expected);
}

#[tokio::test]
async fn j07_a_signed_answer_is_neither_an_access_token_nor_a_hint() {
    let world = World::start().await;
    let web = &world.apps.web;
    world
        .edit_client(&web.client_id, |it| it.openid.userinfo_signed_response_alg = Some(Algorithm::ES256))
        .await;
    let tokens = tokens(&world, web, &Ask::of(web)).await;
    let signed = world.userinfo(&tokens.access).send().await.text().to_owned();
    assert_challenged(&world.userinfo(&signed).send().await, 401, "invalid_token");
    let ask = Ask::of(web).with("id_token_hint", &signed);
    assert_told(&world.get(&ask.path()).send().await, "invalid_request");
}
