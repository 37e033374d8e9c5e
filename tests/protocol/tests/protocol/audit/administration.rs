//! One event for each thing that administrators do; and no kind of event that no test knows.

use std::fs;
use std::path::Path;

use postern_core::audit::Kind;
use postern_core::id::TenantId;
use postern_testkit::{PASSWORD, World};
use serde_json::{Value, json};

use super::kinds;
use crate::admin::{Admin, json_of};

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

/// Everything that can be done to a tenant and those in it, each once.
pub(super) async fn administer_tenant(operator: &Admin<'_>) -> TenantId {
    let made = json_of(&operator.post("tenants", json!({ "name": "Initech" })).await, 201);
    let tenant = text(&made, "id");
    let path = format!("tenants/{tenant}");
    json_of(&operator.patch(&path, json!({ "name": "Initech & Sons" })).await, 200);
    let reader = json!({ "permissions": ["contact.read"] });
    json_of(&operator.call("PUT", &format!("{path}/roles/reader"), reader).await, 200);
    for verb in ["suspend", "restore"] {
        json_of(&operator.post(&format!("{path}/{verb}"), Value::Null).await, 200);
    }
    let members = format!("{path}/members");
    let ada = json!({ "email": "ada@initech.test", "name": "Ada", "role": "reader", "active": true, "password": PASSWORD });
    let ada = text(&json_of(&operator.post(&members, ada).await, 201), "user_id");
    json_of(&operator.patch(&format!("{members}/{ada}"), json!({ "active": false })).await, 200);
    assert_eq!(operator.delete(&format!("{members}/{ada}")).await.status(), 204);
    let bob = json!({ "email": "bob@initech.test", "role": "reader" });
    let invited = text(&json_of(&operator.post(&members, bob).await, 202), "id");
    assert_eq!(operator.delete(&format!("{path}/invitations/{invited}")).await.status(), 204);
    TenantId::parse(&tenant).unwrap()
}

/// Everything that can be done to a client and to who may register one, each once.
pub(super) async fn administer_clients(operator: &Admin<'_>, tenant: &TenantId) {
    let client =
        json!({ "kind": "service", "name": "Nightly", "tenant": tenant, "scopes": ["contact.read"] });
    let path =
        format!("clients/{}", text(&json_of(&operator.post("clients", client).await, 201), "client_id"));
    json_of(&operator.patch(&path, json!({ "name": "Hourly" })).await, 200);
    let secret = json_of(&operator.post(&format!("{path}/secrets"), Value::Null).await, 201);
    let secret = format!("{path}/secrets/{}", text(&secret, "id"));
    assert_eq!(operator.delete(&secret).await.status(), 204);
    assert_eq!(operator.delete(&path).await.status(), 204);
    let admission = json_of(&operator.post("registration-tokens", json!({ "label": "x" })).await, 201);
    let admission = format!("registration-tokens/{}", text(&admission, "id"));
    assert_eq!(operator.delete(&admission).await.status(), 204);
}

/// Everything that can be done to an account, each once.
pub(super) async fn administer_people(operator: &Admin<'_>) {
    let path = format!("users/{}", operator.world.people.tess.user_id);
    json_of(&operator.patch(&path, json!({ "name": "Tess" })).await, 200);
    for verb in ["suspend", "restore"] {
        json_of(&operator.post(&format!("{path}/{verb}"), Value::Null).await, 200);
    }
    assert_eq!(operator.delete(&path).await.status(), 204);
}

/// The audience of an API that comes and goes.
const CASES: &str = "https://cases.test";

/// Everything that can be done to an API, each once.
pub(super) async fn administer_apis(operator: &Admin<'_>) {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Cases", "version": "1" },
        "x-postern": { "audience": CASES },
        "paths": { "/v1/cases": { "get": { "security": [{ "oauth": ["read:cases"] }] } } },
        "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
            "tokenUrl": "/oauth2/token", "scopes": { "read:cases": "Read cases" },
        } } } } },
    });
    json_of(&operator.call("PUT", "apis", document).await, 200);
    assert_eq!(operator.delete(&format!("apis?audience={CASES}")).await.status(), 204);
}

