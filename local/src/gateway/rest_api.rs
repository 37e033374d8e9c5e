//! Answering as a REST API.

use std::time::Duration;

use http::HeaderValue;
use tokio::time::timeout;

use super::authorizer::{AuthorizerContext, Verdict};
use super::gateway_response::{GatewayError, Refusal};
use super::request::GatewayRequest;
use super::router::Match;
use super::{Api, event_v1, proxy_response};
use crate::net::{HttpResponse, respond};
use crate::template::{ApiKind, Route};

/// API Gateway waits no longer for a function.
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(29);

/// Answers one request; its path is the one inside the stage.
pub(super) async fn answer(api: &Api, request: &GatewayRequest) -> HttpResponse {
    let answered = match api.router.find(&request.method, &request.path) {
        Some(matched) => route(api, request, &matched).await,
        None => match preflight(api, request).await {
            Some(answered) => answered,
            None => Err(Refusal::from(GatewayError::MissingAuthenticationToken)),
        },
    };
    let mut response = answered.unwrap_or_else(|refusal| refusal.response(&api.spec, request));
    if let Ok(id) = HeaderValue::from_str(&request.id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

async fn route(api: &Api, request: &GatewayRequest, matched: &Match<'_>) -> Result<HttpResponse, Refusal> {
    let context = admit(api, request, matched).await?;
    integrate(api, request, matched, context.as_ref()).await
}

async fn admit(
    api: &Api,
    request: &GatewayRequest,
    matched: &Match<'_>,
) -> Result<Option<AuthorizerContext>, Refusal> {
    let resource = Some(matched.route.path.clone());
    let (error, context) = match api.authorizers.decide(&api.spec, request, matched).await {
        Verdict::Allowed(context) => return Ok(context),
        Verdict::Unauthorized => (GatewayError::Unauthorized, None),
        Verdict::Denied { explicit, context } => (GatewayError::AccessDenied { explicit }, Some(context)),
        Verdict::Failed => (GatewayError::AuthorizerFailure, None),
        Verdict::Malformed => (GatewayError::AuthorizerConfiguration, None),
    };
    Err(Refusal { error, resource, context })
}

async fn integrate(
    api: &Api,
    request: &GatewayRequest,
    matched: &Match<'_>,
    context: Option<&AuthorizerContext>,
) -> Result<HttpResponse, Refusal> {
    let refuse =
        |error| Refusal { error, resource: Some(matched.route.path.clone()), context: context.cloned() };
    let event = event_v1::event(&api.spec, request, matched, context).to_string();
    if event.len() > super::MAX_INVOCATION {
        return Err(refuse(GatewayError::RequestTooLarge));
    }
    let invocation = api.functions.invoke(&matched.route.function, event.into());
    match timeout(INTEGRATION_TIMEOUT, invocation).await {
        Err(_) => Err(refuse(GatewayError::IntegrationTimeout)),
        Ok(Err(_)) => Err(refuse(GatewayError::MalformedProxyResponse)),
        Ok(Ok(answer)) => proxy_response::response(ApiKind::Rest, &answer)
            .ok_or_else(|| refuse(GatewayError::MalformedProxyResponse)),
    }
}

/// The answer of the `OPTIONS` method that SAM makes for every path; nothing when there is no CORS.
async fn preflight(api: &Api, request: &GatewayRequest) -> Option<Result<HttpResponse, Refusal>> {
    let cors = api.spec.rest_cors.as_ref()?;
    if request.method != "OPTIONS" || !api.router.knows(&request.path) {
        return None;
    }
    if cors.authorized && api.spec.default_authorizer.is_some() {
        let route = Route {
            method: Some("OPTIONS".to_owned()),
            path: request.path.clone(),
            function: String::new(),
            authorizer: api.spec.default_authorizer.clone(),
        };
        let matched = Match { route: &route, parameters: std::collections::BTreeMap::new() };
        if let Err(refusal) = admit(api, request, &matched).await {
            return Some(Err(refusal));
        }
    }
    let mut response = respond(200, "application/json", "");
    for (name, value) in &cors.headers {
        response.headers_mut().insert(*name, HeaderValue::from_str(value).ok()?);
    }
    Some(Ok(response))
}
