//! Answering as an HTTP API.

use std::time::Duration;

use http::HeaderValue;
use serde_json::json;
use tokio::time::timeout;

use super::authorizer::{AuthorizerContext, Verdict};
use super::request::GatewayRequest;
use super::router::Match;
use super::{Api, event_v2, http_cors, proxy_response};
use crate::net::{HttpResponse, respond_json};
use crate::template::ApiKind;

/// API Gateway waits no longer for a function.
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

/// Answers one request.
pub(super) async fn answer(api: &Api, request: &GatewayRequest) -> HttpResponse {
    let cors = api.spec.http_cors.as_ref();
    if let Some(preflight) = cors.and_then(|cors| http_cors::preflight(cors, request)) {
        return preflight;
    }
    let mut response = route(api, request).await;
    if let Some(cors) = cors {
        http_cors::apply(cors, request, &mut response);
    }
    if let Ok(id) = HeaderValue::from_str(&request.id) {
        response.headers_mut().insert("apigw-requestid", id);
    }
    response
}

async fn route(api: &Api, request: &GatewayRequest) -> HttpResponse {
    let Some(matched) = api.router.find(&request.method, &request.path) else {
        return message(404, "Not Found");
    };
    match api.authorizers.decide(&api.spec, request, &matched).await {
        Verdict::Allowed(context) => integrate(api, request, &matched, context.as_ref()).await,
        Verdict::Unauthorized => message(401, "Unauthorized"),
        Verdict::Denied { .. } => message(403, "Forbidden"),
        Verdict::Failed | Verdict::Malformed => message(500, "Internal Server Error"),
    }
}

async fn integrate(
    api: &Api,
    request: &GatewayRequest,
    matched: &Match<'_>,
    context: Option<&AuthorizerContext>,
) -> HttpResponse {
    let event = event_v2::event(&api.spec, request, matched, context).to_string();
    if event.len() > super::MAX_INVOCATION {
        return message(413, "Request Too Long");
    }
    let invocation = api.functions.invoke(&matched.route.function, event.into());
    match timeout(INTEGRATION_TIMEOUT, invocation).await {
        Err(_) => message(503, "Service Unavailable"),
        Ok(Err(_)) => message(500, "Internal Server Error"),
        Ok(Ok(answer)) => proxy_response::response(ApiKind::Http, &answer)
            .unwrap_or_else(|| message(500, "Internal Server Error")),
    }
}

fn message(status: u16, text: &str) -> HttpResponse {
    respond_json(status, &json!({ "message": text }))
}
