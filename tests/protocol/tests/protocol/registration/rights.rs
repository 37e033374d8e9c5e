//! What a client that registered itself may ask people for (D03).

use postern_testkit::{Ask, Tokens, World, assert_error};
use serde_json::json;

use super::{Registered, assert_refused, register};

/// The error that a request for these scopes of an API leads to; empty where it goes on to the sign-in.
async fn refused(world: &World, client: &Registered, scope: &str, resource: &str) -> String {
    let ask = Ask::of(&client.app).with("scope", scope).with("resource", resource);
    let page = world.get(&ask.path()).send().await;
    let errors = ["invalid_scope", "invalid_target"];
    let text = format!("{} {:?}", page.text(), page.destination());
    errors.into_iter().find(|error| text.contains(error)).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn d03_every_customer_api_and_none_of_posterns_own() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    assert_eq!(refused(&world, &client, "openid contact.all", "https://api.test").await, "");
    assert_eq!(refused(&world, &client, "mcp.use", "https://as.test/mcp").await, "");
    for (scope, own) in [("admin", "https://as.test/admin"), ("openid", "https://as.test/account")] {
        assert!(!refused(&world, &client, scope, own).await.is_empty(), "{own}");
    }
    assert_eq!(refused(&world, &client, "openid nonsense", "https://api.test").await, "invalid_scope");
}

#[tokio::test]
async fn an_api_that_is_loaded_later_counts_too() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "token_endpoint_auth_method": "none" })).await;
    let document = include_str!("../../../../../functions/me/mcp.yaml");
    world.load_api(document, "https://later.test/mcp").await;
    world.clock.advance(60);
    let ask = Ask::of(&client.app).with("scope", "mcp.use").with("resource", "https://later.test/mcp");
    let code = world.code_for(&ask, &world.people.olivia).await;
    let tokens = Tokens::of(&world.exchange(&client.app, &code).send().await);
    assert_eq!(postern_testkit::claims_of(&tokens.access)["aud"], "https://later.test/mcp");
}

#[tokio::test]
async fn rfc7591_2_a_client_that_names_scopes_is_held_to_them() {
    let world = World::start().await;
    let changes =
        json!({ "scope": "openid contact.read nonsense admin", "grant_types": ["authorization_code"] });
    let client = Registered::new(&world, changes).await;
    assert_eq!(client.body["scope"], "contact.read openid", "unknown ones and Postern's own are dropped");
    assert_eq!(refused(&world, &client, "openid contact.read", "https://api.test").await, "");
    for more in ["openid email", "contact.write", "contact.all"] {
        assert_eq!(refused(&world, &client, more, "https://api.test").await, "invalid_scope", "{more}");
    }
    let tokens = world.tokens_for(&client.app, &world.people.olivia, "contact.read").await;
    let gate = world.gate(0);
    assert_eq!(gate.call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
    assert_eq!(gate.call("POST /v1/contacts", &tokens.access).await.name(), "insufficient_scope");
}

#[tokio::test]
async fn d03_a_client_of_which_nothing_is_known_is_refused() {
    let world = World::start().await;
    for scope in ["nonsense", "admin", "a b c"] {
        let answer = register(&world, json!({ "scope": scope })).send().await;
        assert_refused(&answer, "invalid_client_metadata", "scope");
    }
}

#[tokio::test]
async fn d03_it_has_no_token_of_its_own() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let answer = world.client_credentials(&client.app, "contact.read").send().await;
    assert_error(&answer, 400, "unauthorized_client");
}

#[tokio::test]
async fn i7_narrower_scopes_bite_on_tokens_that_were_issued_before() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let tokens = world.tokens_for(&client.app, &world.people.olivia, "contact.all").await;
    assert_eq!(world.gate(0).call("POST /v1/contacts", &tokens.access).await.name(), "allowed");
    let body = json!({ "client_id": client.app.client_id, "redirect_uris": ["https://other.test/cb"],
        "scope": "contact.read" });
    assert_eq!(client.put(&world, &body).send().await.status(), 200);
    let gate = world.gate(0);
    assert_eq!(gate.call("POST /v1/contacts", &tokens.access).await.name(), "insufficient_scope");
    assert_eq!(gate.call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
}
