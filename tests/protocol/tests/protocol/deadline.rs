//! Too close to the platform's deadline: 503 before the write, and nothing is written (L03, I9).

use postern_testkit::{Answer, Draft, Tokens, World, assert_unavailable};

/// One second left is too little, and the state is untouched; two are enough.
async fn hold(world: &World, draft: impl Fn() -> Draft) -> Answer {
    let before = world.dump().await;
    for seconds in [0, 1] {
        assert_unavailable(&draft().seconds_left(seconds).send().await);
    }
    assert_eq!(world.dump().await, before);
    draft().seconds_left(2).send().await
}

#[tokio::test]
async fn l03_no_code_is_redeemed_in_the_last_second() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    Tokens::of(&hold(&world, || world.exchange(app, &code)).await);
}

#[tokio::test]
async fn l03_no_token_is_rotated_in_the_last_second() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.steady] {
        let tokens = world.tokens(app).await;
        Tokens::of(&hold(&world, || world.refresh(app, &tokens.refresh)).await);
    }
}

#[tokio::test]
async fn l03_no_lost_answer_is_replaced_in_the_last_second() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    let lost = Tokens::of(&world.refresh(app, &first.refresh).send().await);
    world.clock.advance(60);
    let latest = Tokens::of(&hold(&world, || world.refresh(app, &first.refresh)).await);
    assert_ne!(latest.refresh, lost.refresh);
}
