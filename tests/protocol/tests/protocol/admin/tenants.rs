//! Tenants and roles.

use postern_testkit::{Tokens, World, assert_error};
use serde_json::json;

use super::{Admin, events, json_of};

#[tokio::test]
async fn a_tenant_is_created_changed_and_found() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let body = json!({ "name": "Initech", "livemode": false, "features": ["contact.*"] });
    let made = json_of(&operator.post("tenants", body).await, 201);
    assert_eq!(
        (&made["livemode"], &made["active"], &made["operator"]),
        (&json!(false), &json!(true), &json!(false))
    );
    assert_eq!(made["roles"], json!({ "owner": ["*"] }));
    let path = format!("tenants/{}", made["id"].as_str().unwrap());
    assert_eq!(json_of(&operator.get(&path).await, 200), made);
    let change = json!({ "name": "Initrode", "features": null, "api_domain": "eu.api.test" });
    let changed = json_of(&operator.patch(&path, change).await, 200);
    assert_eq!((&changed["name"], &changed["features"]), (&json!("Initrode"), &json!(null)));
    assert_eq!(json_of(&operator.get(&path).await, 200), changed);
    let created = events(&world, "tenant.created", &world.apps.operator).await;
    assert_eq!(created.len(), 1, "{created:?}");
    let told = events(&world, "tenant.changed", &world.apps.operator).await;
    let by = world.apps.operator.client_id.as_str();
    assert!(told.len() == 1 && told[0].contains(by) && told[0].contains("198.51.100.0/24"), "{told:?}");
}

#[tokio::test]
async fn s16_suspension_bites_and_is_lifted() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let token =
        Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await).access;
    let gate = world.gate(15);
    assert_eq!(gate.call("GET /v1/contacts", &token).await.name(), "allowed");
    let path = format!("tenants/{}", world.tenants.acme);
    for _ in 0..2 {
        assert_eq!(
            json_of(&operator.post(&format!("{path}/suspend"), json!(null)).await, 200)["active"],
            false
        );
    }
    world.clock.advance(15);
    assert_eq!(gate.call("GET /v1/contacts", &token).await.name(), "tenant_suspended");
    assert_eq!(events(&world, "tenant.suspended", &world.apps.operator).await.len(), 1);
    assert_eq!(json_of(&operator.post(&format!("{path}/restore"), json!(null)).await, 200)["active"], true);
    assert_eq!(world.gate(0).call("GET /v1/contacts", &token).await.name(), "allowed");
    let own = format!("tenants/{}/suspend", world.tenants.operators);
    assert_error(&operator.post(&own, json!(null)).await, 409, "conflict");
}

#[tokio::test]
async fn roles_are_defined_and_removed_and_bite() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let tokens = world.tokens_for(&world.apps.web, &world.people.robin, "contact.all").await;
    let (delete, role) = ("DELETE /v1/contacts/{id}", format!("tenants/{}/roles/reader", world.tenants.acme));
    assert_eq!(world.gate(0).call(delete, &tokens.access).await.name(), "insufficient_role");
    for permissions in [json!(["contact.all"]), json!(["contact.*"]), json!(["*"])] {
        let tenant = json_of(&admin.call("PUT", &role, json!({ "permissions": permissions })).await, 200);
        assert_eq!(tenant["roles"]["reader"], permissions);
        assert_eq!(world.gate(0).call(delete, &tokens.access).await.name(), "allowed");
    }
    for unknown in ["contact", "contact*", "nothing.*", "", "contact.red", "contact.all contact.read", "**"] {
        let answer = admin.call("PUT", &role, json!({ "permissions": [unknown] })).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), "permissions");
    }
    assert_eq!(admin.delete(&role).await.status(), 204);
    assert_error(&admin.delete(&role).await, 404, "not_found");
    assert_eq!(world.gate(0).call(delete, &tokens.access).await.name(), "insufficient_role");
}

#[tokio::test]
async fn lists_come_in_parts_by_cursors_that_nobody_forges() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    for number in 0..4 {
        json_of(&operator.post("tenants", json!({ "name": format!("T{number}") })).await, 201);
    }
    let (mut seen, mut path, mut cursors) = (Vec::new(), "tenants?limit=2".to_owned(), Vec::new());
    loop {
        let part = json_of(&operator.get(&path).await, 200);
        seen.extend(part["data"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        let Some(next) = part["next_cursor"].as_str() else { break };
        path = format!("tenants?limit=2&cursor={next}");
        cursors.push(next.to_owned());
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (10, &sorted));
    let genuine = &cursors[0];
    let clients = format!("clients?cursor={genuine}");
    for forged in ["x", "dGVuX2E.dGVu", &format!("x{genuine}"), &"x".repeat(5_000)] {
        let answer = operator.get(&format!("tenants?cursor={forged}")).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), "cursor");
    }
    // Of another list, and of another tenant.
    assert_error(&operator.get(&clients).await, 400, "invalid_request");
    let foreign = Admin::of_acme(&world).await.get(&format!("tenants?cursor={genuine}")).await;
    assert_error(&foreign, 400, "invalid_request");
    for limit in ["0", "101", "-1", "x", "1e1"] {
        assert_eq!(operator.get(&format!("tenants?limit={limit}")).await.member("field"), "limit");
    }
}

