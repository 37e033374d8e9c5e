//! What an operator left of all that a document says bounds what it says next.

use postern_testkit::{Ask, ISSUER, World, assert_page};
use serde_json::{Value, json};

use super::{CALLBACK, URL, app, is_taken, open, with, world};
use crate::admin::{Admin, json_of};

const SECOND: &str = "https://app.test/second";

async fn patch(world: &World, changes: Value) -> Value {
    let path = super::keeping::path();
    json_of(&Admin::operator(world).await.patch(&path, changes).await, 200)
}

/// The document says more, and is fetched again.
async fn renewed(world: &World, changes: &Value) {
    world.web.publish(URL, &with(changes));
    world.clock.advance(3_600);
    let ask = Ask::of(&app()).with("scope", "openid");
    assert!(is_taken(&world.get(&ask.path()).send().await));
}

async fn error(world: &World, ask: &Ask) -> String {
    let mut browser = world.signed_in(&world.people.olivia).await;
    browser.open(ask).await.returned("error").unwrap_or_default()
}

#[tokio::test]
async fn what_was_taken_away_does_not_come_back_with_a_fetch() {
    let world = world().await;
    let more = json!({ "redirect_uris": [CALLBACK, SECOND] });
    renewed(&world, &more).await;
    let narrow = json!({ "redirect_uris": [CALLBACK], "grant_types": ["authorization_code"], "scopes": ["openid"],
        "apis": [{ "audience": format!("{ISSUER}/mcp"), "scopes": [] }] });
    let changed = patch(&world, narrow).await;
    let bound =
        json!({ "redirect_uris": [CALLBACK], "grant_types": ["authorization_code"], "scopes": ["openid"] });
    assert_eq!(changed["bound"], bound);
    renewed(&world, &more).await;
    assert_eq!(world.web.visits(URL), 2);
    let second = Ask::of(&app()).with("redirect_uri", SECOND).with("scope", "openid");
    assert_page(&world.get(&second.path()).send().await, 400);
    let ask = Ask::of(&app());
    assert_eq!(error(&world, &ask.clone().with("scope", "openid email")).await, "invalid_scope");
    let mcp = ask.with("resource", &format!("{ISSUER}/mcp")).with("scope", "mcp.use");
    assert_ne!(error(&world, &mcp).await, "");
    let path = super::keeping::path();
    let shown = json_of(&Admin::operator(&world).await.get(&path).await, 200);
    assert_eq!((&shown["bound"], &shown["grant_types"]), (&bound, &json!(["authorization_code"])));
    // Lifted, it has what it says with the next fetch.
    patch(&world, json!({ "bound": null })).await;
    renewed(&world, &more).await;
    assert!(is_taken(&world.get(&second.path()).send().await));
}

#[tokio::test]
async fn a_document_of_which_nothing_is_left_is_refused() {
    let world = world().await;
    assert!(is_taken(&open(&world).await));
    patch(&world, json!({ "redirect_uris": [CALLBACK] })).await;
    world.web.publish(URL, &with(&json!({ "redirect_uris": [SECOND] })));
    world.clock.advance(3_600);
    assert_page(&open(&world).await, 400);
    assert_page(&world.get(&Ask::of(&app()).with("redirect_uri", SECOND).path()).send().await, 400);
}

/// D02: at its own host, or at that of a redirect URI.
#[tokio::test]
async fn d02_a_document_has_nobody_else_called() {
    for (uri, taken) in [
        ("https://tools.test/ended", true),
        ("https://app.test/ended", true),
        ("https://victim.test/ended", false),
    ] {
        let world = World::start().await;
        world.web.publish(URL, &with(&json!({ "backchannel_logout_uri": uri })));
        let answer = open(&world).await;
        assert_eq!(is_taken(&answer), taken, "{uri}");
        assert!(taken || answer.status() == 400);
    }
}

/// D02: an operator who takes a redirect URI away takes the calls to its host away, and the document goes on.
#[tokio::test]
async fn d02_a_logout_address_goes_with_the_redirect_uri_of_its_host() {
    let world = world().await;
    renewed(
        &world,
        &json!({ "redirect_uris": [CALLBACK, "https://victim.test/cb"],
        "backchannel_logout_uri": "https://victim.test/ended" }),
    )
    .await;
    let changed = patch(&world, json!({ "redirect_uris": [CALLBACK] })).await;
    assert!(changed["backchannel_logout_uri"].is_null(), "at once: {changed}");
    for (uri, left) in [
        ("https://victim.test/ended", Value::Null),
        ("https://tools.test/ended", json!("https://tools.test/ended")),
    ] {
        let uris = json!([CALLBACK, "https://victim.test/cb"]);
        renewed(&world, &json!({ "redirect_uris": uris, "backchannel_logout_uri": uri })).await;
        let shown = json_of(&Admin::operator(&world).await.get(&super::keeping::path()).await, 200);
        assert_eq!((&shown["backchannel_logout_uri"], &shown["redirect_uris"]), (&left, &json!([CALLBACK])));
    }
}

/// D01: a record that was swept would begin again without what operators decided, under the same identifier.
#[tokio::test]
async fn d01_what_an_operator_decided_is_never_swept() {
    let mcp = format!("{ISSUER}/mcp");
    for (number, decision) in [
        json!({ "active": false }),
        json!({ "redirect_uris": [CALLBACK] }),
        json!({ "any_api": false }),
        json!({ "apis": [{ "audience": mcp, "scopes": [] }] }),
        json!({ "networks": ["198.51.100.0/24"] }),
        json!({ "limits": { "token": { "per_minute": 60 } } }),
    ]
    .into_iter()
    .enumerate()
    {
        let world = world().await;
        assert!(is_taken(&open(&world).await));
        assert!(is_swept(&world).await, "nothing was decided yet");
        patch(&world, decision.clone()).await;
        assert!(!is_swept(&world).await, "{decision}");
        if number > 0 {
            renewed(&world, &json!({ "client_name": "Other" })).await;
            assert!(!is_swept(&world).await, "by the next fetch: {decision}");
        }
        let removed = Admin::operator(&world).await.delete(&super::keeping::path()).await;
        assert_eq!(removed.status(), 204);
        assert!(!is_swept(&world).await, "nor is its removal");
    }
    // What was lifted may go again.
    let world = world().await;
    assert!(is_taken(&open(&world).await));
    patch(&world, json!({ "any_api": false })).await;
    patch(&world, json!({ "bound": null })).await;
    renewed(&world, &json!({ "client_name": "Other" })).await;
    assert!(is_swept(&world).await);
}

/// Whether the table may forget the client.
async fn is_swept(world: &World) -> bool {
    let dump = world.dump().await;
    let line = dump.lines().find(|line| line.starts_with(&format!("{{\"PK\": \"CLIENT#{URL}\""))).unwrap();
    line.contains("\"ttl\"")
}
