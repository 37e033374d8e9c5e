//! The HTTP API's proxy event, payload format 2.0.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::authorizer::AuthorizerContext;
use super::request::GatewayRequest;
use super::router::Match;
use crate::kms::ACCOUNT;
use crate::template::ApiSpec;

/// The name of a route in events and ARNs: `GET /me`, `ANY /x`, `$default`.
pub(super) fn route_key(matched: &Match<'_>) -> String {
    match (&matched.route.method, matched.route.path.as_str()) {
        (_, "$default") => "$default".to_owned(),
        (Some(method), path) => format!("{method} {path}"),
        (None, path) => format!("ANY {path}"),
    }
}

/// The event for a function; `authorized` is what its authorizer said.
pub(super) fn event(
    api: &ApiSpec,
    request: &GatewayRequest,
    matched: &Match<'_>,
    authorized: Option<&AuthorizerContext>,
) -> Value {
    let mut event = common(api, request, matched);
    event.insert("version".into(), json!("2.0"));
    let (body, encoded) = encode_body(request);
    event.insert("isBase64Encoded".into(), json!(encoded));
    if let Some(body) = body {
        event.insert("body".into(), json!(body));
    }
    if let (Some(authorized), Some(context)) =
        (authorized, event.get_mut("requestContext").and_then(Value::as_object_mut))
    {
        context.insert("authorizer".into(), json!({ "lambda": authorized.values }));
    }
    Value::Object(event)
}

/// What proxy and authorizer events have in common.
pub(super) fn common(api: &ApiSpec, request: &GatewayRequest, matched: &Match<'_>) -> Map<String, Value> {
    let key = route_key(matched);
    let mut event = Map::new();
    event.insert("requestContext".into(), request_context(api, request, &key));
    event.insert("routeKey".into(), json!(key));
    event.insert("rawPath".into(), json!(request.path));
    event.insert("rawQueryString".into(), json!(request.query));
    event.insert("headers".into(), json!(joined_headers(request)));
    let cookies: Vec<&str> =
        request.header_values("cookie").flat_map(|header| header.split(';')).map(str::trim).collect();
    if !cookies.is_empty() {
        event.insert("cookies".into(), json!(cookies));
    }
    let query = joined(request.query_pairs());
    if !query.is_empty() {
        event.insert("queryStringParameters".into(), json!(query));
    }
    if !matched.parameters.is_empty() {
        event.insert("pathParameters".into(), json!(matched.parameters));
    }
    event
}

fn request_context(api: &ApiSpec, request: &GatewayRequest, route_key: &str) -> Value {
    json!({
        "accountId": ACCOUNT,
        "apiId": api.id,
        "domainName": request.domain(),
        "domainPrefix": request.domain().split('.').next(),
        "http": {
            "method": request.method,
            "path": request.full_path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent").unwrap_or_default(),
        },
        "requestId": request.id,
        "routeKey": route_key,
        "stage": api.stage,
        "time": request.clf_time(),
        "timeEpoch": request.epoch_millis(),
    })
}

/// Duplicates joined with commas; cookies have a place of their own.
fn joined_headers(request: &GatewayRequest) -> BTreeMap<String, String> {
    let mut headers = joined(request.headers.clone());
    headers.remove("cookie");
    headers
}

fn joined(pairs: Vec<(String, String)>) -> BTreeMap<String, String> {
    let mut merged = BTreeMap::<String, String>::new();
    for (name, value) in pairs {
        merged.entry(name).and_modify(|old| *old = format!("{old},{value}")).or_insert(value);
    }
    merged
}

/// The body and whether it is base64: it is unless its type is known to be text. Forms are base64.
fn encode_body(request: &GatewayRequest) -> (Option<String>, bool) {
    if request.body.is_empty() {
        return (None, false);
    }
    let content_type = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let textual = media_type.starts_with("text/")
        || matches!(media_type, "application/json" | "application/javascript" | "application/xml")
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml");
    match std::str::from_utf8(&request.body) {
        Ok(text) if textual => (Some(text.to_owned()), false),
        _ => (Some(STANDARD.encode(&request.body)), true),
    }
}
