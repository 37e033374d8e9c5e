//! "May redirect" as a type: who holds a [`ReturnTo`] has matched the redirect URI, and nobody else can make one.

use url::Url;

use super::interaction::AuthorizationRequest;
use super::page::{FormPostPage, PageError, ReturnPage};
use super::refused::LeavePage;
use crate::credential::Credential;
use crate::http::Response;
use crate::openid::ResponseMode;
use crate::param::RedirectMatched;
use crate::settings::Issuer;
use crate::wire::ErrorCode;

/// Where the answer goes, with the `state` that goes along.
#[derive(Debug)]
pub(super) struct ReturnTo {
    redirect_uri: Url,
    /// As presented: a form is posted to exactly this.
    action: String,
    mode: ResponseMode,
    state: Option<String>,
    issuer: String,
}

/// An answer on its way to the client. Holds a code: no `Debug`.
pub(super) enum Outbound {
    /// In the query of this URL.
    Query(String),
    /// In a form that the browser posts there.
    Form { action: String, fields: Vec<(&'static str, String)> },
}

impl ReturnTo {
    /// The way back for a request whose redirect URI was just matched; `None` if it is no URL, which registration excludes.
    pub(super) fn new(redirect: &RedirectMatched, state: Option<&str>, issuer: &Issuer) -> Option<Self> {
        Self::to(redirect.as_str(), state, issuer)
    }

    /// The way back for a stored request, whose redirect URI was matched before it was stored.
    pub(super) fn of(request: &AuthorizationRequest, issuer: &Issuer) -> Option<Self> {
        let way = Self::to(&request.redirect_uri, request.state.as_deref(), issuer)?;
        Some(way.by(request.openid.response_mode))
    }

    fn to(redirect_uri: &str, state: Option<&str>, issuer: &Issuer) -> Option<Self> {
        Some(Self {
            redirect_uri: Url::parse(redirect_uri).ok()?,
            action: redirect_uri.to_owned(),
            mode: ResponseMode::Query,
            state: state.map(str::to_owned),
            issuer: issuer.to_string(),
        })
    }

    /// The same way, in this mode.
    #[must_use]
    pub(super) fn by(self, mode: ResponseMode) -> Self {
        Self { mode, ..self }
    }

    /// What hands out a code (RFC 6749 section 4.1.2), with `iss` (RFC 9207; A09).
    pub(super) fn with_code(self, code: &Credential) -> Outbound {
        self.answer(vec![("code", code.expose().to_owned())])
    }

    /// What reports an error (RFC 6749 section 4.1.2.1), with `iss` too.
    pub(super) fn with_error(self, code: ErrorCode, description: &str) -> Outbound {
        self.answer(vec![("error", code.as_str().to_owned()), ("error_description", description.to_owned())])
    }

    fn answer(mut self, mut fields: Vec<(&'static str, String)>) -> Outbound {
        fields.extend(self.state.map(|state| ("state", state)));
        fields.push(("iss", self.issuer));
        match self.mode {
            ResponseMode::Query => {
                self.redirect_uri.query_pairs_mut().extend_pairs(fields);
                Outbound::Query(self.redirect_uri.into())
            }
            ResponseMode::FormPost => Outbound::Form { action: self.action, fields },
        }
    }
}

impl Outbound {
    /// A redirect, where no form of ours stands at the beginning of the chain.
    pub(super) fn redirect(&self) -> Result<Response, PageError> {
        match self {
            Self::Query(url) => Ok(Response::see_other(url)),
            Self::Form { action, fields } => FormPostPage { action, fields }.response(),
        }
    }

    /// A page that goes on by itself, since browsers hold the whole chain of redirects after a form against the form's
    /// `form-action`.
    pub(super) fn page(&self) -> Result<Response, PageError> {
        match self {
            Self::Query(url) => ReturnPage { url }.response(),
            Self::Form { .. } => self.redirect(),
        }
    }

    /// A page that goes nowhere by itself: the person follows its link, or does not.
    pub(super) fn link(&self) -> Result<Response, PageError> {
        let (action, fields) = match self {
            Self::Query(url) => (url, None),
            Self::Form { action, fields } => (action, Some(fields.as_slice())),
        };
        LeavePage { destination: &destination(action), action, fields }.response()
    }
}

/// What a page shows of a redirect URI: the host, or the scheme of an app on the device, whose host means nothing and
/// could be anybody's name (A17).
pub(super) fn destination(redirect_uri: &str) -> String {
    let Ok(url) = Url::parse(redirect_uri) else { return String::new() };
    let host = url.host_str().filter(|_| matches!(url.scheme(), "https" | "http"));
    host.unwrap_or(url.scheme()).to_owned()
}
