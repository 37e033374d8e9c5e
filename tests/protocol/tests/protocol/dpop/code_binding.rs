//! Codes bound by `dpop_jkt` (RFC 9449 section 10), and refresh tokens of public clients (section 5).

use postern_core::grant::GrantState;
use postern_testkit::{Ask, Prover, Tokens, World, assert_error};

use super::bound_tokens;

#[tokio::test]
async fn x07_a_bound_code_serves_its_key_alone_and_is_not_burnt_by_others() {
    let world = World::start().await;
    let (prover, thief, app) = (Prover::new(), Prover::new(), &world.apps.spa);
    let ask = Ask::of(app).with("dpop_jkt", &prover.jkt());
    let code = world.code_for(&ask, &world.people.olivia).await;
    assert_error(&world.exchange(app, &code).send().await, 400, "invalid_dpop_proof");
    assert_error(&world.exchange(app, &code).proved_by(&thief).send().await, 400, "invalid_grant");
    assert!(matches!(world.grant(&code.code).await.state, GrantState::Code));
    let tokens = Tokens::of(&world.exchange(app, &code).proved_by(&prover).send().await);
    // A second use by somebody without the key is no replay (C03); one with it is (C02).
    assert_error(&world.exchange(app, &code).proved_by(&thief).send().await, 400, "invalid_grant");
    assert!(matches!(world.grant(&code.code).await.state, GrantState::Active(_)));
    assert_error(&world.exchange(app, &code).proved_by(&prover).send().await, 400, "invalid_grant");
    assert!(matches!(world.grant(&code.code).await.state, GrantState::Revoked(_)));
    assert!(!tokens.access.is_empty());
}

#[tokio::test]
async fn a_malformed_thumbprint_is_told_to_the_client() {
    let world = World::start().await;
    for bad in ["x", &"A".repeat(44), "+".repeat(43).as_str()] {
        let ask = Ask::of(&world.apps.web).with("dpop_jkt", bad);
        let answer = world.browser().open(&ask).await;
        assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"), "{bad}");
    }
}

#[tokio::test]
async fn r15_a_public_clients_refresh_tokens_are_bound_to_the_key() {
    let world = World::start().await;
    let (prover, thief, app) = (Prover::new(), Prover::new(), &world.apps.spa);
    let first = bound_tokens(&world, app, &prover).await;
    let before = world.dump().await;
    assert_error(&world.refresh(app, &first.refresh).send().await, 400, "invalid_dpop_proof");
    assert_error(&world.refresh(app, &first.refresh).proved_by(&thief).send().await, 400, "invalid_grant");
    assert_eq!(world.dump().await, before);
    let second = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&prover).send().await);
    // Even reuse is nothing to who has no key: a thief cannot end the grant.
    assert_eq!(world.gate(0).call("GET /me", &second.access).await.name(), "unauthorized");
    world.clock.advance(61);
    assert_error(&world.refresh(app, &first.refresh).proved_by(&thief).send().await, 400, "invalid_grant");
    Tokens::of(&world.refresh(app, &second.refresh).proved_by(&prover).send().await);
}

#[tokio::test]
async fn r12_the_sealed_answer_is_repeated_byte_by_byte_to_the_same_key_alone() {
    let world = World::start().await;
    let (prover, thief, app) = (Prover::new(), Prover::new(), &world.apps.native);
    let first = bound_tokens(&world, app, &prover).await;
    let second = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&prover).send().await);
    let repeated = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&prover).send().await);
    assert_eq!(repeated.text, second.text);
    assert_error(&world.refresh(app, &first.refresh).proved_by(&thief).send().await, 400, "invalid_grant");
    assert_error(&world.refresh(app, &first.refresh).send().await, 400, "invalid_dpop_proof");
}

