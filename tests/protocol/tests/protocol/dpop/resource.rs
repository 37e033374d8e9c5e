//! Bound tokens before the API (RFC 9449 section 7).

use postern_jose::access_token_hash;
use postern_testkit::{Prover, Tokens, World, event, request};
use serde_json::{Value, json};

use super::{bound_tokens, presented};

const URI: &str = "https://api.test/v1/contacts/con_1";

fn contact() -> Value {
    request("GET /v1/contacts/{id}", "")
}

#[tokio::test]
async fn a_bound_token_passes_with_its_key_at_every_gateway_that_tells_the_header() {
    let world = World::start().await;
    let (prover, gate) = (Prover::new(), world.gate(15));
    let token = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let proof = |uri: &str| prover.proof_for_token("GET", uri, (world.now(), &token));
    let http = presented(contact(), "DPoP", &token, &[&proof(URI)]);
    assert_eq!(gate.decide(&http).await.name(), "allowed");
    // REST: the stage is a part of the path, and headers keep their case.
    let mut rest = event("rest-request");
    rest["requestContext"]["domainName"] = json!("api.test");
    rest["multiValueHeaders"]["Authorization"] = json!([format!("dpop {token}")]);
    rest["multiValueHeaders"]["DPoP"] = json!([proof("https://api.test/v1/v1/contacts/con_1")]);
    assert_eq!(gate.decide(&rest).await.name(), "allowed");
    // Two headers, where the gateway keeps them apart.
    let both =
        [proof("https://api.test/v1/v1/contacts/con_1"), proof("https://api.test/v1/v1/contacts/con_1")];
    rest["multiValueHeaders"]["DPoP"] = json!(both);
    assert_eq!(gate.decide(&rest).await.name(), "unauthorized");
}

#[tokio::test]
async fn x08_a_bound_token_sent_as_bearer_is_refused() {
    let world = World::start().await;
    let (prover, gate) = (Prover::new(), world.gate(15));
    let token = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let proof = prover.proof_for_token("GET", URI, (world.now(), &token));
    for event in [contact(), event("rest-request"), event("http-1.0")] {
        for proofs in [&[][..], &[proof.as_str()][..]] {
            let mut event = presented(event.clone(), "Bearer", &token, proofs);
            event["multiValueHeaders"] = Value::Null;
            event["headers"]["Authorization"] = Value::Null;
            assert_eq!(gate.decide(&event).await.name(), "unauthorized", "{event}");
        }
    }
}

/// A `TOKEN` event has no place for a proof.
#[tokio::test]
async fn x08_a_token_event_passes_no_bound_token() {
    let world = World::start().await;
    let prover = Prover::new();
    let token = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let mut event = event("rest-token");
    for scheme in ["Bearer", "DPoP"] {
        event["authorizationToken"] = json!(format!("{scheme} {token}"));
        assert_eq!(world.gate(15).decide(&event).await.name(), "unauthorized");
    }
}

#[tokio::test]
async fn x08_a_token_of_no_key_is_refused_under_the_scheme_dpop() {
    let world = World::start().await;
    let (prover, gate) = (Prover::new(), world.gate(15));
    let token = world.tokens(&world.apps.web).await.access;
    let proof = prover.proof_for_token("GET", URI, (world.now(), &token));
    assert_eq!(gate.decide(&presented(contact(), "DPoP", &token, &[&proof])).await.name(), "unauthorized");
    assert_eq!(gate.decide(&presented(contact(), "Bearer", &token, &[&proof])).await.name(), "allowed");
}

#[tokio::test]
async fn x07_a_proof_of_another_request_token_key_or_time_is_refused() {
    let world = World::start().await;
    let (prover, thief, gate, now) = (Prover::new(), Prover::new(), world.gate(15), world.now());
    let token = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let other = bound_tokens(&world, &world.apps.web, &prover).await.access;
    let with = |name: &str, value: Value| {
        let mut claims = prover.claims("GET", URI, now);
        claims["ath"] = json!(access_token_hash(&token));
        claims[name] = value;
        prover.sign(&prover.header(), &claims)
    };
    let good = with("x", json!(1));
    let mut refused = vec![
        with("htm", json!("POST")),
        with("htu", json!("https://api.test/v1/contacts/con_2")),
        with("htu", json!("https://other.test/v1/contacts/con_1")),
        with("htu", json!("http://api.test/v1/contacts/con_1")),
        with("iat", json!(now - 120)),
        with("iat", json!(now + 31)),
        with("ath", Value::Null),
        prover.proof("GET", URI, now),
        prover.proof_for_token("GET", URI, (now, &other)),
        thief.proof_for_token("GET", URI, (now, &token)),
        format!("{good},{good}"),
        "nonsense".to_owned(),
    ];
    refused.push(String::new());
    for proof in &refused {
        let decision = gate.decide(&presented(contact(), "DPoP", &token, &[proof])).await;
        assert_eq!(decision.name(), "unauthorized", "{proof}");
    }
    assert_eq!(gate.decide(&presented(contact(), "DPoP", &token, &[])).await.name(), "unauthorized");
    assert_eq!(gate.decide(&presented(contact(), "DPoP", &token, &[&good])).await.name(), "allowed");
}

#[tokio::test]
async fn without_a_domain_or_a_path_no_proof_fits() {
    let world = World::start().await;
    let (prover, gate) = (Prover::new(), world.gate(15));
    let token = bound_tokens(&world, &world.apps.web, &prover).await.access;
    for missing in ["domainName", "http"] {
        let proof = prover.proof_for_token("GET", URI, (world.now(), &token));
        let mut event = presented(contact(), "DPoP", &token, &[&proof]);
        if missing == "http" {
            event["requestContext"]["http"]["path"] = Value::Null;
        } else {
            event["requestContext"][missing] = Value::Null;
        }
        assert_eq!(gate.decide(&event).await.name(), "unauthorized", "{missing}");
    }
}

#[tokio::test]
async fn a_platforms_bound_token_acts_for_accounts() {
    let world = World::start().await;
    let (prover, platform) = (Prover::new(), &world.apps.platform);
    let connected = world.connect(platform, &world.people.olivia).await;
    let own = world.client_credentials(platform, "contact.all").proved_by(&prover).send().await;
    let token = Tokens::of(&own).access;
    let proof = prover.proof_for_token("GET", URI, (world.now(), &token));
    let mut event = presented(contact(), "DPoP", &token, &[&proof]);
    event["headers"]["acme-account"] = json!(connected.account);
    assert_eq!(world.gate(15).decide(&event).await.name(), "allowed");
}
