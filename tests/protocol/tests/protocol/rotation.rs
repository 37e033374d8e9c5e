//! Rotation, by the clock: the same answer for a minute, then the latest wins while nobody has used the one
//! before, then reuse revokes the family. Every step is taken by a process that knows nothing of the ones before (R06).

use postern_core::grant::{GrantState, RevocationReason};
use postern_core::id::InvocationId;
use postern_core::lifetime::REPLAY_WINDOW;
use postern_local::Service;
use postern_testkit::{Answer, App, Tokens, World, assert_error, assert_unavailable};

/// A refresh by a cold process.
async fn refresh(world: &World, app: &App, token: &str) -> Answer {
    world.instance().refresh(app, token).send().await
}

async fn refreshed(world: &World, app: &App, token: &str) -> Tokens {
    Tokens::of(&refresh(world, app, token).await)
}

/// The family is revoked for reuse: the presented token is refused, and so is every other.
async fn assert_reuse_revokes(world: &World, app: &App, presented: &str, others: &[&str]) {
    assert_error(&refresh(world, app, presented).await, 400, "invalid_grant");
    let state = world.grant(presented).await.state;
    let reused =
        matches!(&state, GrantState::Revoked(it) if it.reason == RevocationReason::RefreshTokenReused);
    assert!(reused, "{state:?}");
    for other in others {
        assert_error(&refresh(world, app, other).await, 400, "invalid_grant");
    }
}

/// Tokens of the first three generations; the third is unconfirmed.
async fn three_generations(world: &World, app: &App) -> [Tokens; 3] {
    let first = world.tokens(app).await;
    let second = refreshed(world, app, &first.refresh).await;
    let third = refreshed(world, app, &second.refresh).await;
    [first, second, third]
}

#[tokio::test]
async fn r03_i10_the_same_token_gets_the_same_bytes_for_a_minute() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.web] {
        let first = world.tokens(app).await;
        let second = refreshed(&world, app, &first.refresh).await;
        let (expiry, signatures) = (idle_expiry(&world, &first).await, world.calls(Service::Kms, "Sign"));
        for seconds in [0, 1, 58] {
            world.clock.advance(seconds);
            assert_eq!(refreshed(&world, app, &first.refresh).await.text, second.text);
        }
        assert_eq!(idle_expiry(&world, &first).await, expiry);
        assert_eq!(world.calls(Service::Kms, "Sign"), signatures);
        refreshed(&world, app, &second.refresh).await;
    }
}

async fn idle_expiry(world: &World, tokens: &Tokens) -> Option<u64> {
    match world.grant(&tokens.refresh).await.state {
        GrantState::Active(active) => active.refresh.map(|state| state.idle_expires_at.as_secs()),
        _ => None,
    }
}

#[tokio::test]
async fn r03_ten_times_and_then_not_now() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    let second = refreshed(&world, app, &first.refresh).await;
    for _ in 0..10 {
        assert_eq!(refreshed(&world, app, &first.refresh).await.text, second.text);
    }
    for _ in 0..3 {
        let answer = refresh(&world, app, &first.refresh).await;
        assert_unavailable(&answer);
        assert_eq!(answer.header("retry-after"), Some(REPLAY_WINDOW.to_string().as_str()));
    }
    refreshed(&world, app, &second.refresh).await;
}

#[tokio::test]
async fn r03_after_the_window_a_lost_answer_is_replaced_and_the_replaced_one_revokes() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.web] {
        let first = world.tokens(app).await;
        let lost = refreshed(&world, app, &first.refresh).await;
        world.clock.advance(REPLAY_WINDOW);
        let latest = refreshed(&world, app, &first.refresh).await;
        assert_ne!(latest.refresh, lost.refresh);
        assert_reuse_revokes(&world, app, &lost.refresh, &[&latest.refresh, &first.refresh]).await;
    }
}

#[tokio::test]
async fn r14_a_re_issue_opens_a_window_of_its_own() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    let mut last = refreshed(&world, app, &first.refresh).await;
    for _ in 0..3 {
        world.clock.advance(REPLAY_WINDOW);
        let latest = refreshed(&world, app, &first.refresh).await;
        assert_ne!(latest.text, last.text);
        world.clock.advance(REPLAY_WINDOW - 1);
        assert_eq!(refreshed(&world, app, &first.refresh).await.text, latest.text);
        world.clock.advance(1);
        last = latest;
    }
    let next = refreshed(&world, app, &last.refresh).await;
    assert_reuse_revokes(&world, app, &first.refresh, &[&next.refresh]).await;
}

