//! A token serves while everybody behind it stands.

use postern_core::clock::Timestamp;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Blow, Site, Tokens, World, assert_error};

async fn decision(world: &World, token: &str) -> String {
    world.gate(0).call("GET /me", token).await.name().to_owned()
}

#[tokio::test]
async fn s16_a_suspended_tenant_is_named_and_everybody_else_is_just_invalid() {
    let world = World::start().await;
    let (app, olivia, acme) = (&world.apps.web, &world.people.olivia.user_id, &world.tenants.acme);
    let user = world.tokens(app).await.access;
    let service =
        Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await).access;
    world.edit_tenant(acme, |it| it.active = false).await;
    for token in [&user, &service] {
        assert_eq!(decision(&world, token).await, "tenant_suspended");
    }
    world.edit_tenant(acme, |it| it.active = true).await;
    world.edit_account(olivia, |it| it.user.active = false).await;
    assert_eq!(
        (decision(&world, &user).await.as_str(), decision(&world, &service).await.as_str()),
        ("unauthorized", "allowed")
    );
    world.edit_account(olivia, |it| it.user.active = true).await;
    world.edit_account(olivia, |it| it.memberships[0].active = false).await;
    assert_eq!(decision(&world, &user).await, "unauthorized");
    world.edit_account(olivia, |it| it.memberships[0].active = true).await;
    world.edit_client(&app.client_id, |it| it.active = false).await;
    assert_eq!(
        (decision(&world, &user).await.as_str(), decision(&world, &service).await.as_str()),
        ("unauthorized", "allowed")
    );
    world.edit_client(&app.client_id, |it| it.active = true).await;
    assert_eq!(decision(&world, &user).await, "allowed");
}

#[tokio::test]
async fn v09_every_not_before_mark_counts_and_the_latest_decides() {
    let world = World::start().await;
    let (app, olivia, acme) = (&world.apps.web, &world.people.olivia.user_id, &world.tenants.acme);
    for level in ["client", "tenant", "user", "member"] {
        let earlier = world.tokens(app).await;
        world.clock.advance(1);
        let mark = Timestamp::from_secs(world.now());
        match level {
            "client" => world.edit_client(&app.client_id, |it| it.not_before = mark).await,
            "tenant" => world.edit_tenant(acme, |it| it.not_before = mark).await,
            "user" => world.edit_account(olivia, |it| it.user.not_before = mark).await,
            _ => world.edit_account(olivia, |it| it.memberships[0].not_before = mark).await,
        }
        assert_eq!(decision(&world, &earlier.access).await, "unauthorized", "{level}");
        assert_error(&world.refresh(app, &earlier.refresh).send().await, 400, "invalid_grant");
        let later = world.tokens(app).await;
        assert_eq!(decision(&world, &later.access).await, "allowed", "{level}");
    }
}

#[tokio::test]
async fn s16_a_mark_on_the_tenant_voids_its_services_tokens_too() {
    let world = World::start().await;
    let service = &world.apps.service;
    let earlier = Tokens::of(&world.client_credentials(service, "contact.read").send().await).access;
    world.clock.advance(1);
    let mark = Timestamp::from_secs(world.now());
    world.edit_tenant(&world.tenants.acme, |it| it.not_before = mark).await;
    assert_eq!(decision(&world, &earlier).await, "unauthorized");
    let later = Tokens::of(&world.client_credentials(service, "contact.read").send().await).access;
    assert_eq!(decision(&world, &later).await, "allowed");
}

/// A refresh that was in flight when the mark was set came out younger than the mark: it is as old as its grant.
#[tokio::test]
async fn v09_a_token_is_as_old_as_its_grant() {
    let world = World::start().await;
    let app = &world.apps.web;
    let first = world.tokens(app).await;
    world.clock.advance(60);
    let refreshed = Tokens::of(&world.refresh(app, &first.refresh).send().await);
    let between = Timestamp::from_secs(world.now() - 30);
    world.edit_account(&world.people.olivia.user_id, |it| it.user.not_before = between).await;
    assert_eq!(decision(&world, &refreshed.access).await, "unauthorized");
}

#[tokio::test]
async fn l01_one_process_keeps_tenants_apart() {
    let world = World::start().await;
    let gate = world.gate(15);
    let app = &world.apps.web;
    let acme = world.tokens_for(app, &world.people.olivia, "contact.read").await;
    let globex = world.tokens_for(app, &world.people.gloria, "contact.read").await;
    world.edit_tenant(&world.tenants.globex, |it| it.active = false).await;
    for _ in 0..2 {
        assert_eq!(gate.call("GET /v1/contacts", &acme.access).await.name(), "allowed");
        assert_eq!(gate.call("GET /v1/contacts", &globex.access).await.name(), "tenant_suspended");
    }
}

#[tokio::test]
async fn g04_a_fault_is_a_fault_and_never_a_refusal() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    for operation in ["GetItem", "BatchGetItem"] {
        let site = Site { service: Service::DynamoDb, operation: operation.into(), nth: 0 };
        world.strike(&site, Blow { kind: FaultKind::InternalError, moment: Moment::BeforeEffect, times: 3 });
        assert_eq!(decision(&world, &token).await, "fault");
        world.faults().clear();
        assert_eq!(decision(&world, &token).await, "allowed");
    }
}

#[tokio::test]
async fn a_warm_decision_makes_no_call() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let gate = world.gate(15);
    let (cold, _) = world.sites(gate.call("GET /me", &token)).await;
    assert_eq!(cold.len(), 3, "keys and APIs, once for a process, and everybody in one batch: {cold:?}");
    for _ in 0..3 {
        let (warm, decision) = world.sites(gate.call("GET /me", &token)).await;
        assert_eq!((warm.len(), decision.name()), (0, "allowed"));
    }
}
