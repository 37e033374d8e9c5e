//! The pages: plain HTML without script, with the headers of every answer that a browser shows.

use askama::Template;

use super::stranger::Stranger;
use crate::client::DocumentError;
use crate::http::{Call, HeaderName, Response, StatusCode, header};
use crate::outage::Outage;
use crate::posted_form::FormError;
use crate::wire::RETRY_AFTER;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'";
/// The consent form's answer is a redirect to the client and wherever the client goes on to: browsers would stop
/// that chain at any list of origins, so that page alone leaves the directive out.
pub(super) const OWN_FORMS: &str = "; form-action 'self'";

/// For a `request_uri` of no use (RFC 9126 section 4), with its registered error.
const STALE_LINK: &str = "Go back to the app and start again. For its developer: invalid_request_uri.";

/// For a page that belongs to no app.
const SIGN_IN: &str = "Sign in to one of your apps first, in this very browser, and then come back.";

/// The login form.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct LoginPage<'a> {
    pub(super) client_name: &'a str,
    pub(super) interaction: &'a str,
    pub(super) csrf: &'a str,
    pub(super) email: &'a str,
    pub(super) failed: bool,
}

/// The form for the code that a device shows.
#[derive(Template)]
#[template(path = "device.html")]
pub(super) struct DevicePage<'a> {
    pub(super) code: &'a str,
    pub(super) csrf: &'a str,
    pub(super) failed: bool,
}

/// The consent form.
#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct ConsentPage<'a> {
    pub(super) client_name: &'a str,
    pub(super) stranger: Option<Stranger>,
    pub(super) destination: &'a str,
    pub(super) email: &'a str,
    pub(super) tenants: Vec<TenantChoice<'a>>,
    pub(super) permissions: Vec<&'a str>,
    pub(super) interaction: &'a str,
    pub(super) csrf: &'a str,
}

/// A tenant to choose.
pub(super) struct TenantChoice<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
}

/// A page that goes on to the client by itself.
#[derive(Template)]
#[template(path = "return.html")]
pub(super) struct ReturnPage<'a> {
    pub(super) url: &'a str,
}

/// A page that posts an answer to the client by itself (OAuth 2.0 Form Post Response Mode section 2).
#[derive(Template)]
#[template(path = "form_post.html")]
pub(super) struct FormPostPage<'a> {
    pub(super) action: &'a str,
    pub(super) fields: &'a [(&'static str, String)],
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    advice: &'a str,
}

/// Why a page is not shown. Never a redirect, never a word of what the caller sent.
#[derive(Debug)]
pub(super) enum PageError {
    Client,
    Document(DocumentError),
    RedirectUri,
    RequestUri,
    Request,
    Form(FormError),
    Interaction,
    Forgery,
    SignedOut,
    Framed,
    Tenant,
    Throttled(u64),
    NotFound,
    Outage(Outage),
}

impl LoginPage<'_> {
    pub(super) fn response(&self, status: StatusCode) -> Result<Response, PageError> {
        Ok(html(status, render(self)?, OWN_FORMS))
    }
}

impl DevicePage<'_> {
    pub(super) fn response(&self, status: StatusCode) -> Result<Response, PageError> {
        Ok(html(status, render(self)?, OWN_FORMS))
    }
}

impl ConsentPage<'_> {
    pub(super) fn response(&self, status: StatusCode) -> Result<Response, PageError> {
        Ok(html(status, render(self)?, ""))
    }
}

impl ReturnPage<'_> {
    pub(super) fn response(&self) -> Result<Response, PageError> {
        Ok(html(StatusCode::OK, render(self)?, OWN_FORMS))
    }
}

impl FormPostPage<'_> {
    /// As the consent form's: the client's answer may lead on to anywhere.
    pub(super) fn response(&self) -> Result<Response, PageError> {
        Ok(html(StatusCode::OK, render(self)?, ""))
    }
}

/// The script of the page that posts an answer: a file, so that no page needs a script of its own.
pub(super) fn form_post_script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../../templates/form_post.js"))
}

/// The stylesheet of all pages.
pub(super) fn stylesheet() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../templates/postern.css"))
}

fn asset(content_type: &str, text: &str) -> Response {
    Response { body: text.to_owned(), ..Response::empty(StatusCode::OK) }
        .with(header::CONTENT_TYPE, content_type)
        .with(header::CACHE_CONTROL, "public, max-age=3600")
}

pub(super) fn render(page: &impl Template) -> Result<String, PageError> {
    page.render().map_err(|error| PageError::Outage(Outage::Corrupt(format!("template: {error}"))))
}

