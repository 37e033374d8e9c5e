//! The events by which each kind of gateway asks, and the answer that all of them understand.

use postern_testkit::{Gate, World, event};
use serde_json::{Value, json};

const HTTP: [&str; 2] = ["http-1.0", "http-2.0"];
const ROUTED: [&str; 4] = ["rest-token", "rest-request", "http-1.0", "http-2.0"];

/// The event with this `Authorization` in the place where its gateway puts it.
fn with_authorization(name: &str, value: &str) -> Value {
    let mut event = event(name);
    match name {
        "rest-token" => event["authorizationToken"] = json!(value),
        "rest-request" | "websocket" => {
            event["headers"]["Authorization"] = json!(value);
            event["multiValueHeaders"]["Authorization"] = json!([value]);
        }
        _ => event["headers"]["authorization"] = json!(value),
    }
    event
}

fn good(name: &str, token: &str) -> Value {
    with_authorization(name, &format!("Bearer {token}"))
}

async fn decide(gate: &Gate, event: &Value) -> String {
    gate.decide(event).await.name().to_owned()
}

#[tokio::test]
async fn each_gateway_is_understood_and_its_request_alone_is_allowed() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    for name in ROUTED {
        let event = good(name, &token);
        let postern_testkit::Decision::Allowed(answer) = world.gate(0).decide(&event).await else {
            panic!("{name}")
        };
        let arn = event.get("methodArn").or(event.get("routeArn")).unwrap();
        assert_eq!(answer["principalId"], world.people.olivia.user_id.as_str());
        let statements = answer["policyDocument"]["Statement"].as_array().unwrap();
        assert_eq!(statements.len(), 1, "g02");
        assert_eq!(statements[0]["Action"], "execute-api:Invoke");
        assert_eq!(statements[0]["Resource"], *arn, "g02");
        let context = json!({
            "tenant": world.tenants.acme.as_str(),
            "user": world.people.olivia.user_id.as_str(),
            "client_id": world.apps.web.client_id.as_str(),
            "scope": "contact.read email offline_access openid profile",
        });
        assert_eq!(answer["context"], context, "g10: ids only, and never the header");
    }
}

#[tokio::test]
async fn a_websocket_has_no_route_here() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    assert_eq!(decide(&world.gate(0), &good("websocket", &token)).await, "unknown_route");
    assert_eq!(decide(&world.gate(0), &good("websocket", "x")).await, "unauthorized");
}

#[tokio::test]
async fn a_missing_or_malformed_header_is_a_401() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let gate = world.gate(0);
    for name in ROUTED.into_iter().chain(["websocket"]) {
        let values = [
            String::new(),
            token.clone(),
            format!("Basic {token}"),
            format!("DPoP {token}"),
            format!("Bearer  {token}"),
            format!("Bearer {token} "),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
        ];
        for value in values {
            assert_eq!(
                decide(&gate, &with_authorization(name, &value)).await,
                "unauthorized",
                "{name} {value}"
            );
        }
    }
    for name in ["rest-request", "http-1.0", "http-2.0", "websocket"] {
        let mut bare = event(name);
        bare["headers"] = json!({});
        bare["multiValueHeaders"] = json!({});
        assert_eq!(decide(&gate, &bare).await, "unauthorized", "{name}");
        bare["headers"] = Value::Null;
        bare["multiValueHeaders"] = Value::Null;
        assert_eq!(decide(&gate, &bare).await, "unauthorized", "{name}");
    }
}

#[tokio::test]
async fn two_authorization_headers_are_a_401_however_the_gateway_shows_them() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let gate = world.gate(0);
    let bearer = format!("Bearer {token}");
    for name in ROUTED {
        for joined in [format!("{bearer},{bearer}"), format!("{bearer}, {bearer}")] {
            assert_eq!(decide(&gate, &with_authorization(name, &joined)).await, "unauthorized", "{name}");
        }
    }
    let mut apart = good("rest-request", &token);
    apart["multiValueHeaders"]["Authorization"] = json!([bearer, bearer]);
    assert_eq!(decide(&gate, &apart).await, "unauthorized");
    let mut two_cases = good("rest-request", &token);
    two_cases["multiValueHeaders"]["authorization"] = json!([bearer]);
    assert_eq!(decide(&gate, &two_cases).await, "unauthorized");
    for name in HTTP {
        let mut two_cases = good(name, &token);
        two_cases["headers"]["Authorization"] = json!(bearer);
        assert_eq!(decide(&gate, &two_cases).await, "unauthorized", "{name}");
    }
}