/// Everything that can be done to what a member and a platform hold; each twice, where that can be asked for.
pub(super) async fn administer_holdings(operator: &Admin<'_>) {
    let (world, acme) = (operator.world, &operator.world.tenants.acme);
    let (olivia, platform) = (&world.people.olivia, &world.apps.platform);
    let pat = world.pat(olivia, &["contact.read"]).await;
    world.connect(platform, olivia).await;
    let token = format!("tenants/{acme}/members/{}/tokens/{}", olivia.user_id, pat.id);
    let connection = format!("tenants/{acme}/connections/{}", platform.client_id);
    for _ in 0..2 {
        let elsewhere = json!({ "networks": ["203.0.113.0/24"] });
        json_of(&operator.patch(&connection, elsewhere).await, 200);
    }
    for path in [&token, &token, &connection, &connection] {
        assert_eq!(operator.delete(path).await.status(), 204, "{path}");
    }
}

/// What is told in a tenant's log.
const IN_THE_TENANTS: [&str; 18] = [
    "client.changed",
    "client.created",
    "client.removed",
    "client.secret_added",
    "client.secret_removed",
    "invitation.withdrawn",
    "member.added",
    "member.changed",
    "member.invited",
    "member.removed",
    "tenant.changed",
    "tenant.changed",
    "tenant.created",
    "tenant.removed",
    "tenant.restored",
    "tenant.suspended",
    "tenant.suspended",
    "user.created",
];

#[tokio::test]
async fn whatever_administrators_do_is_told_once() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let before = kinds(&world.events(None).await);
    let tenant = administer_tenant(&operator).await;
    administer_clients(&operator, &tenant).await;
    administer_people(&operator).await;
    json_of(&operator.post(&format!("tenants/{tenant}/suspend"), Value::Null).await, 200);
    assert_eq!(operator.delete(&format!("tenants/{tenant}")).await.status(), 204);
    let told = kinds(&world.events(Some(&tenant)).await);
    assert_eq!(told, IN_THE_TENANTS);
    let mut since = kinds(&world.events(None).await);
    for kind in before {
        since.remove(since.iter().position(|it| *it == kind).unwrap());
    }
    let expected = [
        "registration_token.created",
        "registration_token.revoked",
        "user.changed",
        "user.removed",
        "user.restored",
        "user.suspended",
    ];
    assert_eq!(since, expected);
}

#[tokio::test]
async fn an_api_is_told_of_once_when_it_comes_and_once_when_it_goes() {
    let world = World::start().await;
    administer_apis(&Admin::operator(&world).await).await;
    let mut told = world.events(None).await;
    told.retain(|event| event.details.get("audience").is_some_and(|audience| audience == CASES));
    assert_eq!(kinds(&told), ["api.loaded", "api.removed"]);
}

#[tokio::test]
async fn what_members_and_platforms_hold_is_told_once_from_its_making_to_its_end() {
    let world = World::start().await;
    administer_holdings(&Admin::operator(&world).await).await;
    let mut told = world.events(Some(&world.tenants.acme)).await;
    told.retain(|event| ["connection.", "pat."].iter().any(|of| event.kind.as_str().starts_with(*of)));
    let expected =
        ["connection.authorized", "connection.changed", "connection.revoked", "pat.created", "pat.revoked"];
    assert_eq!(kinds(&told), expected);
}

#[test]
fn every_kind_is_known_to_a_test() {
    let mut suite = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut suite);
    let unknown = |kind: &&Kind| {
        !suite.contains(&format!("Kind::{kind:?}")) && !suite.contains(&format!("\"{}\"", kind.as_str()))
    };
    let unknown: Vec<_> = Kind::ALL.iter().filter(unknown).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

fn read(folder: &Path, suite: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, suite);
        } else if path.extension().is_some_and(|it| it == "rs") {
            suite.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
