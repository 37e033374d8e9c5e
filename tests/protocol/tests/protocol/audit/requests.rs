//! The authorizer's lines: who asked for what and how it ended, and nothing else.

use postern_testkit::{CapturedLog, World};
use serde_json::Value;

/// The one line about a request that `event` names.
fn line(log: &CapturedLog, event: &str) -> Value {
    let text = log.text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut found = lines.into_iter().filter(|line| line["event"] == event);
    let (Some(line), None) = (found.next(), found.next()) else { panic!("one {event}: {text}") };
    line
}

#[tokio::test]
async fn a_refusal_is_told_with_what_is_known() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens_for(app, &world.people.olivia, "openid contact.read").await;
    let log = CapturedLog::begin();
    world.gate(0).call("POST /v1/contacts", &tokens.access).await;
    let refused = line(&log, "request_refused");
    assert_eq!(refused["error"], "insufficient_scope");
    assert_eq!(refused["decision"], "refused");
    assert_eq!(refused["tenant"], world.tenants.acme.as_str());
    assert_eq!(refused["client_id"], app.client_id.as_str());
    assert_eq!(refused["user_id"], world.people.olivia.user_id.as_str());
    assert_eq!((&refused["method"], &refused["route"]), (&"POST".into(), &"/v1/contacts".into()));
    assert!(refused["account"].is_null());
    assert!(!log.text().contains(tokens.access.split('.').nth(2).unwrap()));
}

#[tokio::test]
async fn who_proves_nothing_is_nobody() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.web).await;
    let forged = format!("{}x", tokens.access);
    let log = CapturedLog::begin();
    world.gate(0).call("GET /me", &forged).await;
    let refused = line(&log, "request_refused");
    assert_eq!(refused["error"], "invalid_token");
    assert!(refused["tenant"].is_null() && refused["user_id"].is_null() && refused["client_id"].is_null());
}

#[tokio::test]
async fn an_ordinary_request_that_passes_is_not_told() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.web).await;
    let log = CapturedLog::begin();
    assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "allowed");
    assert!(!log.text().contains("api_request") && !log.text().contains("request_refused"));
}
