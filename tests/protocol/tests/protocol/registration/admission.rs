//! Who may register: nobody, whoever has an initial access token (RFC 7591 section 3), or anybody.

use postern_core::audit::Event;
use postern_core::client::Client;
use postern_core::id::{ClientId, RegistrationTokenId};
use postern_core::register::Admission;
use postern_core::store::{RegisterClients as _, Written};
use postern_testkit::{World, assert_error};
use serde_json::{Value, json};

use super::{Registered, register};
use crate::admin::{Admin, json_of};

pub(crate) async fn token(world: &World, terms: Value) -> (String, String) {
    let made = Admin::operator(world).await.post("registration-tokens", terms).await;
    let made = json_of(&made, 201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("registration_token"))
}

#[tokio::test]
async fn a_closed_door_registers_nobody_and_is_not_advertised() {
    let world = World::start().await;
    let closed = world.admitting(Admission::Closed);
    let (_, token) = token(&world, json!({ "label": "x" })).await;
    for draft in [register(&closed, json!({})), register(&closed, json!({})).bearer(&token)] {
        assert_error(&draft.send().await, 403, "access_denied");
    }
    let metadata = closed.get("/.well-known/openid-configuration").send().await.json();
    assert_eq!(metadata.get("registration_endpoint"), None);
}

#[tokio::test]
async fn rfc7591_3_where_a_token_is_asked_for_nobody_comes_in_without() {
    let world = World::start().await;
    let process = world.admitting(Admission::Token);
    let metadata = process.get("/.well-known/openid-configuration").send().await.json();
    assert!(metadata["registration_endpoint"].is_string());
    let (id, token) = token(&world, json!({ "label": "Build farm" })).await;
    for draft in [
        register(&process, json!({})),
        register(&process, json!({})).bearer("psti_x.y"),
        register(&process, json!({})).bearer(&token.replace('.', ".0")),
        register(&process, json!({})).header("authorization", &format!("Basic {token}")),
    ] {
        assert_error(&draft.send().await, 401, "invalid_token");
    }
    let client = Registered::of(&register(&process, json!({})).bearer(&token).send().await);
    Registered::of(&register(&process, json!({})).bearer(&token).send().await);
    let events = world.events(None).await;
    let about = events.iter().find(|it| it.client_id.as_ref() == Some(&client.app.client_id)).unwrap();
    assert_eq!(about.details["admitted_by"], id);
    assert!(!world.dump().await.contains(&token));
}

#[tokio::test]
async fn a_token_ends_with_its_uses_its_time_or_its_revocation() {
    let world = World::start().await;
    let process = world.admitting(Admission::Token);
    let operator = Admin::operator(&world).await;
    let (_, once) = token(&world, json!({ "label": "once", "uses": 1 })).await;
    Registered::of(&register(&process, json!({})).bearer(&once).send().await);
    assert_error(&register(&process, json!({})).bearer(&once).send().await, 401, "invalid_token");
    let (id, revoked) = token(&world, json!({ "label": "revoked" })).await;
    assert_eq!(operator.delete(&format!("registration-tokens/{id}")).await.status(), 204);
    assert_error(&register(&process, json!({})).bearer(&revoked).send().await, 401, "invalid_token");
    assert_error(&operator.delete(&format!("registration-tokens/{id}")).await, 404, "not_found");
    let (_, brief) = token(&world, json!({ "label": "brief", "expires_in": 60 })).await;
    world.clock.advance(59);
    Registered::of(&register(&process, json!({})).bearer(&brief).send().await);
    world.clock.advance(1);
    assert_error(&register(&process, json!({})).bearer(&brief).send().await, 401, "invalid_token");
}

