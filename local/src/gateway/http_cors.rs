//! CORS of HTTP APIs: preflight requests are answered here, and functions' own CORS headers are replaced.

use http::{HeaderMap, HeaderValue};

use super::request::GatewayRequest;
use crate::net::{HttpResponse, respond};
use crate::template::HttpCors;

/// The answer to a preflight request; nothing when the request is none.
pub(super) fn preflight(cors: &HttpCors, request: &GatewayRequest) -> Option<HttpResponse> {
    let asked = request.header("access-control-request-method");
    if request.method != "OPTIONS" || asked.is_none() || request.header("origin").is_none() {
        return None;
    }
    let mut response = respond(204, "text/plain", "");
    response.headers_mut().remove("content-type");
    if allowed_origin(cors, request).is_some() {
        let lists = [
            ("access-control-allow-methods", &cors.allow_methods),
            ("access-control-allow-headers", &cors.allow_headers),
        ];
        for (name, list) in lists {
            set(
                response.headers_mut(),
                name,
                (!list.is_empty()).then(|| list.join(",").to_ascii_lowercase()),
            );
        }
        set(response.headers_mut(), "access-control-max-age", cors.max_age.map(|age| age.to_string()));
    }
    apply(cors, request, &mut response);
    Some(response)
}

/// Puts the gateway's CORS headers in place of the function's.
pub(super) fn apply(cors: &HttpCors, request: &GatewayRequest, response: &mut HttpResponse) {
    let headers = response.headers_mut();
    for name in
        ["access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers"]
    {
        headers.remove(name);
    }
    let Some(origin) = allowed_origin(cors, request) else { return };
    set(headers, "access-control-allow-origin", Some(origin));
    set(headers, "access-control-allow-credentials", cors.allow_credentials.then(|| "true".to_owned()));
    let exposed = (!cors.expose_headers.is_empty()).then(|| cors.expose_headers.join(","));
    set(headers, "access-control-expose-headers", exposed);
}

fn allowed_origin(cors: &HttpCors, request: &GatewayRequest) -> Option<String> {
    let origin = request.header("origin")?;
    if cors.allow_origins.iter().any(|allowed| allowed == "*") {
        return Some("*".to_owned());
    }
    cors.allow_origins.contains(&origin).then_some(origin)
}

fn set(headers: &mut HeaderMap, name: &'static str, value: Option<String>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
        headers.insert(name, value);
    }
}
