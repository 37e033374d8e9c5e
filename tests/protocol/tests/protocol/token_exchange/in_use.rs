//! Exchanged tokens in use: everybody behind them counts, at every use.

use postern_core::audit::{Actor, Kind};
use postern_core::client::Entitlements;
use postern_core::clock::Timestamp;
use postern_testkit::{Decision, World, assert_error};
use serde_json::json;

use super::{exchange, exchanged, subject, world};

async fn read(world: &World, token: &str) -> String {
    world.gate(0).call("GET /v1/contacts", token).await.name().to_owned()
}

#[tokio::test]
async fn the_authorizer_tells_the_backend_who_acts_for_whom() {
    let world = world().await;
    let token = exchanged(&world, &subject(&world, "contact.read").await.access).await.access;
    let Decision::Allowed(answer) = world.gate(0).call("GET /v1/contacts", &token).await else { panic!() };
    let (context, client) = (&answer["context"], world.apps.service.client_id.as_str());
    assert_eq!(context["user"], world.people.olivia.user_id.as_str());
    assert_eq!((&context["actor"], &context["client_id"]), (&json!(client), &json!(client)));
    assert_eq!(context["tenant"], world.tenants.acme.as_str());
    let direct = subject(&world, "contact.read").await.access;
    let Decision::Allowed(answer) = world.gate(0).call("GET /v1/contacts", &direct).await else { panic!() };
    assert!(answer["context"].get("actor").is_none());
}

#[tokio::test]
async fn s03_role_and_both_clients_rights_bound_it_now() {
    let world = world().await;
    let token = exchanged(&world, &subject(&world, "contact.all").await.access).await.access;
    let gate = |route: &'static str| {
        let (gate, token) = (world.gate(0), token.clone());
        async move { gate.call(route, &token).await.name().to_owned() }
    };
    assert_eq!(gate("POST /v1/contacts").await, "allowed");
    for app in [&world.apps.service, &world.apps.web] {
        let mut before = Entitlements::default();
        world.edit_client(&app.client_id, |it| before = it.entitlements.clone()).await;
        world.register(app, "contact.read").await;
        assert_eq!(gate("POST /v1/contacts").await, "insufficient_scope");
        assert_eq!(gate("GET /v1/contacts").await, "allowed");
        world.edit_client(&app.client_id, |it| it.entitlements = before).await;
    }
    let olivia = &world.people.olivia.user_id;
    world.edit_account(olivia, |it| "reader".clone_into(&mut it.memberships[0].role)).await;
    assert_eq!(gate("POST /v1/contacts").await, "insufficient_role");
    assert_eq!(gate("GET /v1/contacts").await, "allowed");
}

/// RFC 7009 section 2.1: what came of a token falls with it, and not the other way round.
#[tokio::test]
async fn v01_the_revocation_of_a_token_ends_what_it_was_exchanged_for() {
    let world = world().await;
    let first = subject(&world, "contact.read").await;
    let (one, two) =
        (exchanged(&world, &first.access).await.access, exchanged(&world, &first.access).await.access);
    world.revoke(&world.apps.service, &one).send().await;
    for (token, verdict) in [(&one, "unauthorized"), (&two, "allowed"), (&first.access, "allowed")] {
        assert_eq!(read(&world, token).await, verdict);
    }
    world.revoke(&world.apps.web, &first.access).send().await;
    for token in [&two, &first.access] {
        assert_eq!(read(&world, token).await, "unauthorized");
    }
}

#[tokio::test]
async fn v09_the_end_of_either_client_or_of_the_grant_ends_it() {
    let world = world().await;
    let first = subject(&world, "contact.read offline_access").await;
    world.clock.advance(10);
    for app in [&world.apps.service, &world.apps.web] {
        let token = exchanged(&world, &first.access).await.access;
        world.edit_client(&app.client_id, |it| it.active = false).await;
        assert_eq!(read(&world, &token).await, "unauthorized");
        world.edit_client(&app.client_id, |it| it.active = true).await;
        assert_eq!(read(&world, &token).await, "allowed");
    }
    // A mark of the holder between consent and exchange voids nothing; a later one does.
    let service = &world.apps.service.client_id;
    let mark = Timestamp::from_secs(world.now());
    world.edit_client(service, |it| it.not_before = mark).await;
    let token = exchanged(&world, &first.access).await.access;
    assert_eq!(read(&world, &token).await, "allowed");
    world.edit_client(service, |it| it.not_before = mark.plus(1)).await;
    assert_eq!(read(&world, &token).await, "unauthorized");
    world.edit_client(service, |it| it.not_before = mark).await;
    world.revoke(&world.apps.web, &first.refresh).send().await;
    assert_eq!(read(&world, &token).await, "unauthorized");
}

#[tokio::test]
async fn a_client_may_exchange_its_own_token_for_less() {
    let world = world().await;
    let web = &world.apps.web;
    let allow = postern_core::client::GrantType::TokenExchange;
    world.edit_client(&web.client_id, |it| it.grant_types.push(allow)).await;
    let token = subject(&world, "openid contact.all").await.access;
    let less = exchange(&world, web, &token).form([("scope", "contact.read")]).send().await;
    let less = less.member("access_token");
    assert_eq!(read(&world, &less).await, "allowed");
    assert_eq!(world.gate(0).call("POST /v1/contacts", &less).await.name(), "insufficient_scope");
}

#[tokio::test]
async fn v08_introspection_shows_the_actor_to_the_holder_alone() {
    let world = world().await;
    let token = exchanged(&world, &subject(&world, "contact.read").await.access).await.access;
    let told = world.introspect(&world.apps.service, &token).send().await.json();
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(world.people.olivia.user_id.as_str())));
    assert_eq!(told["act"], json!({ "sub": world.apps.service.client_id.as_str() }));
    let other = world.introspect(&world.apps.web, &token).send().await.json();
    assert_eq!(other, json!({ "active": false }));
    assert_eq!(world.revoke(&world.apps.service, &token).send().await.status(), 200);
    assert_eq!(read(&world, &token).await, "unauthorized");
}

#[tokio::test]
async fn s15_the_event_names_actor_and_subject() {
    let world = world().await;
    exchanged(&world, &subject(&world, "contact.read").await.access).await;
    let events = world.events(Some(&world.tenants.acme)).await;
    let found: Vec<_> = events.iter().filter(|event| event.kind == Kind::TokenExchanged).collect();
    let [event] = found.as_slice() else { panic!("{events:#?}") };
    let client = &world.apps.service.client_id;
    assert_eq!(event.actor, Actor::Client(client.clone()));
    assert_eq!(event.subject.as_ref(), Some(&world.people.olivia.user_id));
    assert_eq!(event.client_id.as_ref(), Some(client));
    assert_eq!(event.details["origin"], world.apps.web.client_id.as_str());
    assert!(event.grant_id.is_some());
}

#[tokio::test]
async fn pt4_it_manages_nothing_of_the_members() {
    let world = world().await;
    let token = world.account_token(&world.people.olivia).await;
    let token = exchanged(&world, &token).await.access;
    let wanted = json!({ "name": "n", "scopes": ["contact.read"] });
    assert_error(&world.make_pat(&token, &wanted).send().await, 403, "insufficient_scope");
}