/// A grant from before its client was held to bound tokens: whoever refreshes it next binds it.
#[tokio::test]
async fn r15_an_unbound_refresh_token_is_bound_by_the_next_proof() {
    let world = World::start().await;
    let (prover, thief, app) = (Prover::new(), Prover::new(), &world.apps.spa);
    let first = world.tokens(app).await;
    world.edit_client(&app.client_id, |client| client.sender.dpop_bound_access_tokens = true).await;
    assert_error(&world.refresh(app, &first.refresh).send().await, 400, "invalid_dpop_proof");
    let second = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&prover).send().await);
    assert_eq!(world.grant(&second.refresh).await.sender.refresh_key.unwrap().as_str(), prover.jkt());
    for token in [&first.refresh, &second.refresh] {
        assert_error(&world.refresh(app, token).proved_by(&thief).send().await, 400, "invalid_grant");
    }
    let third = Tokens::of(&world.refresh(app, &second.refresh).proved_by(&prover).send().await);
    // Nor is it freed when the client is held to nothing any more.
    world.edit_client(&app.client_id, |client| client.sender.dpop_bound_access_tokens = false).await;
    assert_error(&world.refresh(app, &third.refresh).send().await, 400, "invalid_dpop_proof");
}

/// Who steals an unbound refresh token and binds its successor has taken nothing over: the token that the thief's answer
/// replaced ends the grant when it comes again, with a proof or without (R01).
#[tokio::test]
async fn r15_a_thief_who_binds_what_was_unbound_is_found_out() {
    for proves in [false, true] {
        let world = World::start().await;
        let (honest, thief, app) = (Prover::new(), Prover::new(), &world.apps.spa);
        let first = world.tokens(app).await;
        let stolen = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&thief).send().await);
        let again = Tokens::of(&world.refresh(app, &stolen.refresh).proved_by(&thief).send().await);
        let draft = world.refresh(app, &first.refresh);
        let draft = if proves { draft.proved_by(&honest) } else { draft };
        assert_error(&draft.send().await, 400, "invalid_grant");
        assert_error(
            &world.refresh(app, &again.refresh).proved_by(&thief).send().await,
            400,
            "invalid_grant",
        );
    }
}

/// An app that lost the answer and its key with it begins again from the token that it has (I2).
#[tokio::test]
async fn r03_the_latest_answer_wins_with_its_key_where_the_token_was_unbound() {
    let world = World::start().await;
    let (lost, new, app) = (Prover::new(), Prover::new(), &world.apps.native);
    let first = world.tokens(app).await;
    let unseen = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&lost).send().await);
    assert_error(&world.refresh(app, &first.refresh).proved_by(&new).send().await, 400, "invalid_grant");
    world.clock.advance(61);
    let second = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&new).send().await);
    Tokens::of(&world.refresh(app, &second.refresh).proved_by(&new).send().await);
    assert_error(&world.refresh(app, &unseen.refresh).proved_by(&lost).send().await, 400, "invalid_grant");
}

/// RFC 9449 section 5, of a public client that nobody holds to anything: a proof binds what it gets.
#[tokio::test]
async fn r15_a_proof_at_a_refresh_binds_the_refresh_token_that_comes_of_it() {
    let world = World::start().await;
    let (prover, app) = (Prover::new(), &world.apps.native);
    let first = world.tokens(app).await;
    let second = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&prover).send().await);
    assert_error(&world.refresh(app, &second.refresh).send().await, 400, "invalid_dpop_proof");
    Tokens::of(&world.refresh(app, &second.refresh).proved_by(&prover).send().await);
}

#[tokio::test]
async fn a_confidential_client_may_change_its_key() {
    let world = World::start().await;
    let (old, new, app) = (Prover::new(), Prover::new(), &world.apps.web);
    let first = bound_tokens(&world, app, &old).await;
    let second = Tokens::of(&world.refresh(app, &first.refresh).proved_by(&new).send().await);
    assert_eq!(postern_testkit::claims_of(&second.access)["cnf"]["jkt"], new.jkt());
}
