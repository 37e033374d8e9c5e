//! `max_age`, `default_max_age` and `auth_time` (OpenID Connect Core sections 2 and 3.1.2.1; A22).

use postern_testkit::{Ask, Browser, Code, Tokens, World, claims_of};

use super::{assert_told, consented, is_login};

/// The `auth_time` of the ID token for a code that is there without a page.
async fn auth_time(world: &World, browser: &mut Browser, ask: &Ask) -> u64 {
    let code = Code::of(&browser.open(ask).await, ask);
    let tokens = Tokens::of(&world.exchange(&world.apps.web, &code).send().await);
    claims_of(&tokens.id)["auth_time"].as_u64().unwrap()
}

#[tokio::test]
async fn a22_a_login_that_is_too_old_is_made_again() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let begun = world.now();
    let ask = Ask::of(&world.apps.web).with("max_age", "100");
    world.clock.advance(100);
    assert_eq!(auth_time(&world, &mut browser, &ask).await, begun);
    world.clock.advance(1);
    let page = browser.open(&ask).await;
    assert!(is_login(&page));
    let answer = browser.sign_in(&page, &world.people.olivia).await;
    let tokens = Tokens::of(&world.exchange(&world.apps.web, &Code::of(&answer, &ask)).send().await);
    assert_eq!(claims_of(&tokens.id)["auth_time"], begun + 101);
}

#[tokio::test]
async fn a22_zero_asks_for_a_login_always() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let page = browser.open(&Ask::of(&world.apps.web).with("max_age", "0")).await;
    assert!(is_login(&page));
    assert!(browser.sign_in(&page, &world.people.olivia).await.returned("code").is_some());
}

#[tokio::test]
async fn a22_too_old_without_a_page_is_login_required() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    world.clock.advance(2);
    let ask = Ask::of(&world.apps.web).with("max_age", "1").with("prompt", "none");
    assert_told(&browser.open(&ask).await, "login_required");
}

/// The page was open for longer than the login may be old; it was made for this request, so that it is not asked again.
#[tokio::test]
async fn a_login_for_the_request_lasts_as_long_as_the_request() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.web).with("max_age", "1");
    let login = browser.open(&ask).await;
    let page = browser.sign_in(&login, &world.people.olivia).await;
    world.clock.advance(60);
    Code::of(&browser.decide(&page, "allow").await, &ask);
}

/// The other way round: a login that grows too old on the consent page is made again.
#[tokio::test]
async fn a21_a_login_may_grow_too_old_on_the_consent_page() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let page = browser.open(&Ask::of(&world.apps.web).with("max_age", "30").with("prompt", "consent")).await;
    world.clock.advance(31);
    assert!(is_login(&browser.decide(&page, "allow").await));
}

#[tokio::test]
async fn a_client_has_a_default_of_its_own() {
    let world = World::start().await;
    world.edit_client(&world.apps.web.client_id, |it| it.openid.default_max_age = Some(50)).await;
    let mut browser = consented(&world).await;
    let begun = world.now();
    world.clock.advance(51);
    assert!(is_login(&browser.open(&Ask::of(&world.apps.web)).await));
    let longer = Ask::of(&world.apps.web).with("max_age", "100");
    assert_eq!(auth_time(&world, &mut browser, &longer).await, begun, "the request's own counts first");
}

#[tokio::test]
async fn what_is_no_number_of_seconds_is_refused() {
    let world = World::start().await;
    for max_age in ["-1", "+1", "1.5", "x", "99999999999999999999"] {
        let ask = Ask::of(&world.apps.web).with("max_age", max_age);
        assert_told(&world.get(&ask.path()).send().await, "invalid_request");
    }
}
