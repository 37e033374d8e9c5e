//! "May redirect" as a type: who holds a [`ReturnTo`] has matched the redirect URI, and nobody else can make one.

use url::Url;

use super::interaction::AuthorizationRequest;
use crate::credential::Credential;
use crate::param::RedirectMatched;
use crate::settings::Issuer;
use crate::wire::ErrorCode;

/// Where the answer goes, with the `state` that goes along.
#[derive(Debug)]
pub(super) struct ReturnTo {
    redirect_uri: Url,
    state: Option<String>,
    issuer: String,
}

impl ReturnTo {
    /// The way back for a request whose redirect URI was just matched; `None` if it is no URL, which registration excludes.
    pub(super) fn new(redirect: &RedirectMatched, state: Option<&str>, issuer: &Issuer) -> Option<Self> {
        let redirect_uri = Url::parse(redirect.as_str()).ok()?;
        Some(Self { redirect_uri, state: state.map(str::to_owned), issuer: issuer.to_string() })
    }

    /// The way back for a stored request, whose redirect URI was matched before it was stored.
    pub(super) fn of(request: &AuthorizationRequest, issuer: &Issuer) -> Option<Self> {
        let redirect_uri = Url::parse(&request.redirect_uri).ok()?;
        Some(Self { redirect_uri, state: request.state.clone(), issuer: issuer.to_string() })
    }

    /// The URL that hands out a code (RFC 6749 section 4.1.2), with `iss` (RFC 9207; A09).
    pub(super) fn with_code(self, code: &Credential) -> String {
        self.answer(&[("code", code.expose())])
    }

    /// The URL that reports an error (RFC 6749 section 4.1.2.1), with `iss` too.
    pub(super) fn with_error(self, code: ErrorCode, description: &str) -> String {
        self.answer(&[("error", code.as_str()), ("error_description", description)])
    }

    fn answer(mut self, parameters: &[(&str, &str)]) -> String {
        {
            let mut query = self.redirect_uri.query_pairs_mut();
            query.extend_pairs(parameters);
            if let Some(state) = &self.state {
                query.append_pair("state", state);
            }
            query.append_pair("iss", &self.issuer);
        }
        self.redirect_uri.into()
    }
}
