//! Faults while a refresh token is exchanged.

use postern_core::grant::GrantState;
use postern_core::lifetime::REPLAY_WINDOW;
use postern_testkit::{Answer, App, Tokens, World, assert_error};

use super::{Outcome, at_every_call};

async fn refresh(world: &World, app: &App, token: &str) -> Answer {
    world.instance().refresh(app, token).send().await
}

/// I2: without theft nobody is revoked and nobody refused. I1: the two answers are one, unless the first was lost
/// before it was written. What the client holds then works.
async fn check_honest(world: &World, app: &App, outcome: Outcome) {
    let Outcome { first, second, cell } = &outcome;
    assert!(first.status() == 200 || outcome.first_failed(), "{cell}");
    let held = Tokens::of(second);
    if first.status() == 200 && app.client_id != world.apps.steady.client_id {
        assert_eq!(first.text(), held.text, "{cell}");
    }
    assert!(matches!(world.grant(&held.refresh).await.state, GrantState::Active(_)), "{cell}");
    Tokens::of(&refresh(world, app, &held.refresh).await);
}

#[tokio::test]
async fn i1_i2_db04_t19_a_rotation() {
    at_every_call(
        async |world| world.tokens(&world.apps.spa).await,
        async |world, tokens| refresh(world, &world.apps.spa, &tokens.refresh).await,
        async |world, _, outcome| check_honest(world, &world.apps.spa, outcome).await,
    )
    .await;
}

#[tokio::test]
async fn i2_t19_a_use_without_rotation() {
    at_every_call(
        async |world| world.tokens(&world.apps.steady).await,
        async |world, tokens| refresh(world, &world.apps.steady, &tokens.refresh).await,
        async |world, _, outcome| check_honest(world, &world.apps.steady, outcome).await,
    )
    .await;
}

#[tokio::test]
async fn i10_t19_a_repetition() {
    at_every_call(
        async |world| {
            let first = world.tokens(&world.apps.spa).await;
            let second = Tokens::of(&refresh(world, &world.apps.spa, &first.refresh).await);
            (first, second)
        },
        async |world, (first, _)| refresh(world, &world.apps.spa, &first.refresh).await,
        async |world, (_, second), outcome| {
            assert_eq!(outcome.second.text(), second.text, "{}", outcome.cell);
            check_honest(world, &world.apps.spa, outcome).await;
        },
    )
    .await;
}

#[tokio::test]
async fn i2_t19_a_re_issue_after_a_lost_answer() {
    at_every_call(
        async |world| {
            let first = world.tokens(&world.apps.spa).await;
            Tokens::of(&refresh(world, &world.apps.spa, &first.refresh).await);
            world.clock.advance(REPLAY_WINDOW);
            first
        },
        async |world, first| refresh(world, &world.apps.spa, &first.refresh).await,
        async |world, _, outcome| check_honest(world, &world.apps.spa, outcome).await,
    )
    .await;
}

/// Reuse is refused once it is written down that the family is revoked, and not before.
#[tokio::test]
async fn i4_i9_t19_the_revocation_for_reuse() {
    at_every_call(
        async |world| {
            let first = world.tokens(&world.apps.spa).await;
            let second = Tokens::of(&refresh(world, &world.apps.spa, &first.refresh).await);
            Tokens::of(&refresh(world, &world.apps.spa, &second.refresh).await);
            first
        },
        async |world, first| refresh(world, &world.apps.spa, &first.refresh).await,
        async |world, first, outcome| {
            if !outcome.first_failed() {
                assert_error(&outcome.first, 400, "invalid_grant");
            }
            assert_error(&outcome.second, 400, "invalid_grant");
            assert!(
                matches!(world.grant(&first.refresh).await.state, GrantState::Revoked(_)),
                "{}",
                outcome.cell
            );
        },
    )
    .await;
}
