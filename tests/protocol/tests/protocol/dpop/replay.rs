//! A proof serves once (RFC 9449 section 11.1).

use futures_util::future::join_all;
use postern_core::http::Method;
use postern_testkit::{Prover, Tokens, World, assert_error, assert_unavailable, request};

use super::{bound_tokens, presented, token_uri};

#[tokio::test]
async fn x07_a_used_proof_gets_no_second_token_anywhere() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.service);
    let proof = prover.proof("POST", &token_uri(), world.now());
    Tokens::of(&world.client_credentials(app, "contact.read").header("dpop", &proof).send().await);
    for instance in [world.instance(), world.instance()] {
        let again = instance.client_credentials(app, "contact.read").header("dpop", &proof);
        assert_error(&again.send().await, 400, "invalid_dpop_proof");
    }
    // Another key may use the same jti.
    let other = Prover::new();
    let proof = other.proof("POST", &token_uri(), world.now());
    Tokens::of(&world.client_credentials(app, "contact.read").header("dpop", &proof).send().await);
}

#[tokio::test]
async fn x07_of_many_uses_at_once_exactly_one_succeeds() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.service);
    let proof = prover.proof("POST", &token_uri(), world.now());
    let uses = (0..20).map(|_| {
        let instance = world.instance();
        let proof = proof.clone();
        async move { instance.client_credentials(app, "contact.read").header("dpop", &proof).send().await }
    });
    let answers = join_all(uses).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 200).count(), 1);
    answers.iter().filter(|it| it.status() != 200).for_each(|it| assert_error(it, 400, "invalid_dpop_proof"));
}

#[tokio::test]
async fn x07_of_many_requests_with_one_proof_exactly_one_passes_the_authorizer() {
    let world = World::start().await;
    let prover = Prover::new();
    let tokens = bound_tokens(&world, &world.apps.web, &prover).await;
    let proof = (world.now(), tokens.access.as_str());
    let proof = prover.proof_for_token("GET", "https://api.test/v1/contacts/con_1", proof);
    let event = presented(request("GET /v1/contacts/{id}", ""), "DPoP", &tokens.access, &[&proof]);
    let gates: Vec<_> = (0..20).map(|_| world.gate(15)).collect();
    let decisions = join_all(gates.iter().map(|gate| gate.decide(&event))).await;
    let named = |name: &str| decisions.iter().filter(|decision| decision.name() == name).count();
    assert_eq!((named("allowed"), named("unauthorized")), (1, 19));
}

/// Neither our memory of a standing nor the gateway's answer makes a used proof good again.
#[tokio::test]
async fn x07_a_warm_authorizer_refuses_a_used_proof() {
    let world = World::start().await;
    let (prover, gate) = (Prover::new(), world.gate(300));
    let tokens = bound_tokens(&world, &world.apps.web, &prover).await;
    let event = |jti: &str| {
        let mut claims = prover.claims("GET", "https://api.test/v1/contacts/con_1", world.now());
        claims["jti"] = jti.into();
        claims["ath"] = postern_jose::access_token_hash(&tokens.access).into();
        let proof = prover.sign(&prover.header(), &claims);
        presented(request("GET /v1/contacts/{id}", ""), "DPoP", &tokens.access, &[&proof])
    };
    assert_eq!(gate.decide(&event("a")).await.name(), "allowed");
    assert_eq!(gate.decide(&event("a")).await.name(), "unauthorized");
    assert_eq!(gate.decide(&event("b")).await.name(), "allowed");
}

/// Every call of a request with a proof, struck by every fault: a fault is no verdict, and a new proof succeeds.
#[tokio::test]
async fn x07_t19_faults_refuse_nobody() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.service);
    let ask = async || {
        let instance = world.instance();
        instance.client_credentials(app, "contact.read").proved_by(&prover).send().await
    };
    let (sites, clean) = world.sites(ask()).await;
    Tokens::of(&clean);
    for site in &sites {
        for blow in postern_testkit::Blow::all() {
            world.strike(site, blow);
            let first = ask().await;
            world.faults().clear();
            if first.status() != 200 {
                assert_unavailable(&first);
            }
            Tokens::of(&ask().await);
        }
    }
}

#[tokio::test]
async fn a_preflight_lets_scripts_send_proofs() {
    let world = World::start().await;
    let answer = world.request(Method::OPTIONS, "/oauth2/token").send().await;
    assert!(answer.header("access-control-allow-headers").unwrap().contains("dpop"));
}
