//! How a client is told that its request is refused before a page of ours was shown.

use askama::Template;
use postern_jose::Vault;

use super::AuthorizeStore;
use super::page::{OWN_FORMS, PageError, html, render};
use super::return_to::Outbound;
use crate::http::{Request, Response, StatusCode};
use crate::server::Server;
use crate::session;

/// A page with a way to the client that nobody has to take.
#[derive(Template)]
#[template(path = "leave.html")]
pub(super) struct LeavePage<'a> {
    pub(super) destination: &'a str,
    pub(super) action: &'a str,
    /// What is posted there; a plain link where there is none.
    pub(super) fields: Option<&'a [(&'static str, String)]>,
}

impl LeavePage<'_> {
    pub(super) fn response(&self) -> Result<Response, PageError> {
        let form_action = if self.fields.is_some() { "" } else { OWN_FORMS };
        Ok(html(StatusCode::OK, render(self)?, form_action))
    }
}

/// At once; a client that nobody has vouched for only where somebody is signed in, since anybody could make us a
/// redirector to their own address by a request that must fail (RFC 9700 section 4.11.2; A07). Everybody else gets a
/// page with a link.
pub(super) async fn answer<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    outbound: &Outbound,
    unverified: bool,
) -> Result<Response, PageError> {
    if !unverified {
        return outbound.redirect();
    }
    let keys = server.credential_keys().await?;
    let tag = session::claimed_tag(http, &server.settings.issuer, &keys);
    match session::load_signed_in(&server.store, tag.as_ref(), server.now()).await? {
        Some(_) => outbound.redirect(),
        None => outbound.link(),
    }
}
