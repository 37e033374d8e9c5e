//! Bodies that are none, and faults.

use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Blow, Site, World, assert_error};
use serde_json::json;

use super::{Admin, json_of};

#[tokio::test]
async fn every_bad_member_is_named() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let before = world.state().await;
    let members = format!("tenants/{}/members", world.tenants.acme);
    let long = "x".repeat(10_240);
    for (method, path, body, field) in [
        ("POST", "tenants", json!({}), "name"),
        ("POST", "tenants", json!({ "name": 7 }), "name"),
        ("POST", "tenants", json!({ "name": "" }), "name"),
        ("POST", "tenants", json!({ "name": "a\u{0007}" }), "name"),
        ("POST", "tenants", json!({ "name": "<script>" }), "name"),
        ("POST", "tenants", json!({ "name": long }), "name"),
        ("POST", "tenants", json!({ "name": "A", "operator": true }), "operator"),
        ("POST", "tenants", json!({ "name": "A", "features": "*" }), "features"),
        ("POST", "tenants", json!({ "name": "A", "features": [long] }), "features"),
        ("POST", "tenants", json!({ "name": "A", "api_domain": "https://a" }), "api_domain"),
        ("POST", "tenants", json!({ "name": "A", "livemode": "no" }), "livemode"),
        ("POST", "tenants", json!({ "name": "A", "pat_max_days": 366 }), "pat_max_days"),
        ("POST", "tenants", json!({ "name": "A", "audit_days": 0 }), "audit_days"),
        ("POST", members.as_str(), json!({ "role": "owner" }), "email"),
        ("POST", &members, json!({ "email": "a@b.test", "role": "emperor" }), "role"),
        ("POST", &members, json!({ "email": "a#b@c.test", "role": "owner" }), "email"),
        ("POST", &members, json!({ "email": format!("{long}@b.test"), "role": "owner" }), "email"),
        ("POST", &members, json!({ "email": "a@b.test", "role": "owner", "active": true }), "name"),
        ("POST", &members, json!({ "email": "a@b.test", "role": "owner", "active": 1 }), "active"),
        ("POST", &members, json!({ "email": "a@b.test", "role": "owner", "name": "A" }), "name"),
        (
            "POST",
            &members,
            json!({ "email": "a@b.test", "role": "owner", "active": true, "name": "A", "password": "short" }),
            "password",
        ),
    ] {
        let answer = operator.call(method, path, body.clone()).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), field, "{body:.80}");
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn what_is_no_body_is_refused() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let before = world.state().await;
    for body in ["", "[]", "{", "null", "{\"name\":\"A\",\"name\":\"B\"}"] {
        let draft = world.post("/admin/v1/tenants").bearer(&operator.token).body("application/json", body);
        assert_error(&draft.send().await, 400, "invalid_request");
    }
    let draft =
        world.post("/admin/v1/tenants").bearer(&operator.token).body("text/plain", "{\"name\":\"A\"}");
    assert_eq!(draft.send().await.status(), 415);
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn db04_a_lost_acknowledgement_is_no_conflict() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let path = format!("tenants/{}", world.tenants.acme);
    for times in [1, 3] {
        let site = Site { service: Service::DynamoDb, operation: "TransactWriteItems".into(), nth: 0 };
        world.strike(&site, Blow { kind: FaultKind::InternalError, moment: Moment::AfterEffect, times });
        let name = format!("Acme {times}");
        assert_eq!(
            json_of(&operator.patch(&path, json!({ "name": name })).await, 200)["name"],
            name.as_str()
        );
        world.faults().clear();
        assert_eq!(json_of(&operator.get(&path).await, 200)["name"], name.as_str());
    }
}
