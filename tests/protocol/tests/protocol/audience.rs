//! A scope's name is worth nothing outside the API that declares it: two APIs may use one name for two things.

use postern_testkit::{App, Ask, Browser, MadePat, Tokens, World, assert_error, event};
use serde_json::{Value, json};

pub(crate) const CASES: &str = "https://cases.test";
const ADMIN: &str = "https://as.test/admin";
const ACCOUNT: &str = "https://as.test/account";

/// A customer's API that has names of Postern's own, and of the sample API.
pub(crate) fn document() -> String {
    let needs = |scope: &str| json!({ "get": { "security": [{ "oauth": [scope] }] } });
    let scopes =
        json!({ "admin": "Run the office", "account": "Keep accounts", "contact.read": "Call witnesses" });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Cases", "version": "1" },
        "x-postern": { "audience": CASES },
        "paths": {
            "/v1/cases": needs("contact.read"), "/v1/office": needs("admin"), "/v1/ledger": needs("account"),
            "/v1/door": { "get": { "security": [] } },
        },
        "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
            "tokenUrl": "/oauth2/token", "scopes": scopes,
        } } } } },
    })
    .to_string()
}

/// A world with that API, where the service and the web app have rights at it and nowhere else.
async fn world() -> World {
    let world = World::start().await;
    world.load_api(&document(), CASES).await;
    for app in [&world.apps.service, &world.apps.web] {
        world.register_at(app, CASES, "openid admin account contact.read").await;
    }
    world
}

/// The name of the error with which `app` is refused at both doors; empty where it is let in.
async fn refusals(world: &World, resource: &str, scope: &str) -> [String; 2] {
    let form = [("grant_type", "client_credentials"), ("scope", scope), ("resource", resource)];
    let token = world.post("/oauth2/token").form(form).by(&world.apps.service).send().await;
    let ask = Ask::of(&world.apps.web).with("scope", scope).with("resource", resource);
    let browser: &mut Browser = &mut world.browser();
    [token.member("error"), browser.open(&ask).await.returned("error").unwrap_or_default()]
}

#[tokio::test]
async fn x09_a_name_at_one_api_is_no_right_at_another() {
    let world = world().await;
    for (resource, scope) in [(ADMIN, "admin"), (ACCOUNT, "account"), ("https://api.test", "contact.read")] {
        assert_eq!(refusals(&world, resource, scope).await, ["invalid_scope", "invalid_scope"], "{resource}");
        assert_eq!(refusals(&world, CASES, scope).await, ["", ""], "{scope}");
    }
    // Where it has no right, it learns nobody's name either; the deployment's own API is everybody's.
    let openid = Ask::of(&world.apps.web).with("scope", "openid");
    for (resource, error) in [(ADMIN, Some("invalid_scope")), ("https://api.test", None)] {
        let answer = world.browser().open(&openid.clone().with("resource", resource)).await;
        assert_eq!(answer.returned("error").as_deref(), error, "{resource}");
    }
}

#[tokio::test]
async fn x09_a_token_for_one_api_opens_no_other() {
    let world = world().await;
    let form = [("grant_type", "client_credentials"), ("scope", "admin contact.read"), ("resource", CASES)];
    let token = world.post("/oauth2/token").form(form).by(&world.apps.service).send().await;
    let token = Tokens::of(&token).access;
    let gate = world.gate(0);
    for (route, decision) in [
        ("GET /v1/cases", "allowed"),
        ("GET /v1/office", "allowed"),
        ("GET /v1/contacts", "unauthorized"),
        ("GET /admin/v1/tenants", "unauthorized"),
    ] {
        assert_eq!(gate.call(route, &token).await.name(), decision, "{route}");
    }
}