#[tokio::test]
async fn g07_the_headers_name_has_no_case() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    for spelled in ["AUTHORIZATION", "authorization", "aUTHORIZATION"] {
        let mut event = event("rest-request");
        event["multiValueHeaders"] = json!({spelled: [format!("bearer {token}")]});
        assert_eq!(decide(&world.gate(0), &event).await, "allowed");
    }
}

#[tokio::test]
async fn g08_a_raw_path_reaches_no_other_route() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let gate = world.gate(0);
    for (path, decision) in [
        ("GET/v1/contacts/con_1", "allowed"),
        ("GET/me", "allowed"),
        ("GET/v1/contacts/con_1/", "unknown_route"),
        ("GET/v1//contacts", "unknown_route"),
        ("GET/v1/contacts/../../me", "unknown_route"),
        ("GET/v1/contacts/%2e%2e", "unknown_route"),
        ("GET/v1/contacts/con_1%2fnotes", "unknown_route"),
        ("GET/V1/contacts", "unknown_route"),
        ("get/me", "unknown_route"),
        ("GET/me/", "unknown_route"),
        ("GET/", "unknown_route"),
        ("GET", "unknown_route"),
    ] {
        let mut event = good("rest-token", &token);
        event["methodArn"] =
            json!(format!("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/v1/{path}"));
        assert_eq!(decide(&gate, &event).await, decision, "{path}");
    }
}

#[tokio::test]
async fn what_is_no_event_is_a_fault_and_never_an_answer() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let gate = world.gate(0);
    for (name, missing) in [
        ("rest-token", "methodArn"),
        ("rest-request", "methodArn"),
        ("http-2.0", "routeArn"),
        ("http-2.0", "routeKey"),
        ("http-1.0", "type"),
    ] {
        let mut event = good(name, &token);
        event[missing] = Value::Null;
        assert_eq!(decide(&gate, &event).await, "fault", "{name} without {missing}");
    }
    for strange in [
        json!({}),
        json!({"version": "3.0"}),
        json!({"type": "TOKEN"}),
        json!({"headers": {"authorization": token}}),
    ] {
        assert_eq!(decide(&gate, &strange).await, "fault", "{strange}");
    }
}

/// A route for any method is judged by the method that came; the catch-all route is no route of the API.
#[tokio::test]
async fn g08_a_route_for_any_method_needs_what_the_method_needs() {
    let world = World::start().await;
    let token = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.read").await.access;
    for (key, method, decision) in [
        ("ANY /v1/contacts/{id}", "GET", "allowed"),
        ("ANY /v1/contacts/{id}", "DELETE", "insufficient_scope"),
        ("ANY /v1/contacts/{id}", "OPTIONS", "unknown_route"),
        ("$default", "GET", "unknown_route"),
    ] {
        let mut event = good("http-2.0", &token);
        event["routeKey"] = json!(key);
        event["requestContext"]["http"]["method"] = json!(method);
        assert_eq!(decide(&world.gate(0), &event).await, decision, "{key} {method}");
    }
}

/// A path may hold what a policy takes for a wildcard or a variable, or be longer than a policy may name.
#[tokio::test]
async fn g02_a_request_that_a_policy_cannot_name_alone_is_denied() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let long = "x".repeat(600);
    for name in ROUTED {
        for path in ["con_*", "con_?", "${aws:userid}", "*", long.as_str()] {
            let mut event = good(name, &token);
            let member = if name == "http-2.0" { "routeArn" } else { "methodArn" };
            let arn = event[member].as_str().unwrap().replace("con_1", path);
            event[member] = json!(arn);
            assert_eq!(decide(&world.gate(0), &event).await, "unknown_route", "{name} {path}");
        }
    }
}

/// A TOKEN event does not tell which domain was called: what is bound to a domain is not served by it.
#[tokio::test]
async fn g08_who_does_not_tell_the_domain_reaches_nothing_that_has_one() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let event = |name: &str| {
        let mut event = good(name, &token);
        if name == "http-2.0" {
            event["requestContext"]["domainName"] = json!("api.test");
        }
        event
    };
    let decisions = async || {
        [decide(&world.gate(0), &event("rest-token")).await, decide(&world.gate(0), &event("http-2.0")).await]
    };
    assert_eq!(decisions().await, ["allowed", "allowed"]);
    world.edit_tenant(&world.tenants.acme, |it| it.api_domain = Some("api.test".into())).await;
    assert_eq!(decisions().await, ["domain_mismatch", "allowed"]);
    world.edit_tenant(&world.tenants.acme, |it| it.api_domain = None).await;
    world.edit_api(|api| api.domains = vec!["api.test".into()]).await;
    assert_eq!(decisions().await, ["domain_mismatch", "allowed"]);
}
