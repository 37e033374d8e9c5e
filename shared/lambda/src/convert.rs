//! Event to request, answer to response.

use std::net::IpAddr;

use lambda_http::request::RequestContext;
use lambda_http::{Body, RequestExt};
use postern_core::caller::Caller;
use postern_core::clock::Timestamp;
use postern_core::http::{Call, Request, Response};
use postern_core::id::InvocationId;
use postern_core::wire::WireError;
use serde_json::Value;

/// The request in an event that must be answered before `deadline`; an answer where the event is none of API Gateway's.
pub(crate) fn request(event: lambda_http::Request, deadline: Timestamp) -> Result<Request, Response> {
    let context = event.lambda_context_ref().ok_or_else(|| WireError::FAULT.response())?;
    let invocation = InvocationId::parse(&context.request_id).map_err(|_| WireError::FAULT.response())?;
    let call = Call { invocation, source: source(&event), deadline, caller: caller(&event).map(Box::new) };
    let path = event.raw_http_path().to_owned();
    let (parts, body) = event.into_parts();
    let body = match body {
        Body::Text(text) => text.into_bytes(),
        Body::Binary(bytes) => bytes,
        _ => Vec::new(),
    };
    let query = parts.uri.query().unwrap_or_default().to_owned();
    Ok(Request { method: parts.method, path, query, headers: parts.headers, body, call })
}

/// The caller's address, from the gateway's context: a header could say anything (T17).
fn source(event: &lambda_http::Request) -> Option<IpAddr> {
    let RequestContext::ApiGatewayV2(context) = event.request_context_ref()? else { return None };
    context.http.source_ip.as_deref()?.parse().ok()
}

/// Who calls, by the authorizer's context, which only the gateway can write.
fn caller(event: &lambda_http::Request) -> Option<Caller> {
    let RequestContext::ApiGatewayV2(context) = event.request_context_ref()? else { return None };
    let said = &context.authorizer.as_ref()?.fields;
    Caller::from_context(|name| said.get(name).and_then(Value::as_str))
}

/// The response for an answer.
pub(crate) fn response(answer: Response) -> lambda_http::Response<Body> {
    let body = if answer.body.is_empty() { Body::Empty } else { Body::Text(answer.body) };
    let mut response = lambda_http::Response::new(body);
    *response.status_mut() = answer.status;
    for (name, value) in answer.headers {
        // Every value of ours is visible ASCII: locations are percent-encoded, the rest is fixed.
        if let Ok(value) = value.parse() {
            response.headers_mut().append(name, value);
        }
    }
    response
}
