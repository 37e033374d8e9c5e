//! Revocation (RFC 7009): by whom, of what, and how soon it bites.

use postern_core::grant::{GrantState, RevocationReason};
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{App, Blow, Site, Tokens, World, assert_error, assert_unavailable};

async fn is_revoked(world: &World, tokens: &Tokens) -> bool {
    matches!(world.grant(&tokens.refresh).await.state,
        GrantState::Revoked(it) if it.reason == RevocationReason::RevokedByClient)
}

#[tokio::test]
async fn v01_what_is_no_live_token_is_revoked_already() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens(app).await;
    let code = world.code(app).await;
    let expired = world.tokens(app).await.access;
    world.clock.advance(3_600);
    let before = world.dump().await;
    for nothing in ["x", "pstr_a.1.b.c", code.code.as_str(), &tokens.id, &expired, &"x".repeat(10_000)] {
        let answer = world.revoke(app, nothing).send().await;
        assert_eq!((answer.status(), answer.text()), (200, ""));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn v02_another_clients_token_is_refused_and_unharmed() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.web).await;
    let before = world.dump().await;
    for other in [&world.apps.steady, &world.apps.spa, &world.apps.service] {
        for token in [&tokens.refresh, &tokens.access] {
            assert_error(&world.revoke(other, token).send().await, 400, "invalid_grant");
        }
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn v03_200_only_after_the_write() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens(app).await;
    for (token, operation) in [(&tokens.refresh, "UpdateItem"), (&tokens.access, "PutItem")] {
        let write = Site { service: Service::DynamoDb, operation: operation.into(), nth: 0 };
        world.strike(&write, Blow { kind: FaultKind::Throttle, moment: Moment::BeforeEffect, times: 3 });
        assert_unavailable(&world.revoke(app, token).send().await);
        world.faults().clear();
        assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "allowed");
    }
    assert_eq!(world.revoke(app, &tokens.refresh).send().await.status(), 200);
    assert!(is_revoked(&world, &tokens).await);
}

#[tokio::test]
async fn v04_a_public_client_revokes_by_its_name_alone() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.spa).await;
    let bare = App { secret: None, ..world.apps.web.clone() };
    assert_error(&world.revoke(&bare, &tokens.refresh).send().await, 401, "invalid_client");
    assert_eq!(world.revoke(&world.apps.spa, &tokens.refresh).send().await.status(), 200);
    assert!(is_revoked(&world, &tokens).await);
}

#[tokio::test]
async fn v05_a_wrong_hint_misleads_nobody() {
    let world = World::start().await;
    let app = &world.apps.web;
    for hint in ["access_token", "refresh_token", "pat", "\u{e9}"] {
        let tokens = world.tokens(app).await;
        let draft = world.revoke(app, &tokens.access).form([("token_type_hint", hint)]);
        assert_eq!(draft.send().await.status(), 200);
        assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "unauthorized");
        assert!(!is_revoked(&world, &tokens).await);
        let draft = world.revoke(app, &tokens.refresh).form([("token_type_hint", hint)]);
        assert_eq!(draft.send().await.status(), 200);
        assert!(is_revoked(&world, &tokens).await);
    }
}

#[tokio::test]
async fn v06_a_refresh_token_takes_the_whole_grant_with_it() {
    let world = World::start().await;
    for app in [&world.apps.web, &world.apps.steady] {
        let first = world.tokens(app).await;
        let second = Tokens::of(&world.refresh(app, &first.refresh).send().await);
        // The newest, or one that was replaced: it is the grant that is meant.
        assert_eq!(world.revoke(app, &first.refresh).send().await.status(), 200);
        for tokens in [&first, &second] {
            assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
            assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "unauthorized");
            assert_eq!(world.userinfo(&tokens.access).send().await.status(), 401);
        }
    }
}

#[tokio::test]
async fn an_access_token_takes_only_itself() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens(app).await;
    assert_eq!(world.revoke(app, &tokens.access).send().await.status(), 200);
    assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "unauthorized");
    let next = Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
    assert_eq!(world.gate(0).call("GET /me", &next.access).await.name(), "allowed");
}

#[tokio::test]
async fn a_service_revokes_its_own_token() {
    let world = World::start().await;
    let app = &world.apps.service;
    let token = Tokens::of(&world.client_credentials(app, "contact.read").send().await).access;
    assert_eq!(world.gate(0).call("GET /me", &token).await.name(), "allowed");
    assert_eq!(world.revoke(app, &token).send().await.status(), 200);
    assert_eq!(world.gate(0).call("GET /me", &token).await.name(), "unauthorized");
}

#[tokio::test]
async fn i6_g05_a_revocation_bites_within_the_stated_bound() {
    let world = World::start().await;
    let app = &world.apps.web;
    for by in ["grant", "token", "tenant", "user", "client"] {
        let tokens = world.tokens(app).await;
        let (cached, uncached) = (world.gate(15), world.gate(0));
        for gate in [&cached, &uncached] {
            assert_eq!(gate.call("GET /me", &tokens.access).await.name(), "allowed");
        }
        let olivia = &world.people.olivia.user_id;
        match by {
            "grant" => drop(world.revoke(app, &tokens.refresh).send().await),
            "token" => drop(world.revoke(app, &tokens.access).send().await),
            "tenant" => world.edit_tenant(&world.tenants.acme, |it| it.active = false).await,
            "user" => world.edit_account(olivia, |it| it.user.active = false).await,
            _ => world.edit_client(&app.client_id, |it| it.active = false).await,
        }
        assert_ne!(uncached.call("GET /me", &tokens.access).await.name(), "allowed", "{by}");
        world.clock.advance(14);
        assert_eq!(cached.call("GET /me", &tokens.access).await.name(), "allowed", "{by}");
        world.clock.advance(1);
        assert_ne!(cached.call("GET /me", &tokens.access).await.name(), "allowed", "{by}");
        world.edit_tenant(&world.tenants.acme, |it| it.active = true).await;
        world.edit_account(olivia, |it| it.user.active = true).await;
    }
}
