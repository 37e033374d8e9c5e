//! FAPI 2.0 section 5.4.1: PS256, ES256 and `EdDSA` for every JWT, whoever makes it.

use postern_core::client::Profile;
use postern_jose::Algorithm;
use postern_testkit::{Ask, Prover, Tokens, assert_error, header_of, request};
use serde_json::json;

use super::Stage;
use crate::dpop::presented;

const ALLOWED: [Algorithm; 3] = [Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

#[tokio::test]
async fn fapi_5_4_1_assertions_are_not_signed_by_rs256() {
    for algorithm in ALLOWED {
        let stage = Stage::with(vec![Algorithm::ES256], algorithm).await;
        assert_eq!(stage.push(&Ask::of(&stage.app)).send().await.status(), 201, "{algorithm}");
    }
    let stage = Stage::with(vec![Algorithm::ES256], Algorithm::RS256).await;
    assert_error(&stage.push(&Ask::of(&stage.app)).send().await, 401, "invalid_client");
    stage.edit(|client| client.sender.profile = None).await;
    assert_eq!(stage.push(&Ask::of(&stage.app)).send().await.status(), 201);
}

#[tokio::test]
async fn fapi_5_4_1_proofs_are_not_signed_by_rs256() {
    let stage = Stage::start().await;
    let refused = Prover::of(Algorithm::RS256);
    let pushed = stage.push(&Ask::of(&stage.app)).proved_by(&refused).send().await;
    assert_error(&pushed, 400, "invalid_dpop_proof");
    let code = stage.code().await;
    assert_error(&stage.exchange(&code).proved_by(&refused).send().await, 400, "invalid_dpop_proof");
    let tokens = Tokens::of(&stage.exchange(&code).proved_by(&stage.prover).send().await);
    for algorithm in ALLOWED {
        let prover = Prover::of(algorithm);
        Tokens::of(&stage.refresh(&tokens.refresh).proved_by(&prover).send().await);
    }
}

/// Nor where a token is used that was bound to such a key before the client was held to the profile.
#[tokio::test]
async fn fapi_5_4_1_proofs_at_resources_are_not_signed_by_rs256() {
    let stage = Stage::start().await;
    for (algorithm, status, decision) in
        [(Algorithm::PS256, 200, "allowed"), (Algorithm::RS256, 401, "unauthorized")]
    {
        stage.edit(|client| client.sender.profile = None).await;
        let prover = Prover::of(algorithm);
        let code = stage.code().await;
        let token = Tokens::of(&stage.exchange(&code).proved_by(&prover).send().await).access;
        stage.edit(|client| client.sender.profile = Some(Profile::Fapi2)).await;
        let told = stage.world.instance().get("/oauth2/userinfo").dpop(&prover, &token).send().await;
        assert_eq!(told.status(), status, "{algorithm}");
        let shown = (stage.world.now(), token.as_str());
        let proof = prover.proof_for_token("GET", "https://api.test/v1/contacts/con_1", shown);
        let event = presented(request("GET /v1/contacts/{id}", ""), "DPoP", &token, &[&proof]);
        assert_eq!(stage.world.gate(0).decide(&event).await.name(), decision, "{algorithm}");
    }
}

/// The first key that the profile allows signs, where the first of all is for RS256.
#[tokio::test]
async fn fapi_5_4_1_tokens_are_not_signed_by_rs256() {
    let stage = Stage::with(vec![Algorithm::RS256, Algorithm::PS256], Algorithm::ES256).await;
    stage.edit(|client| client.signing_algorithm = None).await;
    let tokens = stage.tokens().await;
    for token in [&tokens.access, &tokens.id] {
        assert_eq!(header_of(token)["alg"], "PS256");
    }
    let told = stage.post("/oauth2/introspect", [("token", tokens.access.as_str())]);
    let told = told.header("accept", "application/token-introspection+jwt").send().await;
    assert_eq!(header_of(told.text())["alg"], "PS256");
    // What was registered otherwise, past every check, gets nothing rather than that.
    stage.edit(|client| client.signing_algorithm = Some(Algorithm::RS256)).await;
    let refused = stage.refresh(&tokens.refresh).proved_by(&stage.prover).send().await;
    assert!(refused.status() >= 500 && refused.json()["access_token"] == json!(null), "{refused:?}");
}
