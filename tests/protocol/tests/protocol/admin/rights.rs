//! What a client may ask for, API by API, and who may say so.

use postern_testkit::{Tokens, World, assert_error};
use serde_json::{Value, json};

use super::{Admin, app_of, json_of};

const ADMIN: &str = "https://as.test/admin";
const ACCOUNT: &str = "https://as.test/account";

fn at(audience: &str, scopes: &[&str]) -> Value {
    json!({ "audience": audience, "scopes": scopes })
}

#[tokio::test]
async fn rights_are_given_api_by_api_and_shown_as_they_are_given() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let body = json!({
        "kind": "web", "name": "Desk", "redirect_uris": ["https://a.test/cb"],
        "scopes": ["openid", "contact.read"], "apis": [at(ADMIN, &["admin"]), at(ACCOUNT, &["account"])],
    });
    let made = json_of(&operator.post("clients", body).await, 201);
    let path = format!("clients/{}", made["client_id"].as_str().unwrap());
    assert_eq!(made["scopes"], json!(["contact.read", "openid"]));
    assert_eq!(made["apis"], json!([at(ACCOUNT, &["account"]), at(ADMIN, &["admin"])]));
    for (change, scopes, apis) in [
        (json!({ "apis": [at(ADMIN, &[])] }), json!(["contact.read", "openid"]), [at(ACCOUNT, &["account"])]),
        (json!({ "scopes": ["openid"] }), json!(["openid"]), [at(ACCOUNT, &["account"])]),
        (
            json!({ "scopes": ["email", "admin"], "audience": ADMIN, "apis": [at(ACCOUNT, &[])] }),
            json!(["email"]),
            [at(ADMIN, &["admin"])],
        ),
    ] {
        let changed = json_of(&operator.patch(&path, change).await, 200);
        assert_eq!((&changed["scopes"], &changed["apis"]), (&scopes, &json!(apis)));
        assert_eq!(json_of(&operator.get(&path).await, 200), changed);
    }
}

#[tokio::test]
async fn each_scope_is_one_of_its_own_api() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let before = world.state().await;
    let path = format!("clients/{}", world.apps.web.client_id);
    for (change, field) in [
        (json!({ "scopes": ["admin"] }), "scopes"),
        (json!({ "scopes": ["contact.read"], "audience": ADMIN }), "scopes"),
        (json!({ "scopes": ["admin"], "audience": "https://nobody.test" }), "audience"),
        (json!({ "audience": ADMIN }), "audience"),
        (json!({ "apis": [at(ADMIN, &["contact.read"])] }), "apis"),
        (json!({ "apis": [at(ADMIN, &["openid"])] }), "apis"),
        (json!({ "apis": [at(ADMIN, &["admin"]), at(ADMIN, &["admin"])] }), "apis"),
        (json!({ "apis": [at("https://api.test", &[])], "scopes": [] }), "apis"),
        (json!({ "apis": [at("https://nobody.test", &["admin"])] }), "apis"),
        (json!({ "apis": { ADMIN: ["admin"] } }), "apis"),
        (json!({ "apis": [{ "audience": ADMIN }] }), "apis"),
        (json!({ "apis": [{ "audience": ADMIN, "scopes": ["admin"], "x": 1 }] }), "apis"),
    ] {
        let answer = operator.patch(&path, change.clone()).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), field, "{change}");
    }
    assert_eq!(world.state().await, before);
}

/// Roles are names over all catalogues: whoever loads an API hears of it.
#[tokio::test]
async fn names_that_two_apis_share_are_warned_of() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Office", "version": "1" },
        "x-postern": { "audience": "https://office.test" },
        "paths": { "/v1/office": { "get": { "security": [{ "oauth": ["admin"] }] } } },
        "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
            "tokenUrl": "/oauth2/token", "scopes": { "admin": "Run the office" },
        } } } } },
    });
    let draft = world.request(postern_core::http::Method::PUT, "/admin/v1/apis").bearer(&operator.token);
    let answer = draft.body("application/yaml", document.to_string()).send().await;
    let warning = "https://as.test/admin has a scope admin too: a role or feature of this name permits both.";
    assert_eq!(json_of(&answer, 200)["warnings"], json!([warning]));
}

/// A role of a tenant's own is worth what the admin API lets its administrators do, and no more.
#[tokio::test]
async fn s03_an_administrator_of_a_tenant_gives_no_rights_at_our_own_apis() {
    let world = World::start().await;
    let acme = &world.tenants.acme;
    let admin = Admin::of_acme(&world).await;
    let star = json!({ "permissions": ["*"] });
    json_of(&admin.call("PUT", &format!("tenants/{acme}/roles/reader"), star).await, 200);
    let service = |more: Value| {
        let mut body = json!({ "kind": "service", "name": "S" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let made = json_of(&admin.post("clients", service(json!({ "scopes": ["contact.all"] }))).await, 201);
    let path = format!("clients/{}", made["client_id"].as_str().unwrap());
    for (audience, scope) in [(ADMIN, "admin"), (ACCOUNT, "account")] {
        for rights in
            [json!({ "scopes": [scope], "audience": audience }), json!({ "apis": [at(audience, &[scope])] })]
        {
            let refused = admin.post("clients", service(rights.clone())).await;
            assert_error(&refused, 403, "insufficient_role");
            assert_error(&admin.patch(&path, rights).await, 403, "insufficient_role");
        }
        let app = app_of(&made);
        let form = [("grant_type", "client_credentials"), ("scope", scope), ("resource", audience)];
        let refused = world.instance().post("/oauth2/token").form(form).by(&app).send().await;
        assert_error(&refused, 400, "invalid_scope");
    }
    // And a member with every permission of it, through an app with the right, administers Acme alone.
    let ask = postern_testkit::Ask::of(&world.apps.web).with("scope", "admin").with("resource", ADMIN);
    let code = world.code_for(&ask, &world.people.robin).await;
    let token = Tokens::of(&world.exchange(&world.apps.web, &code).send().await).access;
    let robin = Admin { world: &world, token, app: world.apps.web.clone() };
    assert_eq!(json_of(&robin.get("tenants").await, 200)["data"].as_array().unwrap().len(), 1);
    assert_error(&robin.get(&format!("tenants/{}", world.tenants.globex)).await, 404, "not_found");
    assert_error(&robin.post("tenants", json!({ "name": "Mine" })).await, 403, "insufficient_role");
    assert_error(&robin.delete("apis?audience=https://api.test").await, 403, "insufficient_role");
}
