//! Faults while a code is exchanged.

use postern_core::grant::{GrantState, RevocationReason};
use postern_testkit::{Code, Tokens, World, assert_error};

use super::{Outcome, at_every_call};

/// C3: one honest request is never refused for a fault of ours. The second try either redeems the code, because
/// nothing was written, or is a replay: then the lost tokens die with the grant.
async fn check(world: &World, code: &Code, outcome: Outcome) {
    let app = &world.apps.web;
    let Outcome { first, second, cell } = &outcome;
    assert!(first.status() == 200 || outcome.first_failed(), "{cell}");
    let state = world.grant(&code.code).await.state;
    if second.status() == 200 {
        assert!(outcome.first_failed() && matches!(state, GrantState::Active(_)), "{cell}");
        Tokens::of(&world.refresh(app, &Tokens::of(second).refresh).send().await);
        return;
    }
    assert_error(second, 400, "invalid_grant");
    assert!(
        matches!(state, GrantState::Revoked(it) if it.reason == RevocationReason::CodeReplayed),
        "{cell}"
    );
    if first.status() == 200 {
        let tokens = Tokens::of(first);
        assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn c1_c3_db04_db05_t19_the_exchange_of_a_code() {
    at_every_call(
        async |world| world.code(&world.apps.web).await,
        async |world, code| world.instance().exchange(&world.apps.web, code).send().await,
        check,
    )
    .await;
}

/// A replay is refused once it is written down that the grant is revoked, and not before.
#[tokio::test]
async fn c02_t19_the_revocation_for_a_replayed_code() {
    at_every_call(
        async |world| {
            let code = world.code(&world.apps.web).await;
            Tokens::of(&world.exchange(&world.apps.web, &code).send().await);
            code
        },
        async |world, code| world.instance().exchange(&world.apps.web, code).send().await,
        async |world, code, outcome| {
            if !outcome.first_failed() {
                assert_error(&outcome.first, 400, "invalid_grant");
            }
            assert_error(&outcome.second, 400, "invalid_grant");
            assert!(
                matches!(world.grant(&code.code).await.state, GrantState::Revoked(_)),
                "{}",
                outcome.cell
            );
        },
    )
    .await;
}

#[tokio::test]
async fn t19_client_credentials() {
    at_every_call(
        async |_| (),
        async |world, ()| {
            world.instance().client_credentials(&world.apps.service, "contact.read").send().await
        },
        async |world, (), outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            let token = Tokens::of(&outcome.second).access;
            assert_eq!(world.gate(0).call("GET /me", &token).await.name(), "allowed");
        },
    )
    .await;
}
