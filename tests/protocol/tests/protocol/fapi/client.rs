//! FAPI 2.0 section 5.3.2.1: what client assertions have to be.

use postern_testkit::{Answer, ClientKey, ISSUER, Tokens, assert_error};
use serde_json::{Value, json};

use super::{Stage, profile};

/// A request for a token of the service, which is held to the profile too, with this claim of its assertion.
async fn with(stage: &Stage, (name, value): (&str, Value)) -> Answer {
    let service = &stage.world.apps.service.client_id;
    let jti = format!("{name}-{value}");
    let mut claims = ClientKey::claims(&stage.world, service, &jti);
    claims[name] = value;
    let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
    let draft = stage.world.post("/oauth2/token").form(form).asserting(&stage.key.sign(&claims));
    draft.proved_by(&stage.prover).send().await
}

async fn stage() -> Stage {
    let stage = Stage::start().await;
    let service = stage.world.apps.service.client_id.clone();
    stage.world.edit_client(&service, |client| profile(client, &stage.key)).await;
    stage
}

#[tokio::test]
async fn fapi_5_3_2_1_t10_the_audience_is_the_issuer_as_a_string() {
    let stage = stage().await;
    let token_endpoint = format!("{ISSUER}/oauth2/token");
    for bad in [
        json!(token_endpoint),
        json!([ISSUER]),
        json!([ISSUER, token_endpoint]),
        json!([]),
        json!(format!("{ISSUER}/")),
        json!("https://other.test"),
    ] {
        assert_error(&with(&stage, ("aud", bad)).await, 401, "invalid_client");
    }
    Tokens::of(&with(&stage, ("aud", json!(ISSUER))).await);
    // At the push as well.
    let mut claims = ClientKey::claims(&stage.world, &stage.app.client_id, "push");
    claims["aud"] = json!(format!("{ISSUER}/oauth2/par"));
    let pushed = stage.world.post("/oauth2/par").form(postern_testkit::Ask::of(&stage.app).pairs());
    assert_error(&pushed.asserting(&stage.key.sign(&claims)).send().await, 401, "invalid_client");
}

#[tokio::test]
async fn fapi_5_3_2_1_clocks_may_run_ten_seconds_ahead_and_not_sixty() {
    let stage = stage().await;
    let now = stage.world.now();
    for claim in ["iat", "nbf"] {
        Tokens::of(&with(&stage, (claim, json!(now + 10))).await);
        assert_error(&with(&stage, (claim, json!(now + 61))).await, 401, "invalid_client");
    }
    let uri = format!("{ISSUER}/oauth2/token");
    let ask = |iat| {
        let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
        let draft = stage.world.post("/oauth2/token").form(form);
        let draft = draft.asserting(&stage.assertion_of(&stage.world.apps.service.client_id));
        draft.header("dpop", &stage.prover.proof("POST", &uri, iat)).send()
    };
    Tokens::of(&ask(now + 10).await);
    assert_error(&ask(now + 61).await, 400, "invalid_dpop_proof");
}

#[tokio::test]
async fn fapi_5_3_2_1_t09_an_assertion_serves_once() {
    let stage = stage().await;
    Tokens::of(&with(&stage, ("jti", json!("j"))).await);
    assert_error(&with(&stage, ("jti", json!("j"))).await, 401, "invalid_client");
}
