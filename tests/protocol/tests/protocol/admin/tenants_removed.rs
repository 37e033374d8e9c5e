//! Tenants that are removed: nothing of the organisation is left but its log, and nothing that was issued for it counts.

use postern_core::audit::{Actor, Kind};
use postern_testkit::{Ask, Reply, Tokens, World, assert_error};
use serde_json::{Value, json};

use super::{Admin, json_of};

const READ: &str = "GET /v1/contacts";

async fn remove(operator: &Admin<'_>, path: &str) {
    assert_eq!(json_of(&operator.post(&format!("{path}/suspend"), Value::Null).await, 200)["active"], false);
    assert_eq!(operator.delete(path).await.status(), 204);
}

#[tokio::test]
async fn s16_nothing_that_was_issued_for_a_removed_tenant_counts() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let (acme, olivia) = (&world.tenants.acme, &world.people.olivia);
    let tokens = world.tokens_for(&world.apps.web, olivia, "contact.read offline_access").await;
    let pat = world.pat(olivia, &["contact.read"]).await;
    let client_token = async || world.client_credentials(&world.apps.service, "contact.read").send().await;
    let service = Tokens::of(&client_token().await).access;
    remove(&operator, &format!("tenants/{acme}")).await;
    world.clock.advance(15);
    for token in [&tokens.access, &pat.token, &service] {
        let verdict = world.gate(0).call(READ, token).await;
        assert!(["tenant_suspended", "unauthorized"].contains(&verdict.name()), "{verdict:?}");
    }
    assert_error(&world.refresh(&world.apps.web, &tokens.refresh).send().await, 400, "invalid_grant");
    assert!(client_token().await.status() >= 400);
    assert_eq!(world.userinfo(&tokens.access).send().await.status(), 401);
    let page = world.signed_in(olivia).await.open(&Ask::of(&world.apps.web)).await;
    assert!(!page.text().contains(acme.as_str()) && !page.text().contains("Acme"), "{}", page.text());
}

#[tokio::test]
async fn what_is_left_of_a_tenant_is_switched_off_and_nameless_and_its_log() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let body = json!({ "name": "Initech", "features": ["contact.*"], "audit_days": 40 });
    let made = json_of(&operator.post("tenants", body).await, 201);
    let (id, path) = (made["id"].as_str().unwrap(), format!("tenants/{}", made["id"].as_str().unwrap()));
    let reader = json!({ "permissions": ["contact.read"] });
    json_of(&operator.call("PUT", &format!("{path}/roles/reader"), reader).await, 200);
    remove(&operator, &path).await;
    let dump = world.dump().await;
    let own: Vec<_> = dump.lines().filter(|it| it.contains(&format!("\"PK\": \"TENANT#{id}"))).collect();
    assert!(own.len() == 1 && !own[0].contains("Initech") && !own[0].contains("contact."), "{own:?}");
    // Whatever was issued for it is void, should it ever be switched on by another hand.
    let mark = format!(r#""not_before": "N(\"{}\")""#, world.now() + 1);
    assert!(own[0].contains(&mark), "{own:?}");
    let listed = json_of(&operator.get("tenants?limit=100").await, 200).to_string();
    assert!(!listed.contains(id), "{listed}");
    let log = world.events(Some(&postern_core::id::TenantId::parse(id).unwrap())).await;
    let told: Vec<_> = log.iter().filter(|it| it.kind == Kind::TenantRemoved).collect();
    let by = Actor::Client(world.apps.operator.client_id.clone());
    assert!(told.len() == 1 && told[0].actor == by, "{told:?}");
    let read = json_of(&operator.get(&format!("audit?tenant={id}")).await, 200);
    assert!(read.to_string().contains("tenant.removed"), "{read}");
}

#[tokio::test]
async fn a_removed_tenant_is_nowhere_in_the_admin_api() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    world.connect(&world.apps.platform, &world.people.gloria).await;
    let (platform, gloria) = (&world.apps.platform.client_id, &world.people.gloria.user_id);
    let path = format!("tenants/{}", world.tenants.globex);
    remove(&operator, &path).await;
    let before = world.state().await;
    let reader = json!({ "permissions": ["contact.read"] });
    let ada = json!({ "email": "ada@globex.test", "role": "owner" });
    for (method, rest, body) in [
        ("GET", String::new(), Value::Null),
        ("PATCH", String::new(), json!({ "name": "Back" })),
        ("DELETE", String::new(), Value::Null),
        ("POST", "/suspend".to_owned(), Value::Null),
        ("POST", "/restore".to_owned(), Value::Null),
        ("PUT", "/roles/reader".to_owned(), reader),
        ("GET", "/members".to_owned(), Value::Null),
        ("POST", "/members".to_owned(), ada),
        ("GET", format!("/members/{gloria}"), Value::Null),
        ("GET", "/invitations".to_owned(), Value::Null),
        ("GET", "/connections".to_owned(), Value::Null),
        ("PATCH", format!("/connections/{platform}"), json!({ "networks": [] })),
        ("GET", format!("/connections/{platform}/activity"), Value::Null),
        ("DELETE", format!("/connections/{platform}"), Value::Null),
    ] {
        let answer = operator.call(method, &format!("{path}{rest}"), body).await;
        assert_error(&answer, 404, "not_found");
    }
    let service = json!({ "kind": "service", "name": "S", "tenant": world.tenants.globex });
    let refused = operator.post("clients", service).await;
    assert_error(&refused, 400, "invalid_request");
    assert_eq!(refused.member("field"), "tenant");
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn invitations_into_a_removed_tenant_are_void() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let (acme, gloria) = (&world.tenants.acme, &world.people.gloria);
    world.invited(gloria, acme, "reader").await;
    let token = world.account_token(gloria).await;
    remove(&operator, &format!("tenants/{acme}")).await;
    assert_eq!(world.invitations(&token).send().await.json()["data"], json!([]));
    let answer = world.answer_invitation(&token, acme, Reply::Accept("reader")).send().await;
    assert_error(&answer, 409, "conflict");
}

#[tokio::test]
async fn a_tenant_in_use_and_the_operators_own_are_not_removed() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let before = world.state().await;
    let acme = operator.delete(&format!("tenants/{}", world.tenants.acme)).await;
    assert_error(&acme, 409, "conflict");
    assert!(acme.text().contains("suspend it first"), "{}", acme.text());
    let own = operator.delete(&format!("tenants/{}", world.tenants.operators)).await;
    assert_error(&own, 409, "conflict");
    let nobodys = operator.delete("tenants/ten_0000000000000000000000").await;
    assert_error(&nobodys, 404, "not_found");
    assert_eq!(world.state().await, before);
}
