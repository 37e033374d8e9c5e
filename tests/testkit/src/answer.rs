//! Answers, and what every answer of a kind must have.

use std::fmt;

use postern_core::http::{HeaderName, Response};
use serde_json::Value;
use url::Url;

/// What came back. Its `Debug` shows all of it, secrets too: they are a test's.
#[derive(Clone)]
pub struct Answer(pub(crate) Response);

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", self.0.status, self.0.headers, self.0.body)
    }
}

impl Answer {
    /// The status.
    pub fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    /// The only value of a header; `None` where it is absent or doubled.
    pub fn header(&self, name: &str) -> Option<&str> {
        match self.all(name).as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Every value of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let wanted = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        let found = self.0.headers.iter().filter(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// The body.
    pub fn text(&self) -> &str {
        &self.0.body
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.0.body).unwrap_or_default()
    }

    /// One member of a JSON body as text; empty where it is absent.
    pub fn member(&self, name: &str) -> String {
        self.json().get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Where the answer sends the browser, by redirect or by a page that goes on by itself.
    pub fn destination(&self) -> Option<Url> {
        let refresh = || {
            let (_, rest) = self.text().split_once("http-equiv=\"refresh\" content=\"0; url=")?;
            rest.split_once('"').map(|(url, _)| crate::html::unescape(url))
        };
        let target = self.header("location").map(str::to_owned).or_else(refresh)?;
        Some(Url::parse(&target).expect("an absolute destination"))
    }

    /// One parameter of the destination's query; `None` where it is absent.
    pub fn returned(&self, name: &str) -> Option<String> {
        let url = self.destination()?;
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// A JSON error with this status and code, and the headers that each must have (RFC 6749 section 5.2; T18).
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status(), answer.member("error").as_str()), (status, code), "{}", answer.text());
    assert!(!answer.member("error_description").is_empty());
    assert_unstored_json(answer);
    if code == "invalid_client" {
        assert!(answer.header("www-authenticate").is_some_and(|it| it.starts_with("Basic ")));
    }
}

/// The 503 of a fault: a JSON error that says when to come again (T19).
#[track_caller]
pub fn assert_unavailable(answer: &Answer) {
    assert_error(answer, 503, "temporarily_unavailable");
    let wait = answer.header("retry-after").and_then(|seconds| seconds.parse::<u64>().ok());
    assert!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "{wait:?}");
}

/// JSON that nobody stores.
#[track_caller]
pub(crate) fn assert_unstored_json(answer: &Answer) {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

/// A page with this status: no redirect, and every header of a page.
#[track_caller]
pub fn assert_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status(), status, "{}", answer.text());
    assert_eq!(answer.header("location"), None);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("origin-agent-cluster", "?1"),
        ("x-robots-tag", "noindex"),
        ("x-dns-prefetch-control", "off"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains; preload"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert!(answer.header("permissions-policy").is_some());
    let policy = answer.header("content-security-policy").unwrap_or_default();
    for directive in ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
    {
        assert!(policy.split("; ").any(|it| it == directive), "{directive} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!answer.text().contains("<script") && !answer.text().contains(" style="), "{}", answer.text());
}
