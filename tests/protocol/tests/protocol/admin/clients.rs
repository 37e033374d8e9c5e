//! Clients and their secrets.

use postern_testkit::{App, Tokens, World, assert_error};
use serde_json::{Value, json};

use super::{Admin, app_of, events, json_of};

#[tokio::test]
async fn a_service_is_registered_works_and_is_removed() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let body = json!({ "kind": "service", "name": "Export", "scopes": ["contact.read"] });
    let made = json_of(&admin.post("clients", body).await, 201);
    assert_eq!(made["tenant"], world.tenants.acme.as_str());
    let app = app_of(&made);
    let token = Tokens::of(&world.client_credentials(&app, "contact.read").send().await).access;
    assert_eq!(world.gate(0).call("GET /v1/contacts", &token).await.name(), "allowed");
    let path = format!("clients/{}", app.client_id);
    let shown = admin.get(&path).await;
    assert!(!shown.text().contains(app.secret.as_ref().unwrap()) && !shown.text().contains("tag"));
    let off = json_of(&admin.patch(&path, json!({ "scopes": [] })).await, 200);
    assert_eq!(off["scopes"], json!([]));
    assert_eq!(world.gate(0).call("GET /v1/contacts", &token).await.name(), "insufficient_scope");
    assert_eq!(admin.delete(&path).await.status(), 204);
    assert_eq!(world.gate(0).call("GET /me", &token).await.name(), "unauthorized");
    let again = world.instance().client_credentials(&app, "contact.read").send().await;
    assert_error(&again, 401, "invalid_client");
    assert_error(&admin.get(&path).await, 404, "not_found");
    assert!(!admin.get("clients").await.text().contains(app.client_id.as_str()));
    let told = events(&world, "client.removed", &admin.app).await;
    assert!(told.len() == 1 && told[0].contains(admin.app.client_id.as_str()), "{told:?}");
}

#[tokio::test]
async fn t16_two_secrets_live_and_one_replaces_the_other() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let path = format!("clients/{}/secrets", world.apps.web.client_id);
    let added = json_of(&operator.post(&path, json!(null)).await, 201);
    let second = App { secret: added["client_secret"].as_str().map(str::to_owned), ..world.apps.web.clone() };
    assert_error(&operator.post(&path, json!(null)).await, 409, "limit_reached");
    for app in [&world.apps.web, &second] {
        assert_eq!(world.instance().introspect(app, "x").send().await.status(), 200);
    }
    let shown = json_of(&operator.get(&format!("clients/{}", world.apps.web.client_id)).await, 200);
    let ids: Vec<_> = shown["secrets"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let first = ids.iter().find(|id| **id != added["id"].as_str().unwrap()).unwrap();
    assert_eq!(operator.delete(&format!("{path}/{first}")).await.status(), 204);
    assert_error(&operator.delete(&format!("{path}/{first}")).await, 404, "not_found");
    let old = world.instance().introspect(&world.apps.web, "x").send().await;
    assert_error(&old, 401, "invalid_client");
    assert_eq!(world.instance().introspect(&second, "x").send().await.status(), 200);
    let public = format!("clients/{}/secrets", world.apps.spa.client_id);
    assert_error(&operator.post(&public, json!(null)).await, 409, "conflict");
}

#[tokio::test]
async fn what_does_not_fit_is_no_client() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let acme = world.tenants.acme.as_str();
    let web = |changes: Value| {
        let mut body = json!({ "kind": "web", "name": "N", "redirect_uris": ["https://a.test/cb"] });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    for (body, field) in [
        (web(json!({ "kind": "robot" })), "kind"),
        (web(json!({ "name": "a<b>c" })), "name"),
        (web(json!({ "name": "a\u{202e}c" })), "name"),
        (web(json!({ "name": "x".repeat(10_240) })), "name"),
        (web(json!({ "redirect_uris": [] })), "redirect_uris"),
        (web(json!({ "redirect_uris": ["http://a.test/cb"] })), "redirect_uris"),
        (web(json!({ "redirect_uris": ["https://a.test/cb#x"] })), "redirect_uris"),
        (web(json!({ "scopes": ["contact.reed"] })), "scopes"),
        (web(json!({ "scopes": ["contact.read openid"] })), "scopes"),
        (web(json!({ "scopes": "openid" })), "scopes"),
        (web(json!({ "grant_types": ["client_credentials"] })), "grant_types"),
        (web(json!({ "grant_types": ["password"] })), "grant_types"),
        (web(json!({ "networks": ["198.51.100.7/24"] })), "networks"),
        (web(json!({ "tenant": acme })), "tenant"),
        (web(json!({ "client_secret": "mine" })), "client_secret"),
        (web(json!({ "active": true })), "active"),
        (web(json!({ "livemode": false })), "livemode"),
    ] {
        assert_refused(&operator, body, field).await;
    }
}

async fn assert_refused(operator: &Admin<'_>, body: Value, field: &str) {
    let answer = operator.post("clients", body.clone()).await;
    assert_error(&answer, 400, "invalid_request");
    assert_eq!(answer.member("field"), field, "{body}");
}

#[tokio::test]
async fn services_and_platforms_are_of_a_tenant() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let acme = world.tenants.acme.as_str();
    for (body, field) in [
        (json!({ "kind": "service", "name": "S" }), "tenant"),
        (json!({ "kind": "service", "name": "S", "tenant": "ten_nobody" }), "tenant"),
        (json!({ "kind": "service", "name": "S", "tenant": acme, "livemode": false }), "livemode"),
        (json!({ "kind": "service", "name": "S", "tenant": acme, "scopes": ["openid"] }), "scopes"),
        (
            json!({ "kind": "service", "name": "S", "tenant": acme, "redirect_uris": ["https://a.test/"] }),
            "redirect_uris",
        ),
    ] {
        assert_refused(&operator, body, field).await;
    }
    let platform = json!({ "kind": "platform", "name": "P", "tenant": acme, "scopes": ["contact.read"] });
    assert_eq!(json_of(&operator.post("clients", platform).await, 201)["kind"], "platform");
    let spa =
        json!({ "kind": "spa", "name": "S", "redirect_uris": ["https://a.test/cb"], "scopes": ["openid"] });
    assert_eq!(json_of(&operator.post("clients", spa).await, 201).get("client_secret"), None);
}

/// Rules that came after a client are no reason to leave it on.
#[tokio::test]
async fn a_client_that_no_longer_fits_can_be_switched_off() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    for (number, app) in [&world.apps.web, &world.apps.spa].into_iter().enumerate() {
        let edit = |client: &mut postern_core::client::Client| match number {
            0 => client.sender.dpop_nonce = true,
            _ => client.sender.profile = Some(postern_core::client::Profile::Fapi2),
        };
        world.edit_client(&app.client_id, edit).await;
        let path = format!("clients/{}", app.client_id);
        assert_error(&operator.patch(&path, json!({ "name": "N" })).await, 400, "invalid_request");
        let off = json!({ "active": false, "name": "N" });
        assert_error(&operator.patch(&path, off).await, 400, "invalid_request");
        assert_eq!(json_of(&operator.patch(&path, json!({ "active": false })).await, 200)["active"], false);
    }
}
