//! Nonces of the server (RFC 9449 section 8).

use postern_core::lifetime::DPOP_NONCE;
use postern_testkit::{Answer, Ask, Prover, Tokens, World, assert_error};

use super::bound_tokens;

#[tokio::test]
async fn a_client_that_is_held_to_nonces_is_given_one() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.service);
    world.edit_client(&app.client_id, |client| client.sender.dpop_nonce = true).await;
    let ask = || world.client_credentials(app, "contact.read");
    let refused = ask().proved_by(&prover).send().await;
    assert_error(&refused, 400, "use_dpop_nonce");
    assert_eq!(refused.header("access-control-expose-headers"), Some("DPoP-Nonce"));
    let nonce = refused.header("dpop-nonce").unwrap().to_owned();
    Tokens::of(&ask().proved_with(&prover, &nonce).send().await);
    // Any process knows it, and it serves until the window after the next begins.
    world.clock.advance(DPOP_NONCE);
    let elsewhere = world.instance();
    let again = elsewhere.client_credentials(app, "contact.read").proved_with(&prover, &nonce);
    Tokens::of(&again.send().await);
    world.clock.advance(DPOP_NONCE);
    for stale in [nonce.as_str(), "forged"] {
        let refused = ask().proved_with(&prover, stale).send().await;
        assert_error(&refused, 400, "use_dpop_nonce");
        assert_ne!(refused.header("dpop-nonce"), Some(stale));
    }
    // Who brings no proof is told nothing of nonces.
    Tokens::of(&ask().send().await);
}

/// The nonce that a refusal gives.
#[track_caller]
fn given(answer: &Answer, status: u16) -> String {
    assert_eq!(
        (answer.status(), answer.member("error").as_str()),
        (status, "use_dpop_nonce"),
        "{}",
        answer.text()
    );
    assert!(answer.header("access-control-expose-headers").unwrap().contains("DPoP-Nonce"));
    answer.header("dpop-nonce").unwrap().to_owned()
}

/// Sections 8 and 9: a deployment may want them of everybody, wherever it can give one.
#[tokio::test]
async fn a_deployment_may_want_nonces_of_every_client() {
    let world = World::start().await;
    let (strict, prover) = (world.needing_dpop_nonces(), Prover::new());
    let token = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let service = &world.apps.service;
    let ask = || strict.client_credentials(service, "contact.read");
    let nonce = given(&ask().proved_by(&prover).send().await, 400);
    Tokens::of(&ask().proved_with(&prover, &nonce).send().await);
    let request = Ask::of(&world.apps.web);
    let push = || {
        let form = request.pairs().filter(|(name, _)| *name != "client_id");
        strict.post("/oauth2/par").form(form).by(&world.apps.web)
    };
    let nonce = given(&push().proved_by(&prover).send().await, 400);
    assert_eq!(push().proved_with(&prover, &nonce).send().await.status(), 201);
    let get = || strict.get("/oauth2/userinfo");
    let refused = get().dpop(&prover, &token).send().await;
    let nonce = given(&refused, 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some("DPoP error=\"use_dpop_nonce\", algs=\"RS256 PS256 ES256 EdDSA\"")
    );
    assert_eq!(get().dpop_with(&prover, (&token, &nonce)).send().await.status(), 200);
    given(&get().dpop_with(&prover, (&token, "forged")).send().await, 401);
    // Who brings no proof needs no nonce, and metadata tells of nothing.
    Tokens::of(&ask().send().await);
    assert_eq!(push().send().await.status(), 201);
    let plain = world.tokens(&world.apps.web).await.access;
    assert_eq!(strict.userinfo(&plain).send().await.status(), 200);
}