#[tokio::test]
async fn a_use_is_used_once_however_many_come_at_once() {
    let world = World::start().await;
    let process = world.admitting(Admission::Token);
    let (_, once) = token(&world, json!({ "label": "once", "uses": 1 })).await;
    let drafts = (0..5).map(|_| register(&process, json!({})).bearer(&once).send());
    let answers = futures_util::future::join_all(drafts).await;
    let statuses: Vec<_> = answers.iter().map(postern_testkit::Answer::status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 401, 503].contains(status)), "{statuses:?}");
    assert_error(&register(&process, json!({})).bearer(&once).send().await, 401, "invalid_token");
}

/// DB03: a token without a limit of uses is not written by a registration, and its revocation stops one in flight.
#[tokio::test]
async fn db03_a_revocation_stops_a_registration_in_flight() {
    let world = World::start().await;
    let (operator, store) = (Admin::operator(&world).await, world.store());
    let model = Registered::new(&world, json!({})).await;
    let model = store.read_registered(&model.app.client_id).await.unwrap().unwrap().record;
    for terms in [json!({ "label": "any number" }), json!({ "label": "some", "uses": 9 })] {
        let (id, text) = token(&world, terms).await;
        let seen =
            store.read_initial_access(&RegistrationTokenId::parse(&id).unwrap()).await.unwrap().unwrap();
        // Others may come in meanwhile, where nobody counts them.
        let other = register(&world, json!({})).bearer(&text).send().await;
        Registered::of(&other);
        assert_eq!(operator.delete(&format!("registration-tokens/{id}")).await.status(), 204);
        let client = Client { client_id: ClientId::parse(&id).unwrap(), ..model.clone() };
        let told = world.events(None).await.pop().unwrap();
        let event = Event { id, client_id: Some(client.client_id.clone()), ..told };
        let before = world.dump().await;
        let late = store.register_client(&client, Some(&seen), &event).await.unwrap();
        assert!(matches!(late, Written::Conflict));
        assert_eq!(world.dump().await, before);
    }
}

#[tokio::test]
async fn a_refused_registration_uses_nothing_up() {
    let world = World::start().await;
    let process = world.admitting(Admission::Token);
    let (_, once) = token(&world, json!({ "label": "once", "uses": 1 })).await;
    let bad = register(&process, json!({ "redirect_uris": [] })).bearer(&once).send().await;
    assert_error(&bad, 400, "invalid_redirect_uri");
    Registered::of(&register(&process, json!({})).bearer(&once).send().await);
}

#[tokio::test]
async fn a_wrong_token_is_refused_where_none_is_needed_too() {
    let world = World::start().await;
    let answer = register(&world, json!({})).bearer("psti_x.y").send().await;
    assert_error(&answer, 401, "invalid_token");
}

#[tokio::test]
async fn operators_alone_make_list_and_revoke_tokens() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let (id, text) = token(&world, json!({ "label": "Build farm", "uses": 3 })).await;
    let listed = json_of(&operator.get("registration-tokens").await, 200);
    assert_eq!(listed["data"][0]["label"], "Build farm");
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["uses_left"]), (&json!(id), &json!(3)));
    assert!(!listed.to_string().contains(&text));
    let acme = Admin::of_acme(&world).await;
    assert_error(&acme.get("registration-tokens").await, 403, "insufficient_role");
    let made = acme.post("registration-tokens", json!({ "label": "x" })).await;
    assert_error(&made, 403, "insufficient_role");
    assert_error(&acme.delete(&format!("registration-tokens/{id}")).await, 403, "insufficient_role");
    for bad in [
        json!({}),
        json!({ "label": "a\u{202e}b" }),
        json!({ "label": "x", "uses": 0 }),
        json!({ "label": "x", "uses": 10_001 }),
        json!({ "label": "x", "expires_in": 0 }),
        json!({ "label": "x", "expires_in": 31_536_001 }),
        json!({ "label": "x", "more": 1 }),
        json!({ "label": "x", "require_pkce": "no" }),
    ] {
        assert_error(&operator.post("registration-tokens", bad).await, 400, "invalid_request");
    }
    let kinds: Vec<_> = world.events(None).await.into_iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "registration_token.created").count(), 1);
}
