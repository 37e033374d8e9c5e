//! Introspection (RFC 7662): what a token is worth now, to whom it belongs.

use postern_core::lifetime::REFRESH_IDLE;
use postern_testkit::{App, Tokens, World, assert_error, claims_of};
use serde_json::json;

/// All that is said of a token that is worth nothing, or nothing to the caller.
async fn assert_inactive(world: &World, app: &App, token: &str) {
    let answer = world.introspect(app, token).send().await;
    assert_eq!((answer.status(), answer.json()), (200, json!({"active": false})));
}

#[tokio::test]
async fn an_access_token_is_described_to_its_client() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens(app).await;
    let (answer, claims) = (world.introspect(app, &tokens.access).send().await, claims_of(&tokens.access));
    let told = answer.json();
    assert_eq!(
        (answer.status(), &told["active"], &told["token_type"]),
        (200, &json!(true), &json!("Bearer"))
    );
    assert_eq!(told["aud"], json!([claims["aud"]]));
    for name in ["scope", "client_id", "exp", "iat", "sub", "iss", "jti", "tenant"] {
        assert_eq!(told[name], claims[name], "{name}");
        assert!(!told[name].is_null(), "{name}");
    }
}

#[tokio::test]
async fn a_services_own_token_is_described_to_it() {
    let world = World::start().await;
    let app = &world.apps.service;
    let token = Tokens::of(&world.client_credentials(app, "contact.read").send().await).access;
    let told = world.introspect(app, &token).send().await.json();
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(app.client_id.as_str())));
}

#[tokio::test]
async fn a_refresh_token_is_active_while_it_is_the_newest_of_a_live_grant() {
    let world = World::start().await;
    let app = &world.apps.web;
    let first = world.tokens(app).await;
    let told = world.introspect(app, &first.refresh).send().await.json();
    assert_eq!((&told["active"], &told["exp"]), (&json!(true), &json!(world.now() + REFRESH_IDLE)));
    let second = Tokens::of(&world.refresh(app, &first.refresh).send().await);
    assert_inactive(&world, app, &first.refresh).await;
    assert_eq!(world.introspect(app, &second.refresh).send().await.json()["active"], true);
    world.clock.advance(REFRESH_IDLE);
    assert_inactive(&world, app, &second.refresh).await;
}

#[tokio::test]
async fn looking_confirms_nothing_and_changes_nothing() {
    let world = World::start().await;
    let app = &world.apps.web;
    let first = world.tokens(app).await;
    let second = Tokens::of(&world.refresh(app, &first.refresh).send().await);
    let before = world.dump().await;
    for token in [&second.access, &second.refresh, &first.refresh] {
        world.introspect(app, token).send().await;
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn v08_strangers_learn_nothing() {
    let world = World::start().await;
    let (web, spa) = (world.tokens(&world.apps.web).await, world.tokens(&world.apps.spa).await);
    for token in [&web.access, &web.refresh, &spa.access, &spa.refresh] {
        assert_inactive(&world, &world.apps.steady, token).await;
        assert_inactive(&world, &world.apps.service, token).await;
        assert_error(
            &world.post("/oauth2/introspect").form([("token", token.as_str())]).send().await,
            401,
            "invalid_client",
        );
        // A public client proves nothing about who it is.
        assert_error(&world.introspect(&world.apps.spa, token).send().await, 401, "invalid_client");
    }
}

#[tokio::test]
async fn what_was_revoked_expired_or_never_was_is_inactive() {
    let world = World::start().await;
    let app = &world.apps.web;
    let code = world.code(app).await;
    let tokens = world.tokens(app).await;
    for nothing in ["x", code.code.as_str(), &tokens.id] {
        assert_inactive(&world, app, nothing).await;
    }
    let other = world.tokens(app).await;
    world.revoke(app, &other.access).send().await;
    assert_inactive(&world, app, &other.access).await;
    world.revoke(app, &other.refresh).send().await;
    assert_inactive(&world, app, &other.refresh).await;
    world.edit_tenant(&world.tenants.acme, |it| it.active = false).await;
    assert_inactive(&world, app, &tokens.access).await;
    assert_inactive(&world, app, &tokens.refresh).await;
    world.edit_tenant(&world.tenants.acme, |it| it.active = true).await;
    world.clock.advance(3_600);
    assert_inactive(&world, app, &tokens.access).await;
}