#[tokio::test]
async fn changes_at_once_lose_nothing() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let put = |number: usize| {
        let path = format!("tenants/{}/roles/role-{number}", world.tenants.acme);
        let operator = &operator;
        async move {
            loop {
                let answer = operator.call("PUT", &path, json!({ "permissions": ["contact.read"] })).await;
                match answer.status() {
                    200 => return,
                    409 | 503 => {}
                    other => panic!("{other} {}", answer.text()),
                }
            }
        }
    };
    futures_util::future::join_all((0..8).map(put)).await;
    let tenant = json_of(&operator.get(&format!("tenants/{}", world.tenants.acme)).await, 200);
    for number in 0..8 {
        assert!(tenant["roles"][format!("role-{number}")].is_array(), "{tenant}");
    }
}

#[tokio::test]
async fn operators_do_not_lock_themselves_out() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let own = format!("tenants/{}", world.tenants.operators);
    for body in [json!({ "features": ["contact.read"] }), json!({ "api_domain": "api.acme.test" })] {
        assert_error(&operator.patch(&own, body).await, 409, "conflict");
    }
    assert_error(&operator.post(&format!("{own}/suspend"), json!(null)).await, 409, "conflict");
    json_of(&operator.patch(&own, json!({ "name": "We", "features": null })).await, 200);
}

#[tokio::test]
async fn a_change_is_told_with_what_changed_and_a_permission_counts_once() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let acme = format!("tenants/{}", world.tenants.acme);
    json_of(&operator.patch(&acme, json!({ "pat_max_days": 30, "name": "Acme Ltd" })).await, 200);
    let told = events(&world, "tenant.changed", &operator.app).await;
    assert!(told.len() == 1 && told[0].contains("name pat_max_days"), "{told:?}");
    let twice = json!({ "permissions": ["contact.read", "account", "contact.read"] });
    let role = operator.call("PUT", &format!("{acme}/roles/twice"), twice).await;
    assert_eq!(json_of(&role, 200)["roles"]["twice"], json!(["contact.read", "account"]));
}

/// What is said of a thing as it is already is no change: nothing is written, and nothing told.
#[tokio::test]
async fn what_changes_nothing_is_neither_written_nor_told() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let (acme, robin) = (&world.tenants.acme, &world.people.robin.user_id);
    world.connect(&world.apps.platform, &world.people.olivia).await;
    let (web, platform) = (&world.apps.web.client_id, &world.apps.platform.client_id);
    let role = json!({ "permissions": ["contact.*"] });
    let role_path = format!("tenants/{acme}/roles/clerk");
    json_of(&operator.call("PUT", &role_path, role.clone()).await, 200);
    let member = format!("tenants/{acme}/members/{robin}");
    json_of(&operator.patch(&member, json!({ "active": false })).await, 200);
    let user = format!("users/{robin}");
    let profile = json!({ "name": "Robin", "profile": { "nickname": "Rob" } });
    json_of(&operator.patch(&user, profile.clone()).await, 200);
    world.events(Some(acme)).await;
    world.clock.advance(60);
    let before = world.state().await;
    for (method, path, body) in [
        ("PATCH", format!("tenants/{acme}"), json!({})),
        ("PATCH", format!("tenants/{acme}"), json!({ "name": "Acme", "features": null })),
        ("PUT", role_path, role),
        ("PATCH", member.clone(), json!({})),
        ("PATCH", member, json!({ "active": false })),
        ("PATCH", format!("clients/{web}"), json!({})),
        ("PATCH", format!("clients/{web}"), json!({ "active": true, "require_pkce": true })),
        ("PATCH", user.clone(), json!({})),
        ("PATCH", user, profile),
        ("PATCH", format!("tenants/{acme}/connections/{platform}"), json!({ "networks": [] })),
    ] {
        json_of(&operator.call(method, &path, body.clone()).await, 200);
        world.events(Some(acme)).await;
        assert_eq!(world.state().await, before, "{method} {path} {body}");
    }
}
