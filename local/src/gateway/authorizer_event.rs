//! The four events that authorizers get.

use serde_json::{Value, json};

use super::event_v1;
use super::event_v2;
use super::request::GatewayRequest;
use super::router::Match;
use crate::kms::ACCOUNT;
use crate::template::{ApiSpec, AuthorizerKind, REGION};

/// The ARN that policies are about: the method and the path as they were requested.
pub(super) fn request_arn(api: &ApiSpec, request: &GatewayRequest, matched: &Match<'_>) -> String {
    let prefix = format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{}/{}", api.id, api.stage);
    if matched.route.path == "$default" {
        return format!("{prefix}/$default");
    }
    format!("{prefix}/{}/{}", request.method, request.path.trim_start_matches('/'))
}

/// The event for one kind of authorizer; `identity` holds the sources' values.
pub(super) fn event(
    kind: AuthorizerKind,
    api: &ApiSpec,
    request: &GatewayRequest,
    matched: &Match<'_>,
    identity: &[String],
) -> Value {
    let arn = request_arn(api, request, matched);
    let mut event = match kind {
        AuthorizerKind::RestToken => {
            let token = identity.first();
            return json!({ "type": "TOKEN", "authorizationToken": token, "methodArn": arn });
        }
        AuthorizerKind::RestRequest | AuthorizerKind::Http1 => event_v1::common(api, request, matched),
        AuthorizerKind::Http2 { .. } => event_v2::common(api, request, matched),
    };
    event.insert("type".into(), json!("REQUEST"));
    match kind {
        AuthorizerKind::RestToken | AuthorizerKind::RestRequest => {
            event.insert("methodArn".into(), json!(arn));
        }
        AuthorizerKind::Http1 => {
            for multi in ["multiValueHeaders", "multiValueQueryStringParameters"] {
                event.remove(multi);
            }
            event.insert("version".into(), json!("1.0"));
            event.insert("methodArn".into(), json!(arn));
            event.insert("identitySource".into(), json!(identity.join(",")));
            event.insert("authorizationToken".into(), json!(identity.join(",")));
        }
        AuthorizerKind::Http2 { .. } => {
            event.insert("version".into(), json!("2.0"));
            event.insert("routeArn".into(), json!(arn));
            event.insert(
                "identitySource".into(),
                if identity.is_empty() { Value::Null } else { json!(identity) },
            );
        }
    }
    Value::Object(event)
}
