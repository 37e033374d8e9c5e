//! From a function's answer to an HTTP response.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::Value;

use crate::net::{HttpResponse, respond};
use crate::template::ApiKind;

/// Response headers that a REST API renames, because it sets them itself.
const REMAPPED: [&str; 4] = ["connection", "date", "server", "www-authenticate"];

/// Headers about the connection, which the server sets.
const OWN: [&str; 3] = ["connection", "content-length", "transfer-encoding"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: Value,
    headers: Option<BTreeMap<String, Value>>,
    multi_value_headers: Option<BTreeMap<String, Vec<Value>>>,
    cookies: Option<Vec<String>>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Builds the response; nothing when the answer has not the form of a proxy response.
pub(super) fn response(kind: ApiKind, answer: &[u8]) -> Option<HttpResponse> {
    let value: Value = serde_json::from_slice(answer).ok()?;
    if kind == ApiKind::Http && value.get("statusCode").is_none() {
        // Payload 2.0 takes any other JSON for the body of a 200.
        return Some(respond(200, "application/json", inferred_body(&value)));
    }
    let answer: Answer = serde_json::from_value(value).ok()?;
    let status = match &answer.status_code {
        Value::Number(status) => status.as_u64(),
        Value::String(status) => status.parse().ok(),
        _ => None,
    };
    let status = StatusCode::from_u16(u16::try_from(status?).ok()?).ok()?;
    let body = answer.body.clone().unwrap_or_default();
    let body = if answer.is_base64_encoded { STANDARD.decode(body).ok()? } else { body.into_bytes() };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    for (name, value) in headers(kind, answer)? {
        response.headers_mut().append(name, value);
    }
    let default_type = match kind {
        ApiKind::Http => "text/plain;charset=UTF-8",
        ApiKind::Rest => "application/json",
    };
    response.headers_mut().entry("content-type").or_insert(HeaderValue::from_static(default_type));
    Some(response)
}

fn inferred_body(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The answer's headers, single and multiple ones merged, cookies last. Nothing when a name or value is illegal.
fn headers(kind: ApiKind, answer: Answer) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let mut merged = BTreeMap::<String, Vec<Value>>::new();
    for (name, values) in answer.multi_value_headers.unwrap_or_default() {
        merged.entry(name.to_ascii_lowercase()).or_default().extend(values);
    }
    for (name, value) in answer.headers.unwrap_or_default() {
        let values = merged.entry(name.to_ascii_lowercase()).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let mut headers = Vec::new();
    for (name, values) in merged {
        let Some(name) = outgoing_name(kind, &name) else { continue };
        let name: HeaderName = name.parse().ok()?;
        for value in values {
            headers.push((name.clone(), HeaderValue::from_str(&inferred_body(&value)).ok()?));
        }
    }
    if kind == ApiKind::Http {
        for cookie in answer.cookies.unwrap_or_default() {
            headers.push((http::header::SET_COOKIE, HeaderValue::from_str(&cookie).ok()?));
        }
    }
    Some(headers)
}

/// The name the caller sees; nothing for headers that the server sets.
fn outgoing_name(kind: ApiKind, name: &str) -> Option<String> {
    if kind == ApiKind::Rest && REMAPPED.contains(&name) {
        return Some(format!("x-amzn-remapped-{name}"));
    }
    (!OWN.contains(&name)).then(|| name.to_owned())
}
