//! The REST API's proxy event, payload format 1.0.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::authorizer::AuthorizerContext;
use super::request::GatewayRequest;
use super::router::Match;
use crate::kms::ACCOUNT;
use crate::template::ApiSpec;

/// The event for a function; `authorized` is what its authorizer said.
pub(super) fn event(
    api: &ApiSpec,
    request: &GatewayRequest,
    matched: &Match<'_>,
    authorized: Option<&AuthorizerContext>,
) -> Value {
    let mut event = common(api, request, matched);
    // Without binaryMediaTypes a REST API takes every body for text.
    let body = String::from_utf8_lossy(&request.body);
    event.insert("body".into(), if body.is_empty() { Value::Null } else { json!(body) });
    event.insert("isBase64Encoded".into(), json!(false));
    if let (Some(authorized), Some(context)) =
        (authorized, event.get_mut("requestContext").and_then(Value::as_object_mut))
    {
        context.insert("authorizer".into(), Value::Object(stringified(authorized)));
    }
    Value::Object(event)
}

/// What proxy and authorizer events have in common.
pub(super) fn common(api: &ApiSpec, request: &GatewayRequest, matched: &Match<'_>) -> Map<String, Value> {
    let query = request.query_pairs();
    let mut event = Map::new();
    event.insert("resource".into(), json!(matched.route.path));
    event.insert("path".into(), json!(request.path));
    event.insert("httpMethod".into(), json!(request.method));
    event.insert("headers".into(), last_values(&request.headers));
    event.insert("multiValueHeaders".into(), all_values(&request.headers));
    event.insert("queryStringParameters".into(), last_values(&query));
    event.insert("multiValueQueryStringParameters".into(), all_values(&query));
    let parameters = &matched.parameters;
    event
        .insert("pathParameters".into(), if parameters.is_empty() { Value::Null } else { json!(parameters) });
    event.insert("stageVariables".into(), Value::Null);
    event.insert("requestContext".into(), request_context(api, request, matched));
    event
}

fn request_context(api: &ApiSpec, request: &GatewayRequest, matched: &Match<'_>) -> Value {
    json!({
        "resourceId": "local",
        "resourcePath": matched.route.path,
        "httpMethod": request.method,
        "extendedRequestId": request.id,
        "requestTime": request.clf_time(),
        "path": request.full_path,
        "accountId": ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": api.stage,
        "domainPrefix": request.domain().split('.').next(),
        "domainName": request.domain(),
        "requestTimeEpoch": request.epoch_millis(),
        "requestId": request.id,
        "identity": { "sourceIp": request.source_ip, "userAgent": request.header("user-agent") },
        "apiId": api.id,
    })
}

fn last_values(pairs: &[(String, String)]) -> Value {
    let values: BTreeMap<&String, &String> = pairs.iter().map(|(name, value)| (name, value)).collect();
    if values.is_empty() { Value::Null } else { json!(values) }
}

fn all_values(pairs: &[(String, String)]) -> Value {
    let mut values = BTreeMap::<&String, Vec<&String>>::new();
    for (name, value) in pairs {
        values.entry(name).or_default().push(value);
    }
    if values.is_empty() { Value::Null } else { json!(values) }
}

/// Backends see numbers and booleans as text.
fn stringified(authorized: &AuthorizerContext) -> Map<String, Value> {
    let text = |value: &Value| match value {
        Value::String(text) => json!(text),
        other => json!(other.to_string()),
    };
    let mut context: Map<String, Value> =
        authorized.values.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    context.insert("principalId".into(), json!(authorized.principal));
    context.insert("integrationLatency".into(), json!(0));
    context
}
