//! The gateway before the functions that are protected: it matches the route, asks the authorizer, and passes on what
//! that says.

use postern_core::api::Routes;
use postern_core::http::{Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::gate::{Decision, Gate, event};

/// Puts the authorizer's word into the request, or gives the gateway's own answer.
pub(crate) async fn pass(gate: &Gate, routes: &[Routes], request: &mut Request) -> Result<(), Response> {
    let method = request.method.as_str();
    let mut documented = routes.iter().flat_map(Routes::iter).filter(|route| route.method == method);
    let Some(route) = documented.find(|route| fits(&route.path, &request.path)) else {
        return Err(answer(StatusCode::NOT_FOUND, "not_found"));
    };
    let decision = gate.decide(&authorizer_event(request, &route.path)).await;
    request.call.caller = decision.caller().map(Box::new);
    match &decision {
        Decision::Allowed(_) => Ok(()),
        Decision::Refused(_) => Err(answer(StatusCode::FORBIDDEN, decision.name())),
        Decision::Unauthorized => Err(answer(StatusCode::UNAUTHORIZED, "invalid_token")),
        Decision::Fault => Err(answer(StatusCode::INTERNAL_SERVER_ERROR, "fault")),
    }
}

/// Whether a path is one of a template with placeholders.
pub(crate) fn fits(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let segment =
        |(wanted, given): (&&str, &&str)| wanted == given || (wanted.starts_with('{') && !given.is_empty());
    wanted.len() == given.len() && wanted.iter().zip(&given).all(segment)
}

/// Payload 2.0: repeated headers are joined by commas.
fn authorizer_event(request: &Request, resource: &str) -> Value {
    let (mut event, method) = (event("http-2.0"), request.method.as_str());
    event["routeKey"] = json!(format!("{method} {resource}"));
    event["requestContext"]["http"]["method"] = json!(method);
    event["requestContext"]["http"]["sourceIp"] = json!(request.call.source);
    let arn = format!("arn:aws:execute-api:us-east-1:123456789012:api/$default/{method}{}", request.path);
    event["routeArn"] = json!(arn);
    let mut headers: Map<String, Value> = Map::new();
    for name in request.headers.keys() {
        let values = request.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
        headers.insert(name.to_string(), json!(values.collect::<Vec<_>>().join(",")));
    }
    event["headers"] = Value::Object(headers);
    event
}

fn answer(status: StatusCode, error: &str) -> Response {
    Response::json(status, json!({ "error": error, "error_description": "the gateway's" }).to_string())
}
