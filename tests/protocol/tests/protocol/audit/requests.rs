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

/// R12: the line about a request for a connected account, however it ends.
#[tokio::test]
async fn r12_a_request_for_a_connected_account_is_told() {
    let world = World::start().await;
    let (platform, gate) = (&world.apps.platform, world.gate(0));
    let connected = world.connect_for(platform, &world.people.olivia, "openid contact.read").await;
    let own = world.platform_token(platform).await;
    let of_connection = &connected.tokens.access;
    for (route, account, error) in [
        ("GET /v1/contacts", Some(&connected.account), None),
        ("GET /v1/contacts", None, None),
        ("POST /v1/contacts", Some(&connected.account), Some("insufficient_scope")),
        ("POST /v1/contacts", None, Some("insufficient_scope")),
    ] {
        let log = CapturedLog::begin();
        let (token, decision) = match account {
            Some(account) => (&own, gate.call_for(route, &own, account).await),
            None => (of_connection, gate.call(route, of_connection).await),
        };
        assert_eq!(decision.name(), error.unwrap_or("allowed"));
        let told = line(&log, if error.is_some() { "request_refused" } else { "api_request" });
        assert_eq!(told["account"], connected.account.as_str(), "{told}");
        assert_eq!(told["tenant"], world.tenants.acme.as_str());
        assert_eq!(told["client_id"], platform.client_id.as_str());
        assert_eq!(told["decision"], if error.is_some() { "refused" } else { "allowed" });
        assert_eq!(told["error"].as_str(), error);
        let (method, resource) = route.split_once(' ').unwrap();
        assert_eq!((&told["method"], &told["route"]), (&method.into(), &resource.into()));
        assert!(told["network"].as_str().unwrap().ends_with(".0/24"), "{told}");
        let by_user = account.is_none().then(|| world.people.olivia.user_id.as_str());
        assert_eq!(told["user_id"].as_str(), by_user);
        assert!(token.split('.').skip(1).all(|part| !log.text().contains(part)), "no part of a token");
        let source = postern_testkit::event("http-2.0")["requestContext"]["http"]["sourceIp"].clone();
        assert!(!log.text().contains(source.as_str().unwrap()), "the whole address");
    }
}

/// An ended connection, and an account that is none of the platform's: refused by name, without a word about others.
#[tokio::test]
async fn r12_s07_what_is_refused_for_an_account_is_told() {
    let world = World::start().await;
    let (platform, gate) = (&world.apps.platform, world.gate(0));
    let account = world.connect(platform, &world.people.olivia).await.account;
    let token = world.platform_token(platform).await;
    world.clock.advance(1);
    assert_eq!(world.deauthorize(platform, &account).send().await.status(), 200);
    for (account, error) in
        [(account.as_str(), "connection_revoked"), ("acct_0000", "invalid_connected_account")]
    {
        let log = CapturedLog::begin();
        assert_eq!(gate.call_for("GET /v1/contacts", &token, account).await.name(), error);
        let told = line(&log, "request_refused");
        assert_eq!((&told["account"], &told["error"]), (&account.into(), &error.into()));
        assert_eq!(told["client_id"], platform.client_id.as_str());
    }
    let log = CapturedLog::begin();
    assert_eq!(gate.call_for("GET /me", &token, "acct_a, acct_b").await.name(), "invalid_connected_account");
    let told = line(&log, "request_refused");
    assert!(told["account"].is_null() && !log.text().contains("acct_a"), "{told}");
}
