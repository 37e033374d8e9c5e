//! Connections, as whoever administers a tenant bounds and ends them (R7, R10).

use postern_core::audit::Kind;
use postern_testkit::{World, assert_error};
use serde_json::{Value, json};

use super::{Admin, events, json_of};

const READ: &str = "GET /v1/contacts";

async fn may_call(world: &World, account: &str) -> String {
    let token = world.platform_token(&world.apps.platform).await;
    world.gate(0).call_for(READ, &token, account).await.name().to_owned()
}

#[tokio::test]
async fn r10_a_connection_is_bound_to_networks_and_set_free() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let platform = &world.apps.platform;
    let connected = world.connect(platform, &world.people.olivia).await;
    let path = format!("tenants/{}/connections", world.tenants.acme);
    let one = format!("{path}/{}", platform.client_id);
    let elsewhere = json!({ "networks": ["203.0.113.0/24", "2001:db8::/32"] });
    let changed = json_of(&admin.patch(&one, elsewhere.clone()).await, 200);
    assert_eq!(changed["networks"], elsewhere["networks"]);
    assert_eq!(may_call(&world, &connected.account).await, "ip_not_allowed");
    let listed = json_of(&admin.get(&path).await, 200);
    assert_eq!(listed["data"], json!([changed]));
    assert_eq!(listed["data"][0]["connected_account_id"], connected.account.as_str());
    let free = json_of(&admin.patch(&one, json!({ "networks": [] })).await, 200);
    assert!(free.get("networks").is_none(), "{free}");
    assert_eq!(may_call(&world, &connected.account).await, "allowed");
    let told = events(&world, "connection.changed", &admin.app).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|it| it.contains(platform.client_id.as_str())), "{told:?}");
}

#[tokio::test]
async fn an_ended_connection_stays_ended() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let platform = &world.apps.platform;
    let connected = world.connect(platform, &world.people.olivia).await;
    let one = format!("tenants/{}/connections/{}", world.tenants.acme, platform.client_id);
    for _ in 0..2 {
        world.clock.advance(1);
        assert_eq!(operator.delete(&one).await.status(), 204);
    }
    assert_eq!(may_call(&world, &connected.account).await, "connection_revoked");
    assert_error(&operator.patch(&one, json!({ "networks": [] })).await, 409, "conflict");
    let listed = json_of(&operator.get(&format!("tenants/{}/connections", world.tenants.acme)).await, 200);
    assert_eq!(listed["data"][0]["revoked_at"], world.now(), "consents given since are void too");
    let log = world.events(Some(&world.tenants.acme)).await;
    let ends: Vec<_> = log.iter().filter(|event| event.kind == Kind::ConnectionRevoked).collect();
    let [_, end] = ends.as_slice() else { panic!("an end, and one more: {ends:?}") };
    assert_eq!(end.actor, postern_core::audit::Actor::Client(operator.app.client_id.clone()));
    assert_eq!(end.account_id.as_ref().map(|it| it.as_str().to_owned()), Some(connected.account));
}

#[tokio::test]
async fn forged_networks_are_refused_by_name() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    world.connect(&world.apps.platform, &world.people.olivia).await;
    let one = format!("tenants/{}/connections/{}", world.tenants.acme, world.apps.platform.client_id);
    let before = world.state().await;
    for networks in [json!(["10.0.0.1/8"]), json!(["x"]), json!("10.0.0.0/8"), Value::Null, json!([1])] {
        let answer = admin.patch(&one, json!({ "networks": networks })).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), "networks");
    }
    for body in [json!({}), json!({ "networks": [], "scopes": ["contact.all"] })] {
        assert_error(&admin.patch(&one, body).await, 400, "invalid_request");
    }
    assert_eq!(world.state().await, before);
}