/// G08: a `TOKEN` event tells a raw path, which may fit a placeholder of one API and a literal of another.
#[tokio::test]
async fn g08_of_two_apis_the_closer_route_decides() {
    let world = World::start().await;
    let mut closer: Value = serde_json::from_str(&document()).unwrap();
    closer["paths"]["/v1/contacts/secret"] = json!({ "get": { "security": [{ "oauth": ["admin"] }] } });
    world.load_api(&closer.to_string(), CASES).await;
    world.register_at(&world.apps.web, CASES, "admin").await;
    let olivia = &world.people.olivia;
    let contacts = world.tokens_for(&world.apps.spa, olivia, "contact.read").await.access;
    let ask = Ask::of(&world.apps.web).with("scope", "admin").with("resource", CASES);
    let code = world.code_for(&ask, olivia).await;
    let office = Tokens::of(&world.exchange(&world.apps.web, &code).send().await).access;
    let gate = world.gate(0);
    for (token, path, decision) in [
        (&contacts, "/v1/contacts/con_1", "allowed"),
        (&contacts, "/v1/contacts/secret", "unauthorized"),
        (&office, "/v1/contacts/secret", "allowed"),
        (&office, "/v1/contacts/con_1", "unauthorized"),
    ] {
        let mut event = event("rest-token");
        event["authorizationToken"] = json!(format!("Bearer {token}"));
        event["methodArn"] = json!(format!("arn:aws:execute-api:us-east-1:123456789012:api/v1/GET{path}"));
        assert_eq!(gate.decide(&event).await.name(), decision, "{path}");
    }
}

/// The client that loses a right at one API and has the same name at another.
#[tokio::test]
async fn i7_rights_that_moved_to_another_api_bite_on_what_was_issued() {
    let world = world().await;
    let web = &world.apps.web;
    let ask = Ask::of(web).with("scope", "openid contact.read").with("resource", CASES);
    let early = world.code_for(&ask, &world.people.olivia).await;
    let tokens =
        Tokens::of(&world.exchange(web, &world.code_for(&ask, &world.people.olivia).await).send().await);
    let gate = world.gate(0);
    assert_eq!(gate.call("GET /v1/cases", &tokens.access).await.name(), "allowed");
    world.register(web, "openid contact.read").await;
    assert_eq!(gate.call("GET /v1/cases", &tokens.access).await.name(), "insufficient_scope");
    for answer in [world.refresh(web, &tokens.refresh), world.exchange(web, &early)] {
        assert_eq!(Tokens::of(&answer.send().await).body["scope"], "openid");
    }
}

/// What a role permits it permits everywhere; what a token says it says at one API.
#[tokio::test]
async fn x09_a_personal_access_token_is_of_one_api() {
    let world = World::start().await;
    world.load_api(&document(), CASES).await;
    let olivia = &world.people.olivia;
    let token = world.account_token(olivia).await;
    let made = |resource: &'static str, scope: &'static str| {
        let wanted = json!({ "name": "Test", "scopes": [scope], "resource": resource });
        world.make_pat(&token, &wanted).send()
    };
    let cases = MadePat::of(&made(CASES, "contact.read").await).token;
    let contacts = world.pat(olivia, &["contact.read"]).await.token;
    let gate = world.gate(0);
    for (pat, at_cases, at_contacts) in
        [(&cases, "allowed", "unauthorized"), (&contacts, "unauthorized", "allowed")]
    {
        assert_eq!(gate.call("GET /v1/cases", pat).await.name(), at_cases);
        assert_eq!(gate.call("GET /v1/contacts", pat).await.name(), at_contacts);
    }
    let office = MadePat::of(&made(CASES, "admin").await).token;
    assert_eq!(gate.call("GET /v1/office", &office).await.name(), "allowed");
    assert_eq!(gate.call("GET /admin/v1/tenants", &office).await.name(), "unauthorized");
    assert_error(&made(CASES, "contact.write").await, 400, "invalid_scope");
    assert_error(&made(ACCOUNT, "account").await, 400, "invalid_target");
}

#[tokio::test]
async fn x09_the_first_operators_rights_are_at_the_admin_api() {
    let world = World::start().await;
    let operator: &App = &world.apps.operator;
    world.register_at(operator, ADMIN, "admin").await;
    let token = world.admin_token(operator).await;
    assert_eq!(world.get("/admin/v1/tenants").bearer(&token).send().await.status(), 200);
    assert_error(&world.client_credentials(operator, "admin").send().await, 400, "invalid_scope");
}
