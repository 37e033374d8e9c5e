//! What a device is told while it waits, and afterwards (RFC 8628 section 3.5).

use postern_core::http::StatusCode;
use postern_testkit::{Prover, Tokens, World, assert_error, claims_of};

use super::{allow, ask, codes, consent_page, poll, world};

async fn told(world: &World, code: &str) -> String {
    poll(world, &world.apps.native, code).send().await.member("error")
}

#[tokio::test]
async fn x02_who_asks_too_often_waits_longer_from_then_on() {
    let world = world().await;
    let code = codes(&world).await.device_code;
    let mut answers = Vec::new();
    // Five seconds, then ten, then fifteen.
    for wait in [0, 5, 1, 10, 5, 15, 15] {
        world.clock.advance(wait);
        answers.push(told(&world, &code).await);
    }
    let (slow, pending) = ("slow_down", "authorization_pending");
    assert_eq!(answers, [pending, pending, slow, pending, slow, pending, pending]);
}

#[tokio::test]
async fn x02_an_expired_code_is_told_apart() {
    let world = world().await;
    let first = codes(&world).await;
    world.clock.advance(599);
    assert_eq!(told(&world, &first.device_code).await, "authorization_pending");
    let second = codes(&world).await;
    allow(&world, &second.user_code).await;
    world.clock.advance(1);
    assert_eq!(told(&world, &first.device_code).await, "expired_token");
    world.clock.advance(599);
    assert_eq!(told(&world, &second.device_code).await, "expired_token", "allowed, and never fetched");
}

#[tokio::test]
async fn x02_a_refusal_is_final() {
    let world = world().await;
    let codes = codes(&world).await;
    let (mut browser, page) = consent_page(&world, &world.people.olivia, &codes.user_code).await;
    let done = browser.decide(&page, "deny").await;
    assert!(done.text().contains("You refused"));
    assert_eq!(told(&world, &codes.device_code).await, "access_denied");
    assert_eq!(browser.decide(&page, "allow").await.status(), 400);
    assert_eq!(told(&world, &codes.device_code).await, "access_denied");
}

#[tokio::test]
async fn a_device_code_is_redeemed_once() {
    let world = world().await;
    let (app, codes) = (&world.apps.native, codes(&world).await);
    allow(&world, &codes.user_code).await;
    let tokens = Tokens::of(&poll(&world, app, &codes.device_code).send().await);
    assert_error(&poll(&world, app, &codes.device_code).send().await, 400, "invalid_grant");
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_device_code_is_its_clients_and_nothing_else() {
    let world = world().await;
    let (app, codes) = (&world.apps.native, codes(&world).await);
    for allowed in [false, true] {
        if allowed {
            allow(&world, &codes.user_code).await;
        }
        let before = world.dump().await;
        let mut edited = codes.device_code.clone();
        edited.replace_range(30..31, if edited[30..31] == *"A" { "B" } else { "A" });
        for code in [edited.as_str(), "x", &codes.user_code, &codes.device_code.replace("pstd_", "pstc_")] {
            assert_error(&poll(&world, app, code).send().await, 400, "invalid_grant");
        }
        assert_error(&poll(&world, &world.apps.web, &codes.device_code).send().await, 400, "invalid_grant");
        let spa = poll(&world, &world.apps.spa, &codes.device_code);
        assert_error(&spa.send().await, 400, "unauthorized_client");
        let as_code = [("grant_type", "authorization_code"), ("code", codes.device_code.as_str())];
        assert_error(&world.post("/oauth2/token").form(as_code).by(app).send().await, 400, "invalid_grant");
        assert_eq!(world.dump().await, before);
    }
    let door = world.post("/oauth2/refresh").form([("grant_type", super::GRANT_TYPE), ("device_code", "x")]);
    assert_error(&door.by(app).send().await, 400, "unsupported_grant_type");
    Tokens::of(&poll(&world, app, &codes.device_code).send().await);
}

#[tokio::test]
async fn c01_two_requests_at_once_have_one_winner() {
    let world = world().await;
    let (app, codes) = (&world.apps.native, codes(&world).await);
    allow(&world, &codes.user_code).await;
    let (first, second) = futures_util::future::join(
        poll(&world, app, &codes.device_code).send(),
        poll(&world, app, &codes.device_code).send(),
    )
    .await;
    let won = [first, second].iter().filter(|it| it.status() == StatusCode::OK.as_u16()).count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn what_the_client_may_no_longer_ask_for_falls_away() {
    let world = world().await;
    let (app, codes) = (&world.apps.native, codes(&world).await);
    allow(&world, &codes.user_code).await;
    world.edit_account(&world.people.olivia.user_id, |it| it.user.active = false).await;
    assert_error(&poll(&world, app, &codes.device_code).send().await, 400, "invalid_grant");
    world.edit_account(&world.people.olivia.user_id, |it| it.user.active = true).await;
    Tokens::of(&poll(&world, app, &codes.device_code).send().await);
}

#[tokio::test]
async fn l07_the_table_holds_neither_code() {
    let world = world().await;
    let answer = ask(&world, &world.apps.native, "contact.read").send().await;
    let dump = world.dump().await;
    let user_code = answer.member("user_code");
    for secret in [answer.member("device_code"), user_code.replace('-', ""), user_code] {
        assert!(!dump.contains(&secret));
    }
}

#[tokio::test]
async fn a_devices_tokens_are_bound_to_the_key_that_it_proves() {
    let world = world().await;
    let (app, codes, prover) = (&world.apps.native, codes(&world).await, Prover::new());
    allow(&world, &codes.user_code).await;
    let tokens = Tokens::of(&poll(&world, app, &codes.device_code).proved_by(&prover).send().await);
    assert_eq!(claims_of(&tokens.access)["cnf"]["jkt"], prover.jkt());
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_dpop_proof");
}
