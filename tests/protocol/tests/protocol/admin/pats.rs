//! A member's personal access tokens, as whoever administers the tenant sees and ends them (R17).

use postern_core::audit::Kind;
use postern_testkit::{World, assert_error};

use super::{Admin, json_of};

const READ: &str = "GET /v1/contacts";

#[tokio::test]
async fn an_administrator_lists_and_revokes_and_sees_no_secret() {
    let world = World::start().await;
    let (admin, olivia) = (Admin::of_acme(&world).await, &world.people.olivia);
    let (first, second) =
        (world.pat(olivia, &["contact.read"]).await, world.pat(olivia, &["contact.read"]).await);
    let path = format!("tenants/{}/members/{}/tokens", world.tenants.acme, olivia.user_id);
    let listed = json_of(&admin.get(&path).await, 200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    for secret in [&first.token, &second.token] {
        assert!(!listed.to_string().contains(secret.as_str()));
    }
    let text = listed.to_string();
    assert!(text.contains(&first.id) && text.contains("contact.read") && !text.contains("tag"), "{text}");
    for _ in 0..2 {
        world.clock.advance(1);
        assert_eq!(admin.delete(&format!("{path}/{}", first.id)).await.status(), 204);
    }
    let gate = world.gate(0);
    assert_eq!(gate.call(READ, &first.token).await.name(), "unauthorized");
    assert_eq!(gate.call(READ, &second.token).await.name(), "allowed");
    let log = world.events(Some(&world.tenants.acme)).await;
    let ends: Vec<_> = log.iter().filter(|event| event.kind == Kind::PatRevoked).collect();
    let [end] = ends.as_slice() else { panic!("one end: {ends:?}") };
    assert_eq!((end.subject.as_ref(), end.at.as_secs()), (Some(&olivia.user_id), world.now() - 1));
}

#[tokio::test]
async fn s01_a_token_of_another_member_or_tenant_is_none() {
    let world = World::start().await;
    let (admin, people) = (Admin::of_acme(&world).await, &world.people);
    let olivias = world.pat(&people.olivia, &["contact.read"]).await;
    let robins = format!("tenants/{}/members/{}/tokens", world.tenants.acme, people.robin.user_id);
    assert_error(&admin.delete(&format!("{robins}/{}", olivias.id)).await, 404, "not_found");
    assert_error(&admin.delete(&format!("{robins}/nothing%23")).await, 404, "not_found");
    assert_eq!(world.gate(0).call(READ, &olivias.token).await.name(), "allowed");
    // Bo belongs to two tenants: what is for the other one is not shown here.
    let token = world.account_token_at(&people.bo, &world.tenants.globex).await;
    let wanted = serde_json::json!({ "name": "Elsewhere", "scopes": ["contact.read"] });
    assert_eq!(world.make_pat(&token, &wanted).send().await.status(), 201);
    let bos = format!("tenants/{}/members/{}/tokens", world.tenants.acme, people.bo.user_id);
    assert_eq!(json_of(&admin.get(&bos).await, 200)["data"], serde_json::json!([]));
}
