//! Too close to the platform's deadline: 503 before the write, and nothing is written (L03, I9).

use postern_core::lifetime::COMMIT_BUDGET;
use postern_testkit::{Answer, Draft, Tokens, World, assert_unavailable};

/// Less than the budget is too little, and the state is untouched; the budget itself is enough.
async fn hold(world: &World, draft: impl Fn() -> Draft) -> Answer {
    let before = world.dump().await;
    for seconds in [0, 1, COMMIT_BUDGET - 1] {
        assert_unavailable(&draft().seconds_left(seconds).send().await);
    }
    assert_eq!(world.dump().await, before);
    draft().seconds_left(COMMIT_BUDGET).send().await
}

#[tokio::test]
async fn l03_no_code_is_redeemed_in_the_last_seconds() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    Tokens::of(&hold(&world, || world.exchange(app, &code)).await);
}

#[tokio::test]
async fn l03_no_token_is_rotated_in_the_last_seconds() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.steady] {
        let tokens = world.tokens(app).await;
        Tokens::of(&hold(&world, || world.refresh(app, &tokens.refresh)).await);
    }
}

#[tokio::test]
async fn l03_no_lost_answer_is_replaced_in_the_last_seconds() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    let lost = Tokens::of(&world.refresh(app, &first.refresh).send().await);
    world.clock.advance(60);
    let latest = Tokens::of(&hold(&world, || world.refresh(app, &first.refresh)).await);
    assert_ne!(latest.refresh, lost.refresh);
}
