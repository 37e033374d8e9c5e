//! Proofs at the token endpoint (RFC 9449 sections 4.3 and 5).

use postern_jose::Algorithm;
use postern_testkit::{ISSUER, Prover, Tokens, World, assert_error, claims_of};
use serde_json::{Value, json};

use super::{bound_tokens, token_uri};

#[tokio::test]
async fn every_grant_binds_its_access_tokens_to_the_key() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.web);
    let first = bound_tokens(&world, app, &prover).await;
    let second = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&prover).send().await);
    let own = world.client_credentials(&world.apps.service, "contact.read").proved_by(&prover);
    let own = Tokens::of(&own.send().await);
    for tokens in [first, second, own] {
        assert_eq!(tokens.body["token_type"], "DPoP");
        assert_eq!(claims_of(&tokens.access)["cnf"], json!({"jkt": prover.jkt()}));
    }
    let plain = world.tokens(app).await;
    assert_eq!(
        (&plain.body["token_type"], &claims_of(&plain.access)["cnf"]),
        (&json!("Bearer"), &Value::Null)
    );
}

#[tokio::test]
async fn every_asymmetric_algorithm_will_do() {
    let world = World::start().await;
    let advertised = world.get("/.well-known/openid-configuration").send().await.json();
    let names: Vec<_> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    assert_eq!(advertised["dpop_signing_alg_values_supported"], json!(names));
    for algorithm in Algorithm::ALL {
        let (prover, app) = (Prover::of(algorithm), &world.apps.service);
        let answer = world.client_credentials(app, "contact.read").proved_by(&prover).send().await;
        assert_eq!(claims_of(&Tokens::of(&answer).access)["cnf"]["jkt"], prover.jkt(), "{algorithm}");
    }
}

#[tokio::test]
async fn x07_a_proof_of_another_request_time_or_form_is_refused_and_changes_nothing() {
    let world = World::start().await;
    let (prover, app, now) = (Prover::new(), &world.apps.web, world.now());
    let code = world.code(app).await;
    let before = world.dump().await;
    let good = || prover.claims("POST", &token_uri(), now);
    let with = |name: &str, value: Value| {
        let mut claims = good();
        claims[name] = value;
        prover.sign(&prover.header(), &claims)
    };
    let mut mistyped = prover.header();
    mistyped["typ"] = json!("JWT");
    for proof in [
        with("htm", json!("GET")),
        with("htm", json!("post")),
        with("htu", json!(format!("{ISSUER}/oauth2/refresh"))),
        with("htu", json!("https://evil.test/oauth2/token")),
        with("htu", json!("nonsense")),
        with("iat", json!(now - 120)),
        with("iat", json!(now + 31)),
        with("jti", json!("")),
        prover.sign(&mistyped, &good()),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let answer = world.exchange(app, &code).header("dpop", &proof).send().await;
        assert_error(&answer, 400, "invalid_dpop_proof");
    }
    let twice = world.exchange(app, &code).proved_by(&prover).proved_by(&prover);
    assert_error(&twice.send().await, 400, "invalid_dpop_proof");
    assert_eq!(world.dump().await, before);
    Tokens::of(&world.exchange(app, &code).proved_by(&prover).send().await);
}

#[tokio::test]
async fn x07_clocks_may_differ_a_little_and_a_query_does_not_matter() {
    let world = World::start().await;
    let (prover, app, now) = (Prover::new(), &world.apps.service, world.now());
    for (uri, iat) in [
        (token_uri(), now - 119),
        (token_uri(), now + 30),
        (format!("{}?x=1#y", token_uri()), now),
        (token_uri().replace("as.test", "AS.TEST:443"), now),
    ] {
        let proof = prover.proof("POST", &uri, iat);
        let answer = world.client_credentials(app, "contact.read").header("dpop", &proof).send().await;
        assert_eq!(answer.status(), 200, "{uri} {iat}: {}", answer.text());
    }
}

#[tokio::test]
async fn each_door_has_a_uri_of_its_own() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.web);
    let tokens = bound_tokens(&world, app, &prover).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh.as_str())];
    let refresh = || world.post("/oauth2/refresh").form(form).by(app);
    let foreign = prover.proof("POST", &token_uri(), world.now());
    assert_error(&refresh().header("dpop", &foreign).send().await, 400, "invalid_dpop_proof");
    Tokens::of(&refresh().proved_by(&prover).send().await);
}

#[tokio::test]
async fn a_client_that_is_held_to_bound_tokens_gets_no_others() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.web);
    world.edit_client(&app.client_id, |client| client.sender.dpop_bound_access_tokens = true).await;
    let code = world.code(app).await;
    assert_error(&world.exchange(app, &code).send().await, 400, "invalid_dpop_proof");
    let tokens = Tokens::of(&world.exchange(app, &code).proved_by(&prover).send().await);
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_dpop_proof");
    Tokens::of(&world.refresh(app, &tokens.refresh).proved_by(&prover).send().await);
}

#[tokio::test]
async fn introspection_tells_of_the_key() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.web);
    let tokens = bound_tokens(&world, app, &prover).await;
    let told = world.introspect(app, &tokens.access).send().await.json();
    assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &json!("DPoP")));
    assert_eq!(told["cnf"], json!({"jkt": prover.jkt()}));
    // A confidential client's refresh tokens are bound to the client.
    let told = world.introspect(app, &tokens.refresh).send().await.json();
    assert_eq!((&told["active"], &told["cnf"]), (&json!(true), &Value::Null));
}

#[tokio::test]
async fn a_bound_token_can_be_revoked_without_a_proof() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.web);
    let tokens = bound_tokens(&world, app, &prover).await;
    assert_eq!(world.revoke(app, &tokens.access).send().await.status(), 200);
    assert_eq!(world.introspect(app, &tokens.access).send().await.json(), json!({"active": false}));
}
