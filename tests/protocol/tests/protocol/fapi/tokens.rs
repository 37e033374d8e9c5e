//! FAPI 2.0 section 5.3.2.1: codes, access tokens and refresh tokens.

use postern_core::client::Profile;
use postern_testkit::{Ask, Code, Prover, Tokens, assert_error, claims_of};
use serde_json::json;

use super::{Stage, profile};

#[tokio::test]
async fn fapi_5_3_2_1_every_access_token_is_bound_to_a_key() {
    let stage = Stage::start().await;
    let code = stage.code().await;
    assert_error(&stage.exchange(&code).send().await, 400, "invalid_dpop_proof");
    let tokens = Tokens::of(&stage.exchange(&code).proved_by(&stage.prover).send().await);
    assert_error(&stage.refresh(&tokens.refresh).send().await, 400, "invalid_dpop_proof");
    let refreshed = Tokens::of(&stage.refresh(&tokens.refresh).proved_by(&stage.prover).send().await);
    for tokens in [tokens, refreshed] {
        assert_eq!(claims_of(&tokens.access)["cnf"], json!({"jkt": stage.prover.jkt()}));
    }
    let service = stage.world.apps.service.client_id.clone();
    stage.world.edit_client(&service, |client| profile(client, &stage.key)).await;
    let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
    let own = || stage.world.post("/oauth2/token").form(form).asserting(&stage.assertion_of(&service));
    assert_error(&own().send().await, 400, "invalid_dpop_proof");
    let own = Tokens::of(&own().proved_by(&stage.prover).send().await);
    assert_eq!(claims_of(&own.access)["cnf"], json!({"jkt": stage.prover.jkt()}));
}

#[tokio::test]
async fn fapi_5_3_2_1_codes_live_for_sixty_seconds_at_most() {
    let stage = Stage::start().await;
    let (early, late) = (stage.code().await, stage.code().await);
    stage.world.clock.advance(59);
    Tokens::of(&stage.exchange(&early).proved_by(&stage.prover).send().await);
    stage.world.clock.advance(1);
    assert_error(&stage.exchange(&late).proved_by(&stage.prover).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn fapi_5_3_2_1_codes_are_bound_to_the_key_of_the_push() {
    let stage = Stage::start().await;
    let ask = Ask::of(&stage.app);
    let link = stage.link(&stage.push(&ask).proved_by(&stage.prover).send().await);
    let olivia = &stage.world.people.olivia;
    let answer = stage.world.signed_in(olivia).await.authorize(&link, olivia).await;
    let named = stage.authorize(&ask.clone().with("dpop_jkt", &stage.prover.jkt())).await;
    for answer in [answer, named] {
        let code = Code::of(&answer, &ask);
        let stolen = stage.exchange(&code).proved_by(&Prover::new()).send().await;
        assert_error(&stolen, 400, "invalid_grant");
        Tokens::of(&stage.exchange(&code).proved_by(&stage.prover).send().await);
    }
}

/// Whatever the record says: confidential clients need no rotation, and lose grants by it.
#[tokio::test]
async fn fapi_5_3_2_1_refresh_tokens_do_not_rotate() {
    let stage = Stage::start().await;
    stage.edit(|client| client.rotate_refresh_tokens = true).await;
    let first = stage.tokens().await;
    for _ in 0..3 {
        stage.world.clock.advance(120);
        let again = Tokens::of(&stage.refresh(&first.refresh).proved_by(&stage.prover).send().await);
        assert_eq!(again.refresh, first.refresh);
        assert_ne!(again.access, first.access);
    }
}

/// A rotation from before the profile: who lost its answer still gets it, and then goes on.
#[tokio::test]
async fn fapi_5_3_2_1_after_a_rotation_the_previous_refresh_token_serves_for_thirty_seconds() {
    let stage = Stage::start().await;
    stage.edit(|client| client.sender.profile = None).await;
    let first = stage.tokens().await;
    let second = Tokens::of(&stage.refresh(&first.refresh).proved_by(&stage.prover).send().await);
    assert_ne!(first.refresh, second.refresh);
    stage.edit(|client| client.sender.profile = Some(Profile::Fapi2)).await;
    for _ in 0..3 {
        stage.world.clock.advance(10);
        let again = Tokens::of(&stage.refresh(&first.refresh).proved_by(&stage.prover).send().await);
        assert_eq!(again.text, second.text);
    }
    let next = Tokens::of(&stage.refresh(&second.refresh).proved_by(&stage.prover).send().await);
    assert_eq!(next.refresh, second.refresh);
}

/// Section 5.3.2.1 lets a server ask for nonces: it works at the push and at the token endpoint.
#[tokio::test]
async fn fapi_5_3_2_1_a_client_of_the_profile_may_be_held_to_nonces() {
    let stage = Stage::start().await;
    stage.edit(|client| client.sender.dpop_nonce = true).await;
    let ask = Ask::of(&stage.app);
    let refused = stage.push(&ask).proved_by(&stage.prover).send().await;
    assert_error(&refused, 400, "use_dpop_nonce");
    let nonce = refused.header("dpop-nonce").unwrap();
    let pushed = stage.push(&ask).proved_with(&stage.prover, nonce).send().await;
    let olivia = &stage.world.people.olivia;
    let answer = stage.world.signed_in(olivia).await.authorize(&stage.link(&pushed), olivia).await;
    let code = Code::of(&answer, &ask);
    assert_error(&stage.exchange(&code).proved_by(&stage.prover).send().await, 400, "use_dpop_nonce");
    Tokens::of(&stage.exchange(&code).proved_with(&stage.prover, nonce).send().await);
}