#[tokio::test]
async fn r02_a_use_at_the_api_confirms_and_then_reuse_revokes() {
    let world = World::start().await;
    for by_userinfo in [true, false] {
        let app = &world.apps.spa;
        let first = world.tokens(app).await;
        let second = refreshed(&world, app, &first.refresh).await;
        if by_userinfo {
            assert_eq!(world.instance().userinfo(&second.access).send().await.status(), 200);
        } else {
            assert_eq!(world.gate(15).call("GET /me", &second.access).await.name(), "allowed");
        }
        world.clock.advance(REPLAY_WINDOW);
        assert_reuse_revokes(&world, app, &first.refresh, &[&second.refresh]).await;
        assert_eq!(world.gate(0).call("GET /me", &second.access).await.name(), "unauthorized");
    }
}

#[tokio::test]
async fn r02_only_the_new_generation_confirms() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    refreshed(&world, app, &first.refresh).await;
    // The client still uses the access token that it had.
    assert_eq!(world.gate(0).call("GET /me", &first.access).await.name(), "allowed");
    world.clock.advance(REPLAY_WINDOW);
    refreshed(&world, app, &first.refresh).await;
}

#[tokio::test]
async fn inside_the_window_a_confirmed_answer_is_still_repeated() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    let second = refreshed(&world, app, &first.refresh).await;
    assert_eq!(world.gate(0).call("GET /me", &second.access).await.name(), "allowed");
    world.clock.advance(REPLAY_WINDOW - 1);
    assert_eq!(refreshed(&world, app, &first.refresh).await.text, second.text);
    refreshed(&world, app, &second.refresh).await;
}

#[tokio::test]
async fn r04_an_older_generation_revokes_at_once() {
    let world = World::start().await;
    for app in [&world.apps.spa, &world.apps.web] {
        let [first, second, third] = three_generations(&world, app).await;
        assert_reuse_revokes(&world, app, &first.refresh, &[&second.refresh, &third.refresh]).await;
    }
}

#[tokio::test]
async fn r02_the_next_rotation_confirms() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let [_, second, third] = three_generations(&world, app).await;
    world.clock.advance(REPLAY_WINDOW);
    // The third was lost: its predecessor gets another. The second's own predecessor would not.
    let again = refreshed(&world, app, &second.refresh).await;
    assert_ne!(again.refresh, third.refresh);
}

#[tokio::test]
async fn i3_a_revoked_family_stays_revoked_for_every_token_and_every_time() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let [first, second, third] = three_generations(&world, app).await;
    assert_eq!(world.revoke(app, &third.refresh).send().await.status(), 200);
    let before = world.dump().await;
    for seconds in [0, 59, 1, 86_400] {
        world.clock.advance(seconds);
        for tokens in [&first, &second, &third] {
            assert_error(&refresh(&world, app, &tokens.refresh).await, 400, "invalid_grant");
        }
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a21_a_repetition_asks_too_whether_everybody_still_stands() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let first = world.tokens(app).await;
    let second = refreshed(&world, app, &first.refresh).await;
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = false).await;
    let before = world.dump().await;
    assert_error(&refresh(&world, app, &first.refresh).await, 400, "invalid_grant");
    assert_eq!(world.dump().await, before);
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = true).await;
    assert_eq!(refreshed(&world, app, &first.refresh).await.text, second.text);
}

#[tokio::test]
async fn l04_an_event_that_is_delivered_twice_gets_the_same_answer_twice() {
    let world = World::start().await;
    let app = &world.apps.spa;
    let tokens = world.tokens(app).await;
    let invocation = InvocationId::parse("delivered-twice").unwrap();
    let deliver = || world.instance().refresh(app, &tokens.refresh).as_invocation(&invocation).send();
    let first = Tokens::of(&deliver().await);
    assert_eq!(Tokens::of(&deliver().await).text, first.text);
    refreshed(&world, app, &first.refresh).await;
}
