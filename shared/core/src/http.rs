//! What an endpoint takes and gives: plain HTTP, free of any Lambda event.

use std::net::IpAddr;

pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;

use crate::caller::Caller;
use crate::clock::Timestamp;
use crate::id::InvocationId;

/// Bodies above this many bytes are refused with 413.
pub const MAX_BODY: usize = 64 * 1024;

/// One HTTP request as the gateway delivered it. Holds secrets: no `Debug`.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, without the stage.
    pub path: String,
    /// The raw query, without `?`.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The decoded body.
    pub body: Vec<u8>,
    /// The invocation that it belongs to.
    pub call: Call,
}

/// The circumstances of one invocation.
#[derive(Clone, Debug)]
pub struct Call {
    /// The identifier that the invocation's writes carry.
    pub invocation: InvocationId,
    /// The caller's address, from the gateway's context and never from a header (T17).
    pub source: Option<IpAddr>,
    /// When the platform will cut the invocation off.
    pub deadline: Timestamp,
    /// Who calls, where the authorizer was asked first; `None` on public routes.
    pub caller: Option<Box<Caller>>,
}

impl Request {
    /// The value of a header that must occur at most once: `None` when absent, doubled or not ASCII.
    pub fn single_header(&self, name: &HeaderName) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { first.to_str().ok() }
    }

    /// The value of the cookie called `name` (RFC 6265 section 5.4); the first where there are several.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// One HTTP answer. Holds secrets: no `Debug`.
#[derive(Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers, in order; `Set-Cookie` may repeat.
    pub headers: Vec<(HeaderName, String)>,
    /// The body.
    pub body: String,
}

impl Response {
    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: base_headers(), body: String::new() }
    }

    /// A JSON answer that nobody may store (RFC 6749 section 5.1; T18).
    pub fn json(status: StatusCode, body: String) -> Self {
        let answer = Self { status, headers: base_headers(), body };
        answer.with(header::CONTENT_TYPE, "application/json").with(header::CACHE_CONTROL, "no-store")
    }

    /// A JSON answer of a serialisable value.
    pub fn of(status: StatusCode, value: &impl Serialize) -> Self {
        // Our own plain structs always serialise; an empty body is the harmless answer if one ever did not.
        Self::json(status, serde_json::to_string(value).unwrap_or_default())
    }

    /// A redirect by 303, which never repeats a posted password (RFC 9700 section 4.12; A11).
    pub fn see_other(location: &str) -> Self {
        Self::empty(StatusCode::SEE_OTHER)
            .with(header::LOCATION, location)
            .with(header::CACHE_CONTROL, "no-store")
            .with(header::REFERRER_POLICY, "no-referrer")
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer, readable by scripts of any origin, without credentials (T20).
    #[must_use]
    pub fn for_any_origin(self) -> Self {
        self.with(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
            .with(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin")
    }

    /// The first value of a header.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn base_headers() -> Vec<(HeaderName, String)> {
    vec![
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains; preload".into()),
    ]
}

/// Answers a CORS preflight for an endpoint that scripts of any origin may call (T20).
pub fn preflight(methods: &'static str) -> Response {
    Response::empty(StatusCode::NO_CONTENT)
        .for_any_origin()
        .with(header::ACCESS_CONTROL_ALLOW_METHODS, methods)
        .with(header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, dpop, mcp-protocol-version")
        .with(header::ACCESS_CONTROL_MAX_AGE, "600")
}
