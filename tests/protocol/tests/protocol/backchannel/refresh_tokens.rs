//! What ends with a session (section 2.7): refresh tokens without `offline_access`, and nothing that was promised to last.

use postern_testkit::{Ask, Browser, Code, Tokens, World, assert_error};
use serde_json::json;

use super::{sign_in_by, sign_out};

const ONLINE: &str = "openid contact.read";
const OFFLINE: &str = "openid offline_access contact.read";

/// Tokens of Olivia at the web app, with these scopes.
async fn tokens(world: &World, browser: &mut Browser, scope: &str) -> Tokens {
    let ask = Ask::of(&world.apps.web).with("scope", scope);
    sign_in_by(world, browser, &world.apps.web, (&world.people.olivia, &ask)).await
}

#[tokio::test]
async fn r11_without_offline_access_they_end_with_the_session() {
    let world = World::start().await;
    let web = &world.apps.web;
    let mut browser = world.browser();
    let online = tokens(&world, &mut browser, ONLINE).await;
    let offline = tokens(&world, &mut browser, OFFLINE).await;
    let rotated = Tokens::of(&world.refresh(web, &online.refresh).send().await);
    sign_out(&mut browser).await;
    assert_error(&world.refresh(web, &rotated.refresh).send().await, 400, "invalid_grant");
    let repeated = world.refresh(web, &online.refresh).send().await;
    assert_error(&repeated, 400, "invalid_grant");
    let told = world.introspect(web, &rotated.refresh).send().await.json();
    assert_eq!(told, json!({"active": false}));
    Tokens::of(&world.refresh(web, &offline.refresh).send().await);
}

#[tokio::test]
async fn r11_a_code_that_was_not_exchanged_ends_too() {
    let world = World::start().await;
    let web = &world.apps.web;
    let mut browser = world.browser();
    let ask = Ask::of(web).with("scope", ONLINE);
    let code = Code::of(&browser.authorize(&ask, &world.people.olivia).await, &ask);
    sign_out(&mut browser).await;
    assert_error(&world.exchange(web, &code).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn other_sessions_of_the_same_person_go_on() {
    let world = World::start().await;
    let (mut here, mut there) = (world.browser(), world.browser());
    tokens(&world, &mut here, ONLINE).await;
    let elsewhere = tokens(&world, &mut there, ONLINE).await;
    sign_out(&mut here).await;
    Tokens::of(&world.refresh(&world.apps.web, &elsewhere.refresh).send().await);
}

/// Only an end that somebody wanted ends them: a session that runs out says nothing.
#[tokio::test]
async fn a_session_that_runs_out_ends_nothing() {
    let world = World::start().await;
    let online = tokens(&world, &mut world.browser(), ONLINE).await;
    world.clock.advance(postern_core::lifetime::SESSION + 1);
    Tokens::of(&world.refresh(&world.apps.web, &online.refresh).send().await);
}

/// As the documentation says: for the hour that it has.
#[tokio::test]
async fn the_access_token_is_good_until_it_expires() {
    let world = World::start().await;
    let mut browser = world.browser();
    let online = tokens(&world, &mut browser, ONLINE).await;
    sign_out(&mut browser).await;
    assert_eq!(world.userinfo(&online.access).send().await.status(), 200);
}
