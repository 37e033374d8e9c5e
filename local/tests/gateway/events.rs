//! The events, compared with golden files whole: proxy and authorizer, both kinds of API.

use http::Method;
use serde_json::{Value, json};

use super::stack::{get, send, start};

const FORM: &str = "grant_type=client_credentials&scope=a%20b";

/// Members that differ from run to run.
const VOLATILE: [&str; 9] = [
    "requestId",
    "extendedRequestId",
    "time",
    "timeEpoch",
    "requestTime",
    "requestTimeEpoch",
    "host",
    "x-amzn-trace-id",
    "x-forwarded-port",
];

fn steady(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if VOLATILE.contains(&name.as_str()) {
                    assert!(!value.is_null(), "{name}");
                    *value = json!("*");
                }
                steady(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(steady),
        _ => {}
    }
}

/// Compares with a golden file; `UPDATE_GOLDEN=1` writes it instead.
fn assert_golden(name: &str, mut event: Value) {
    steady(&mut event);
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{event:#}\n")).unwrap();
    }
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    // As values: the order of members depends on what else is built beside this test.
    assert_eq!(event, golden, "{name}");
}

const HEADERS: [(&str, &str); 6] = [
    ("content-type", "application/x-www-form-urlencoded"),
    ("cookie", "a=1; b=2"),
    ("x-twice", "one"),
    ("x-twice", "two"),
    ("x-forwarded-for", "203.0.113.9"),
    ("user-agent", "test"),
];

#[tokio::test]
async fn http_api_proxy_event() {
    let stack = start().await;
    let url = format!("{}/open/a%20b?x=1&x=2&y=%26", stack.base_url());
    let reply = send(Method::POST, &url, &HEADERS, FORM).await;
    assert_golden("http-event", reply.json());
}

#[tokio::test]
async fn rest_api_proxy_event() {
    let stack = start().await;
    let url = format!("{}/open/a%20b?x=1&x=2&y=%26", stack.rest_url().unwrap());
    let reply = send(Method::POST, &url, &HEADERS, FORM).await;
    assert_golden("rest-event", reply.json());
}

#[tokio::test]
async fn authorizer_events_and_what_the_function_sees_of_the_verdict() {
    let stack = start().await;
    let (base, rest) = (stack.base_url().to_owned(), stack.rest_url().unwrap().to_owned());
    let headers = [("authorization", "event")];
    let cases = [
        ("http-authorizer-2", format!("{base}/guarded?x=1"), "/requestContext/authorizer/lambda/event"),
        ("http-authorizer-1", format!("{base}/old"), "/requestContext/authorizer/lambda/event"),
        ("rest-authorizer-request", format!("{rest}/guarded/7?x=1"), "/requestContext/authorizer/event"),
        ("rest-authorizer-token", format!("{rest}/token"), "/requestContext/authorizer/event"),
    ];
    for (name, url, place) in cases {
        let event = get(&url, &headers).await.json();
        let seen = event.pointer(place).and_then(Value::as_str).unwrap();
        assert_golden(name, serde_json::from_str(seen).unwrap());
    }
    let allowed = [("authorization", "allow")];
    let http = get(&format!("{base}/guarded"), &allowed).await.json();
    assert_eq!(http["requestContext"]["authorizer"]["lambda"]["n"], 7);
    let rest = get(&format!("{rest}/guarded/7"), &allowed).await.json();
    let context = &rest["requestContext"]["authorizer"];
    assert_eq!(
        (&context["n"], &context["yes"], &context["principalId"]),
        (&json!("7"), &json!("true"), &json!("me"))
    );
}

#[tokio::test]
async fn text_stays_text_and_bytes_become_base64() {
    let stack = start().await;
    let url = format!("{}/open/x", stack.base_url());
    for (content_type, body, encoded) in [
        ("application/json; charset=utf-8", "{}", false),
        ("application/jwk-set+json", "{}", false),
        ("text/plain", "hi", false),
        ("application/octet-stream", "hi", true),
    ] {
        let event = send(Method::PUT, &url, &[("content-type", content_type)], body).await.json();
        assert_eq!(event["isBase64Encoded"], encoded, "{content_type}");
    }
    let binary = send(Method::PUT, &url, &[("content-type", "text/plain")], vec![0xff, 0xfe]).await.json();
    assert_eq!(binary["body"], "//4=");
}
