//! `Auth.Authorizers` of both kinds of API.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::api::ApiKind;
use super::intrinsics::scalar_text;
use super::{at, template_error};
use crate::StartError;

/// A Lambda authorizer.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizerSpec {
    /// The authorizer's name in the template.
    pub(crate) name: String,
    /// The function's name at Lambda.
    pub(crate) function: String,
    /// Which event it gets and which answer it gives.
    pub(crate) kind: AuthorizerKind,
    /// What must be present, and what a cached answer is found by.
    pub(crate) sources: Vec<IdentitySource>,
    /// How long an answer is kept; zero: not at all.
    pub(crate) ttl: Duration,
}

/// The four combinations of event and answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthorizerKind {
    /// REST, `TOKEN`.
    RestToken,
    /// REST, `REQUEST`.
    RestRequest,
    /// HTTP, payload 1.0.
    Http1,
    /// HTTP, payload 2.0; `simple`: the answer is `isAuthorized`, not a policy.
    Http2 { simple: bool },
}

/// A part of the request that identifies the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IdentitySource {
    /// A header, lower-cased.
    Header(String),
    /// A query parameter.
    Query(String),
    /// A `$context` variable: `httpMethod`, `path`, `resourcePath`, `routeKey` or `identity.sourceIp`.
    Context(String),
}

const CONTEXT: [&str; 5] = ["httpMethod", "identity.sourceIp", "path", "resourcePath", "routeKey"];

/// REST's default, in seconds.
const REST_TTL: u64 = 300;

/// API Gateway's maximum, in seconds.
const MAX_TTL: u64 = 3600;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Authorizer {
    function_arn: String,
    function_payload_type: Option<String>,
    #[serde(rename = "AuthorizerPayloadFormatVersion")]
    payload_version: Option<Value>,
    #[serde(default)]
    enable_simple_responses: bool,
    #[serde(default)]
    enable_function_default_permissions: bool,
    #[serde(default)]
    disable_function_default_permissions: bool,
    function_invoke_role: Option<String>,
    #[serde(default)]
    identity: Identity,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Identity {
    header: Option<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    query_strings: Vec<String>,
    #[serde(default)]
    context: Vec<String>,
    reauthorize_every: Option<u64>,
}

/// Reads the authorizers of one API. `own_permissions`: the template has `AWS::Lambda::Permission` resources.
///
/// Fails on anything that would not work on AWS, or is not known here.
pub(super) fn read(
    kind: ApiKind,
    section: BTreeMap<String, Value>,
    own_permissions: bool,
) -> Result<BTreeMap<String, AuthorizerSpec>, StartError> {
    let read_one = |(name, body): (String, Value)| {
        let place = format!("authorizer {name}");
        at(&place, read_authorizer(kind, &name, body, own_permissions)).map(|spec| (name, spec))
    };
    section.into_iter().map(read_one).collect()
}

fn read_authorizer(
    kind: ApiKind,
    name: &str,
    body: Value,
    permitted: bool,
) -> Result<AuthorizerSpec, StartError> {
    let body: Authorizer = serde_json::from_value(body).map_err(|error| template_error(error.to_string()))?;
    let callable = permitted
        || body.function_invoke_role.is_some()
        || match kind {
            ApiKind::Http => body.enable_function_default_permissions,
            ApiKind::Rest => !body.disable_function_default_permissions,
        };
    if !callable {
        return Err(template_error(
            "nothing permits API Gateway to call it: on AWS every request would get a 500",
        ));
    }
    let kind = authorizer_kind(kind, &body)?;
    let sources = sources(kind, &body.identity)?;
    let ttl = ttl(kind, body.identity.reauthorize_every)?;
    if ttl > 0 && sources.is_empty() {
        return Err(template_error("caching (ReauthorizeEvery) needs at least one identity source"));
    }
    let function = function_name(&body.function_arn)?;
    Ok(AuthorizerSpec { name: name.to_owned(), function, kind, sources, ttl: Duration::from_secs(ttl) })
}

fn authorizer_kind(api: ApiKind, body: &Authorizer) -> Result<AuthorizerKind, StartError> {
    let version = body.payload_version.as_ref().map(scalar_text).transpose()?;
    let simple = body.enable_simple_responses;
    match (api, body.function_payload_type.as_deref(), version.as_deref()) {
        (ApiKind::Rest, None | Some("TOKEN"), None) if !simple => Ok(AuthorizerKind::RestToken),
        (ApiKind::Rest, Some("REQUEST"), None) if !simple => Ok(AuthorizerKind::RestRequest),
        (ApiKind::Http, None, Some("1.0")) if !simple => Ok(AuthorizerKind::Http1),
        (ApiKind::Http, None, Some("2.0")) => Ok(AuthorizerKind::Http2 { simple }),
        _ => Err(template_error("payload type, payload version and simple responses do not go together")),
    }
}

fn sources(kind: AuthorizerKind, identity: &Identity) -> Result<Vec<IdentitySource>, StartError> {
    let header = |name: &String| IdentitySource::Header(name.to_ascii_lowercase());
    if kind == AuthorizerKind::RestToken {
        let lists = [&identity.headers, &identity.query_strings, &identity.context];
        if lists.iter().any(|list| !list.is_empty()) {
            return Err(template_error("a TOKEN authorizer has one Header and no other identity source"));
        }
        return Ok(vec![
            identity.header.as_ref().map_or_else(|| header(&"authorization".to_owned()), header),
        ]);
    }
    if let Some(unknown) = identity.context.iter().find(|name| !CONTEXT.contains(&name.as_str())) {
        return Err(template_error(format!("identity source $context.{unknown} is not supported")));
    }
    let headers = identity.header.iter().chain(&identity.headers).map(header);
    let queries = identity.query_strings.iter().cloned().map(IdentitySource::Query);
    let context = identity.context.iter().cloned().map(IdentitySource::Context);
    Ok(headers.chain(queries).chain(context).collect())
}

fn ttl(kind: AuthorizerKind, given: Option<u64>) -> Result<u64, StartError> {
    match (kind, given) {
        (_, Some(seconds)) if seconds <= MAX_TTL => Ok(seconds),
        (_, Some(_)) => Err(template_error("ReauthorizeEvery is more than 3600 seconds")),
        (AuthorizerKind::RestToken | AuthorizerKind::RestRequest, None) => Ok(REST_TTL),
        // The sources disagree on AWS's default for HTTP APIs, so the template has to say it.
        (AuthorizerKind::Http1 | AuthorizerKind::Http2 { .. }, None) => {
            Err(template_error("an HTTP API authorizer must say ReauthorizeEvery (0 for no caching)"))
        }
    }
}

/// The function's name in its ARN, with or without alias.
fn function_name(arn: &str) -> Result<String, StartError> {
    let name = arn.strip_prefix("arn:aws:lambda:").and_then(|rest| rest.split(':').nth(3));
    name.map(str::to_owned)
        .ok_or_else(|| template_error(format!("FunctionArn {arn} is not of this template")))
}
