//! ID tokens (OpenID Connect Core section 2), by each signing algorithm.

use postern_jose::{Algorithm, Jwk, JwsRules, KeySet, PublicKey, at_hash, verify_jws};
use postern_testkit::{Ask, Code, ISSUER, Plan, Tokens, World, claims_of, header_of};
use serde_json::{Value, json};

/// The claims of a token whose signature the published keys vouch for.
async fn verified(world: &World, token: &str, typ: &'static str) -> Value {
    let jwks = world.get("/.well-known/jwks.json").send().await.json();
    let keys: Vec<Jwk> = serde_json::from_value(jwks["keys"].clone()).unwrap();
    let keys = KeySet::new(keys.iter().map(|key| PublicKey::from_jwk(key).unwrap()).collect());
    serde_json::from_slice(&verify_jws(token, &keys, &JwsRules { typ }).unwrap().payload).unwrap()
}

async fn by(algorithm: Algorithm) {
    let world = World::with(Plan { algorithms: vec![algorithm], ..Plan::default() }).await;
    let app = &world.apps.web;
    let begun = world.now();
    let code = world.code(app).await;
    world.clock.advance(30);
    let tokens = Tokens::of(&world.exchange(app, &code).send().await);
    let claims = verified(&world, &tokens.id, "JWT").await;
    let expected = json!({
        "iss": ISSUER,
        "sub": world.people.olivia.user_id.as_str(),
        "aud": app.client_id.as_str(),
        "iat": begun + 30,
        "exp": begun + 30 + 3_600,
        "auth_time": begun,
        "nonce": "n-1",
        "at_hash": at_hash(algorithm, &tokens.access),
        "acr": "urn:postern:acr:password",
        "amr": ["pwd"],
        "sid": claims["sid"],
    });
    assert_eq!(claims, expected);
    assert_eq!(header_of(&tokens.id)["alg"], algorithm.name());
    verified(&world, &tokens.access, "at+jwt").await;
    let refreshed = Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    let again = verified(&world, &refreshed.id, "JWT").await;
    assert_eq!(again["at_hash"], at_hash(algorithm, &refreshed.access));
}

#[tokio::test]
async fn j16_rs256() {
    by(Algorithm::RS256).await;
}

#[tokio::test]
async fn j16_ps256() {
    by(Algorithm::PS256).await;
}

#[tokio::test]
async fn j16_es256() {
    by(Algorithm::ES256).await;
}

#[tokio::test]
async fn j16_eddsa() {
    by(Algorithm::EdDSA).await;
}

#[tokio::test]
async fn each_client_chooses_among_the_keys() {
    let algorithms = vec![Algorithm::ES256, Algorithm::EdDSA];
    let world = World::with(Plan { algorithms, ..Plan::default() }).await;
    let service = &world.apps.service;
    for (wanted, signed) in
        [(None, "ES256"), (Some(Algorithm::EdDSA), "EdDSA"), (Some(Algorithm::ES256), "ES256")]
    {
        world.edit_client(&service.client_id, |client| client.signing_algorithm = wanted).await;
        world.clock.advance(10);
        let token = Tokens::of(&world.client_credentials(service, "contact.read").send().await).access;
        assert_eq!(header_of(&token)["alg"], signed);
        assert_eq!(world.gate(0).call("GET /me", &token).await.name(), "allowed");
    }
}

#[tokio::test]
async fn a22_auth_time_is_when_the_user_signed_in_whatever_happens_later() {
    let world = World::start().await;
    let (app, signed_in) = (&world.apps.web, world.now());
    let mut browser = world.browser();
    let ask = Ask::of(app);
    browser.authorize(&ask, &world.people.olivia).await;
    world.clock.advance(600);
    let code = Code::of(&browser.open(&ask).await, &ask);
    let mut tokens = Tokens::of(&world.exchange(app, &code).send().await);
    for _ in 0..2 {
        assert_eq!(claims_of(&tokens.id)["auth_time"], signed_in);
        assert_eq!(claims_of(&tokens.access)["auth_time"], signed_in);
        world.clock.advance(3_600);
        tokens = Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    }
}

#[tokio::test]
async fn a_nonce_is_echoed_once_and_never_made_up() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code_for(&Ask::of(app).with("nonce", "n \"ü\" 1"), &world.people.olivia).await;
    let tokens = Tokens::of(&world.exchange(app, &code).send().await);
    assert_eq!(claims_of(&tokens.id)["nonce"], "n \"ü\" 1");
    let refreshed = Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    assert_eq!(claims_of(&refreshed.id).get("nonce"), None);
    let code = world.code_for(&Ask::of(app).without("nonce"), &world.people.olivia).await;
    let tokens = Tokens::of(&world.exchange(app, &code).send().await);
    assert_eq!(claims_of(&tokens.id).get("nonce"), None);
}
