//! `/oauth2/continue`: what comes next for a request in flight.

use postern_jose::Vault;

use super::AuthorizeStore;
use super::complete::{complete, consent};
use super::guard::load_own_interaction;
use super::interaction::Interaction;
use super::offer::load_offers;
use super::page::{PageError, ReturnPage};
use crate::http::{Call, Request, Response};
use crate::id::InteractionId;
use crate::param::Parameters;
use crate::server::Server;
use crate::session::{self, SignedIn};

/// What comes next.
pub(super) enum Next {
    /// One of our own pages.
    Page(String),
    /// Back to the client.
    Client(String),
}

/// Reads the request in flight and goes on with it.
pub(super) async fn resume<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let query = Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?;
    let interaction = load_own_interaction(server, http, query.get("ix").unwrap_or_default(), &keys).await?;
    let tag = session::claimed_tag(http, &server.settings.issuer, &keys);
    let signed_in = session::load_signed_in(&server.store, tag.as_ref(), server.now()).await?;
    next(server, &interaction, signed_in.as_ref(), &http.call).await?.answer()
}

/// Login without a session, consent unless it is remembered, else the client.
pub(super) async fn next<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    interaction: &Interaction,
    signed_in: Option<&SignedIn>,
    call: &Call,
) -> Result<Next, PageError> {
    let Some(signed_in) = signed_in else { return Ok(Next::Page(login_url(server, &interaction.id))) };
    let consent_url = consent_url(server, &interaction.id);
    // Anybody may claim a loopback port or a private scheme: only an https URI names the client (RFC 8252 section 8.6; A15).
    // And an organisation is never connected but by an act in this very browser (S14).
    if interaction.request.connects || !interaction.request.redirect_uri.starts_with("https://") {
        return Ok(Next::Page(consent_url));
    }
    let offers = load_offers(server, &interaction.request, signed_in).await?;
    let [offer] = offers.as_slice() else { return Ok(Next::Page(consent_url)) };
    let keys = server.credential_keys().await?;
    let consent = consent(&keys, &interaction.request, &signed_in.account.user, &offer.tenant.tenant_id);
    let remembered = server.store.recall_consent(&consent).await?;
    if remembered.is_none_or(|expires_at| expires_at <= server.now()) {
        return Ok(Next::Page(consent_url));
    }
    complete(server, interaction, signed_in, offer, call).await.map(Next::Client)
}

/// Where this page is.
pub(super) fn url<S, V>(server: &Server<S, V>, id: &InteractionId) -> String {
    server.settings.issuer.url(&format!("/oauth2/continue?ix={id}"))
}

/// Where the consent page is.
pub(super) fn consent_url<S, V>(server: &Server<S, V>, id: &InteractionId) -> String {
    server.settings.issuer.url(&format!("/oauth2/consent?ix={id}"))
}

/// Where the login page is.
pub(super) fn login_url<S, V>(server: &Server<S, V>, id: &InteractionId) -> String {
    server.settings.issuer.url(&format!("/oauth2/login?ix={id}"))
}

impl Next {
    /// A redirect: for a chain that began with a link.
    pub(super) fn redirect(&self) -> Response {
        match self {
            Self::Page(url) | Self::Client(url) => Response::see_other(url),
        }
    }

    /// A redirect to our own pages; to the client by a page that goes on by itself, since browsers hold the whole
    /// chain of redirects after a form against the form's `form-action`.
    fn answer(&self) -> Result<Response, PageError> {
        match self {
            Self::Page(url) => Ok(Response::see_other(url)),
            Self::Client(url) => ReturnPage { url }.response(),
        }
    }
}
