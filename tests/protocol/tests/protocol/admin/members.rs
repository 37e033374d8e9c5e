//! Members: added, changed, removed.

use postern_core::id::UserId;
use postern_testkit::{Ask, PASSWORD, Person, World, assert_error};
use serde_json::json;

use super::{Admin, events, json_of};

#[tokio::test]
async fn a_new_account_signs_in_and_acts() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let path = format!("tenants/{}/members", world.tenants.acme);
    let password = PASSWORD;
    let body = json!({ "email": " Ada@Acme.test ", "name": "Ada", "role": "reader", "active": true,
        "password": password });
    let ada = json_of(&operator.post(&path, body.clone()).await, 201);
    assert_eq!((&ada["email"], &ada["role"]), (&json!("ada@acme.test"), &json!("reader")));
    assert!(!ada.to_string().contains(password) && !world.dump().await.contains(password));
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.native)).await;
    let user_id = UserId::parse(ada["user_id"].as_str().unwrap()).unwrap();
    let person = Person { user_id, email: "ada@acme.test", name: "Ada" };
    let consent = browser.sign_in(&login, &person).await;
    assert!(consent.text().contains("id=\"allow\""), "{}", consent.text());
    // The address is somebody's now.
    assert_error(&operator.post(&path, body).await, 409, "conflict");
    assert_eq!(
        (
            events(&world, "user.created", &world.apps.operator).await.len(),
            events(&world, "member.added", &world.apps.operator).await.len()
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn operators_add_at_once_and_nobody_else_does() {
    let world = World::start().await;
    let (admin, operator) = (Admin::of_acme(&world).await, Admin::operator(&world).await);
    let path = format!("tenants/{}/members", world.tenants.acme);
    let gloria = json!({ "email": "gloria@globex.test", "role": "reader", "active": true });
    let new = json!({ "email": "x@y.test", "name": "X", "role": "reader", "active": true,
        "password": "a first password" });
    let before = world.state().await;
    for body in [&gloria, &new] {
        assert_error(&admin.post(&path, body.clone()).await, 403, "insufficient_role");
    }
    assert_eq!(world.state().await, before);
    let member = json_of(&operator.post(&path, gloria.clone()).await, 201);
    assert_eq!(member["user_id"], world.people.gloria.user_id.as_str());
    assert_error(&operator.post(&path, gloria).await, 409, "conflict");
    let listed = json_of(&admin.get(&path).await, 200);
    let emails: Vec<_> = listed["data"].as_array().unwrap().iter().map(|it| it["email"].clone()).collect();
    assert_eq!(emails.len(), 4, "{emails:?}");
    assert!(emails.contains(&json!("gloria@globex.test")) && !listed.to_string().contains("password"));
}

#[tokio::test]
async fn s03_a_role_change_and_a_removal_bite_within_the_bound() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let olivia = &world.people.olivia;
    let tokens = world.tokens_for(&world.apps.web, olivia, "contact.all offline_access").await;
    let (gate, delete) = (world.gate(15), "DELETE /v1/contacts/{id}");
    assert_eq!(gate.call(delete, &tokens.access).await.name(), "allowed");
    let path = format!("tenants/{}/members/{}", world.tenants.acme, olivia.user_id);
    assert_eq!(json_of(&admin.patch(&path, json!({ "role": "reader" })).await, 200)["role"], "reader");
    world.clock.advance(15);
    assert_eq!(gate.call(delete, &tokens.access).await.name(), "insufficient_role");
    assert_eq!(gate.call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
    assert_eq!(admin.delete(&path).await.status(), 204);
    world.clock.advance(15);
    assert_eq!(gate.call("GET /v1/contacts", &tokens.access).await.name(), "unauthorized");
    assert_error(&world.refresh(&world.apps.web, &tokens.refresh).send().await, 400, "invalid_grant");
    for answer in [admin.get(&path).await, admin.delete(&path).await] {
        assert_error(&answer, 404, "not_found");
    }
    // Whoever comes back starts afresh.
    let operator = Admin::operator(&world).await;
    let back = json!({ "email": olivia.email, "role": "owner", "active": true });
    json_of(&operator.post(&format!("tenants/{}/members", world.tenants.acme), back).await, 201);
    assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "unauthorized");
    let told = events(&world, "member.added", &operator.app).await;
    let by = operator.app.client_id.as_str();
    assert!(told.len() == 1 && told[0].contains(by) && told[0].contains(olivia.user_id.as_str()), "{told:?}");
}
