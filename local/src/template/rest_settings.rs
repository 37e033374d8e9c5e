//! What only REST APIs have: gateway responses and their kind of CORS.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::intrinsics::scalar_text;
use super::{at, template_error};
use crate::StartError;

/// One entry of `GatewayResponses`.
#[derive(Debug, Clone, Default)]
pub(crate) struct GatewayResponseSpec {
    /// Replaces the type's own status.
    pub(crate) status: Option<u16>,
    /// Header name to mapping expression.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body's template, for `application/json`.
    pub(crate) template: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GatewayResponse {
    status_code: Option<Value>,
    #[serde(default)]
    response_parameters: ResponseParameters,
    #[serde(default)]
    response_templates: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ResponseParameters {
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// Reads `GatewayResponses`. Fails on mappings and templates that API Gateway would refuse.
pub(super) fn gateway_responses(
    section: BTreeMap<String, Value>,
) -> Result<BTreeMap<String, GatewayResponseSpec>, StartError> {
    let read = |(name, body): (String, Value)| {
        at(&format!("GatewayResponses.{name}"), gateway_response(body)).map(|spec| (name, spec))
    };
    section.into_iter().map(read).collect()
}

fn gateway_response(body: Value) -> Result<GatewayResponseSpec, StartError> {
    let body: GatewayResponse =
        serde_json::from_value(body).map_err(|error| template_error(error.to_string()))?;
    let status = body.status_code.as_ref().map(scalar_text).transpose()?;
    let status = status
        .map(|status| status.parse().map_err(|_| template_error("StatusCode is no status")))
        .transpose()?;
    for (header, mapping) in &body.response_parameters.headers {
        let quoted = mapping.len() >= 2 && mapping.starts_with('\'') && mapping.ends_with('\'');
        if !quoted && !mapping.starts_with("context.") && !mapping.starts_with("method.request.header.") {
            return Err(template_error(format!("header {header}: mapping {mapping:?} is not supported")));
        }
    }
    let mut templates = body.response_templates;
    let template = templates.remove("application/json");
    if let Some(media_type) = templates.keys().next() {
        return Err(template_error(format!("a response template for {media_type} is not supported")));
    }
    Ok(GatewayResponseSpec { status, headers: body.response_parameters.headers, template })
}

/// The headers that SAM's `OPTIONS` methods answer with.
#[derive(Debug, Clone)]
pub(crate) struct RestCors {
    /// Header name to value.
    pub(crate) headers: BTreeMap<&'static str, String>,
    /// Whether the default authorizer guards preflight requests too, as SAM does unless told otherwise.
    pub(crate) authorized: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Cors {
    allow_origin: Option<String>,
    allow_methods: Option<String>,
    allow_headers: Option<String>,
    max_age: Option<Value>,
    #[serde(default)]
    allow_credentials: bool,
}

/// Reads `Cors` of a REST API: an origin in quotes, or a map.
pub(super) fn rest_cors(body: Value, authorized: bool) -> Result<RestCors, StartError> {
    let cors = match body {
        Value::String(origin) => Cors {
            allow_origin: Some(origin),
            allow_methods: None,
            allow_headers: None,
            max_age: None,
            allow_credentials: false,
        },
        body => serde_json::from_value(body).map_err(|error| template_error(format!("Cors: {error}")))?,
    };
    let max_age = cors.max_age.as_ref().map(scalar_text).transpose()?;
    let values = [
        ("access-control-allow-origin", cors.allow_origin),
        ("access-control-allow-methods", cors.allow_methods),
        ("access-control-allow-headers", cors.allow_headers),
        ("access-control-max-age", max_age),
        ("access-control-allow-credentials", cors.allow_credentials.then(|| "'true'".to_owned())),
    ];
    let unquote = |value: String| value.trim_matches('\'').to_owned();
    let headers = values.into_iter().filter_map(|(name, value)| Some((name, unquote(value?)))).collect();
    Ok(RestCors { headers, authorized })
}
