//! What a client that nobody registered may ask people for (D03).

use postern_testkit::{Ask, ISSUER, World, claims_of};
use serde_json::json;

use super::{URL, app, document, with, world};

/// Asks as somebody who is signed in; what the client is told.
async fn error(world: &World, ask: &Ask) -> String {
    let mut browser = world.signed_in(&world.people.olivia).await;
    browser.open(ask).await.returned("error").unwrap_or_default()
}

#[tokio::test]
async fn d03_whatever_people_let_it_do_and_nothing_at_posterns_own_apis() {
    let world = world().await;
    let ask = Ask::of(&app());
    let tokens = world.tokens_for(&app(), &world.people.olivia, "openid contact.read contact.all").await;
    assert_eq!(claims_of(&tokens.access)["scope"], "contact.all contact.read openid");
    for path in ["admin", "account"] {
        let own = ask.clone().with("resource", &format!("{ISSUER}/{path}")).with("scope", path);
        assert_eq!(error(&world, &own).await, "invalid_scope", "{path}");
    }
    assert_eq!(error(&world, &ask.clone().with("scope", "admin")).await, "invalid_scope");
    let mcp = ask.with("resource", &format!("{ISSUER}/mcp")).with("scope", "mcp.use");
    assert_eq!(error(&world, &mcp).await, "");
}

#[tokio::test]
async fn s04_a_document_may_say_that_it_needs_less() {
    let world = world().await;
    world.web.publish(URL, &with(&json!({ "scope": "openid contact.read" })));
    let ask = Ask::of(&app());
    assert_eq!(error(&world, &ask.clone().with("scope", "contact.write")).await, "invalid_scope");
    assert_eq!(error(&world, &ask.clone().with("scope", "openid email")).await, "invalid_scope");
    assert_eq!(error(&world, &ask.with("scope", "openid contact.read")).await, "");
}

/// I7: a document that asks for less now bounds the tokens of before.
#[tokio::test]
async fn i7_rights_that_a_document_gives_up_are_gone_at_once() {
    let world = world().await;
    let tokens = world.tokens_for(&app(), &world.people.olivia, "contact.read contact.write").await;
    let gate = world.gate(0);
    assert_eq!(gate.call("POST /v1/contacts", &tokens.access).await.name(), "allowed");
    world.clock.advance(3_599);
    world.web.publish(URL, &with(&json!({ "scope": "contact.read" })));
    world.clock.advance(1);
    error(&world, &Ask::of(&app())).await;
    let fresh = world.refresh(&app(), &tokens.refresh).send().await.member("access_token");
    assert_eq!(gate.call("GET /v1/contacts", &fresh).await.name(), "allowed");
    assert_ne!(gate.call("POST /v1/contacts", &fresh).await.name(), "allowed");
}

/// What a document leaves out has the default of RFC 7591 section 2: no refresh token.
#[tokio::test]
async fn a_document_without_grant_types_has_codes_alone() {
    let world = world().await;
    let mut bare = document();
    for name in ["grant_types", "response_types", "token_endpoint_auth_method", "client_name", "client_uri"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    world.web.publish(URL, &bare);
    let tokens = world.tokens(&app()).await;
    assert_eq!(tokens.refresh, "");
}