pub(super) fn html(status: StatusCode, body: String, form_action: &str) -> Response {
    let answer = Response { body, ..Response::empty(status) }
        .with(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .with(header::CACHE_CONTROL, "no-store")
        .with(header::CONTENT_SECURITY_POLICY, format!("{CSP}{form_action}"))
        .with(header::X_FRAME_OPTIONS, "DENY")
        .with(header::REFERRER_POLICY, "no-referrer");
    let fixed = [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("origin-agent-cluster", "?1"),
        ("x-robots-tag", "noindex"),
        ("x-dns-prefetch-control", "off"),
    ];
    fixed.into_iter().fold(answer, |answer, (name, value)| answer.with(HeaderName::from_static(name), value))
}

impl PageError {
    pub(super) fn response(&self, call: &Call) -> Response {
        self.log(call);
        let (status, title, advice) = self.text();
        let answer = render(&ErrorPage { title, advice }).map(|body| html(status, body, OWN_FORMS));
        let answer = answer.unwrap_or_else(|_| Response::empty(status));
        match self {
            Self::Document(DocumentError::Limited(exhausted)) => {
                answer.with(header::RETRY_AFTER, exhausted.retry_after.to_string())
            }
            Self::Document(DocumentError::Unreachable(_)) => {
                answer.with(header::RETRY_AFTER, RETRY_AFTER.to_string())
            }
            Self::Throttled(seconds) => answer.with(header::RETRY_AFTER, seconds.to_string()),
            Self::Outage(outage) if outage.is_transient() => {
                answer.with(header::RETRY_AFTER, RETRY_AFTER.to_string())
            }
            _ => answer,
        }
    }

    fn log(&self, call: &Call) {
        let invocation = call.invocation.as_str();
        if let Self::Outage(outage) = self {
            tracing::error!(event = "page_outage", %outage, invocation);
        } else {
            tracing::info!(event = "page_refused", reason = ?self, invocation);
        }
    }

    const fn text(&self) -> (StatusCode, &'static str, &'static str) {
        const RESTART: &str = "Go back to the app and start again.";
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::Client => {
                (bad, "This app is not registered here", "Tell the app's developer: client_id is unknown.")
            }
            Self::Document(error) => document(error),
            Self::RedirectUri => (
                bad,
                "This app asks to send you to an address that is not its own",
                "Tell the app's developer: redirect_uri is not registered for this client.",
            ),
            Self::RequestUri => (bad, "This link is used up, too old, or of another app", STALE_LINK),
            Self::Request => (bad, "This request makes no sense", RESTART),
            Self::Form(error) => (error.wire().status, "This request makes no sense", RESTART),
            Self::Interaction => (bad, "This sign-in is over, or it began in another browser", RESTART),
            Self::Forgery => (StatusCode::FORBIDDEN, "This form did not come from here", RESTART),
            Self::SignedOut => (StatusCode::FORBIDDEN, "You are not signed in", SIGN_IN),
            Self::Framed => (StatusCode::FORBIDDEN, "This page cannot be shown inside another one", RESTART),
            Self::Tenant => (
                StatusCode::FORBIDDEN,
                "You belong to no active organisation that could allow this",
                "Ask an administrator of your organisation.",
            ),
            Self::Throttled(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many failed attempts",
                "Wait some minutes before you try again.",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "There is no such page", RESTART),
            Self::Outage(outage) if outage.is_transient() => {
                (StatusCode::SERVICE_UNAVAILABLE, "We cannot answer right now", "Try again in a moment.")
            }
            Self::Outage(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something is wrong on our side",
                "Tell the operator of this service.",
            ),
        }
    }
}

/// An app that is described by a document which gives no client: a fault of nobody here (D09).
const fn document(error: &DocumentError) -> (StatusCode, &'static str, &'static str) {
    match error {
        DocumentError::Unreachable(_) | DocumentError::Outage(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "We cannot read what this app says about itself right now",
            "Try again in a moment. For its developer: temporarily_unavailable.",
        ),
        DocumentError::Limited(_) => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many apps were looked up from your network",
            "Wait a minute before you try again.",
        ),
        DocumentError::Malformed(_) | DocumentError::Metadata(_) => (
            StatusCode::BAD_REQUEST,
            "What this app says about itself is of no use",
            "Tell the app's developer: the metadata document at client_id is refused.",
        ),
    }
}

impl From<DocumentError> for PageError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Outage(outage) => Self::Outage(outage),
            error => Self::Document(error),
        }
    }
}

impl From<Outage> for PageError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
