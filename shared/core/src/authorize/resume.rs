//! `/oauth2/continue`: what comes next for a request in flight.

use postern_jose::Vault;

use super::authentication::{Login, judge};
use super::complete::{complete, consent};
use super::guard::load_own_interaction;
use super::interaction::Interaction;
use super::offer::load_offers;
use super::page::PageError;
use super::return_to::{Outbound, ReturnTo};
use super::{AuthorizeStore, memory};
use crate::credential::CredentialKeys;
use crate::http::{Call, Request, Response};
use crate::id::InteractionId;
use crate::param::Parameters;
use crate::server::Server;
use crate::session::{self, SignedIn};
use crate::wire::ErrorCode;

/// What comes next.
pub(super) enum Next {
    /// One of our own pages.
    Page(String),
    /// Back to the client, with a code or an error.
    Client(Outbound),
    /// The same, but only if whoever is there wants to.
    Link(Outbound),
}

/// Reads the request in flight and goes on with it.
pub(super) async fn resume<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let query = Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?;
    let interaction = load_own_interaction(server, http, query.get("ix").unwrap_or_default(), &keys).await?;
    let next = go_on(server, http, &interaction, &keys).await?;
    // Without a page of ours there was no form of ours either.
    if interaction.request.openid.prompt.none { next.redirect() } else { next.answer() }
}

/// What comes next for the browser that sent this.
pub(super) async fn go_on<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    interaction: &Interaction,
    keys: &CredentialKeys,
) -> Result<Next, PageError> {
    let tag = session::claimed_tag(http, &server.settings.issuer, keys);
    let signed_in = session::load_signed_in(&server.store, tag.as_ref(), server.now()).await?;
    let login = match &signed_in {
        Some(signed_in) => judge(server, interaction, signed_in).await?,
        None => Login::Needed,
    };
    match (login, &signed_in) {
        (Login::Good, Some(signed_in)) => next(server, interaction, signed_in, &http.call).await,
        (Login::Stranger, _) => refuse(server, interaction, ErrorCode::LoginRequired),
        (_, None) if interaction.request.openid.prompt.none && interaction.request.unverified => {
            match refuse(server, interaction, ErrorCode::LoginRequired)? {
                Next::Client(outbound) => Ok(Next::Link(outbound)),
                next => Ok(next),
            }
        }
        _ if interaction.request.openid.prompt.none => refuse(server, interaction, ErrorCode::LoginRequired),
        _ => Ok(Next::Page(login_url(server, &interaction.id))),
    }
}

/// Consent unless it is remembered, else the client.
async fn next<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    interaction: &Interaction,
    signed_in: &SignedIn,
    call: &Call,
) -> Result<Next, PageError> {
    let request = &interaction.request;
    let page = |otherwise| ask(server, interaction, otherwise);
    // An organisation is never connected but by an act in this very browser (S14).
    if request.connects || request.openid.prompt.select_account {
        return page(ErrorCode::InteractionRequired);
    }
    // Anybody may claim a loopback port or a private scheme: only an https URI names the client (RFC 8252 section 8.6; A15).
    // Of a client that nobody vouched for, that name says nothing either.
    let unproven = request.unverified || !request.redirect_uri.starts_with("https://");
    if request.openid.prompt.consent || unproven {
        return page(ErrorCode::ConsentRequired);
    }
    let offers = load_offers(server, request, signed_in).await?;
    let offer = match offers.as_slice() {
        [offer] => offer,
        [] => return page(ErrorCode::InteractionRequired),
        _ => return page(ErrorCode::AccountSelectionRequired),
    };
    let keys = server.credential_keys().await?;
    let consent = consent(&keys, request, &signed_in.account.user, &offer.tenant.tenant_id);
    match server.store.recall_consent(&consent).await? {
        Some(remembered) if memory::holds(server, request, (signed_in, offer), remembered).await? => {}
        _ => return page(ErrorCode::ConsentRequired),
    }
    complete(server, interaction, signed_in, offer, call).await.map(Next::Client)
}

/// The consent page; where no page may be shown, an error (OpenID Connect Core section 3.1.2.6; A20).
fn ask<S, V>(
    server: &Server<S, V>,
    interaction: &Interaction,
    otherwise: ErrorCode,
) -> Result<Next, PageError> {
    let openid = &interaction.request.openid;
    if openid.prompt.none {
        // Whoever may name anybody must not learn that this is who is there: as if it were somebody else.
        let guessed = !openid.subjects.is_empty() && openid.hinted_subject.is_none();
        return refuse(server, interaction, if guessed { ErrorCode::LoginRequired } else { otherwise });
    }
    Ok(Next::Page(consent_url(server, &interaction.id)))
}

fn refuse<S, V>(
    server: &Server<S, V>,
    interaction: &Interaction,
    code: ErrorCode,
) -> Result<Next, PageError> {
    let request = &interaction.request;
    let return_to = ReturnTo::of(request, &server.settings.issuer).ok_or(PageError::RedirectUri)?;
    tracing::info!(event = "authorization_refused", client_id = %request.client_id, error = code.as_str());
    let description = match code {
        ErrorCode::LoginRequired => "The user named by the request has to sign in.",
        ErrorCode::ConsentRequired => "The user has to consent.",
        ErrorCode::AccountSelectionRequired => "The user has to choose an organisation.",
        _ => "The user has to decide on a page.",
    };
    Ok(Next::Client(return_to.with_error(code, description)))
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
    pub(super) fn redirect(&self) -> Result<Response, PageError> {
        match self {
            Self::Page(url) => Ok(Response::see_other(url)),
            Self::Client(outbound) => outbound.redirect(),
            Self::Link(outbound) => outbound.link(),
        }
    }

    /// A redirect to our own pages; to the client by a page that goes on by itself.
    fn answer(&self) -> Result<Response, PageError> {
        match self {
            Self::Page(url) => Ok(Response::see_other(url)),
            Self::Client(outbound) => outbound.page(),
            Self::Link(outbound) => outbound.link(),
        }
    }
}
