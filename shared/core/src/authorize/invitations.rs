//! `/oauth2/invitations`: the tenants that ask the person who is signed in to join them. Whoever belongs to no tenant
//! yet comes here from the consent page, and goes back there as a member.

use askama::Template;
use postern_jose::Vault;

use super::guard::{verify_form_token, verify_own_origin};
use super::own_session::{form_token, load_own_session};
use super::page::{OWN_FORMS, PageError, html, render};
use super::{AuthorizeStore, resume};
use crate::audit::{Actor, Event};
use crate::credential::CredentialKeys;
use crate::http::{Request, Response, StatusCode};
use crate::id::{InteractionId, TenantId};
use crate::invitation::{self, AnswerError, Choice, Shown, Waiting};
use crate::param::Parameters;
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::session::SignedIn;

/// What the forms' token is for.
const FORM: &str = "invitations";
const TOO_LATE: &str = "This invitation can no longer be answered. Ask the organisation for another.";
const OVERTAKEN: &str = "The invitation has changed meanwhile, and nothing was done. Read it and try again.";

#[derive(Template)]
#[template(path = "invitations.html")]
struct InvitationsPage<'a> {
    email: &'a str,
    csrf: &'a str,
    waiting: &'a [Waiting],
    /// The request in flight to go back to.
    interaction: Option<&'a str>,
    /// Why an answer changed nothing.
    alert: Option<&'a str>,
}

/// Shows what is waiting.
pub(super) async fn show<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let signed_in = load_own_session(server, http, &keys).await?;
    let query = Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?;
    page(server, &keys, &signed_in, interaction(&query).as_ref(), None).await
}

/// Takes the answer: a button called `decision`.
pub(super) async fn submit<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let form = parse_form(http).map_err(PageError::Form)?;
    verify_own_origin(http, &server.settings.issuer)?;
    let keys = server.credential_keys().await?;
    let signed_in = load_own_session(server, http, &keys).await?;
    verify_form_token(&form, &form_token(&keys, FORM, &signed_in))?;
    let interaction = interaction(&form);
    match answer(server, http, &form, &signed_in).await {
        Ok(()) => Ok(Response::see_other(&match &interaction {
            Some(id) => resume::url(server, id),
            None => server.settings.issuer.url("/oauth2/invitations"),
        })),
        Err(Unanswered::Page(error)) => Err(error),
        Err(Unanswered::Told(alert)) => {
            page(server, &keys, &signed_in, interaction.as_ref(), Some(alert)).await
        }
    }
}

/// Why nothing was changed.
enum Unanswered {
    Page(PageError),
    /// The page again, which says why.
    Told(&'static str),
}

async fn answer<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    form: &Parameters,
    signed_in: &SignedIn,
) -> Result<(), Unanswered> {
    let tenant = form.get("tenant").unwrap_or_default().and_then(|id| TenantId::parse(id).ok());
    let tenant = tenant.ok_or(Unanswered::Page(PageError::Request))?;
    let (account, call) = (&signed_in.account, &http.call);
    let told = |kind| Event::new(kind, Actor::User(account.user.user_id.clone()), call, server.now());
    let answered = match form.get("decision").unwrap_or_default() {
        Some("accept") => {
            let choice = Choice { tenant: &tenant, shown: shown(form) };
            invitation::accept(server, account, &choice, call, told).await.map(|_| ())
        }
        Some("decline") => invitation::decline(server, account, &tenant, call, told).await,
        _ => return Err(Unanswered::Page(PageError::Request)),
    };
    answered.map_err(|error| match error {
        AnswerError::Outage(outage) => Unanswered::Page(outage.into()),
        AnswerError::Overtaken => Unanswered::Told(OVERTAKEN),
        AnswerError::Absent | AnswerError::Void | AnswerError::Member => Unanswered::Told(TOO_LATE),
    })
}

/// What the form was of: an administrator may have renewed the invitation in another role meanwhile.
fn shown(form: &Parameters) -> Shown<'_> {
    let field = |name| form.get(name).unwrap_or_default().unwrap_or_default();
    Shown { invitation: Some(field("invitation")), role: field("role") }
}

async fn page<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    keys: &CredentialKeys,
    signed_in: &SignedIn,
    interaction: Option<&InteractionId>,
    alert: Option<&str>,
) -> Result<Response, PageError> {
    let waiting = invitation::load_waiting(server, &signed_in.account).await?;
    let page = InvitationsPage {
        email: &signed_in.account.user.email,
        csrf: &form_token(keys, FORM, signed_in).to_string(),
        waiting: &waiting,
        interaction: interaction.map(InteractionId::as_str),
        alert,
    };
    let status = if alert.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(html(status, render(&page)?, OWN_FORMS))
}

/// What a person who has no tenant to choose is shown: what is waiting, or that there is nothing for them.
pub(super) async fn instead_of_consent<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    signed_in: &SignedIn,
    interaction: &InteractionId,
) -> Result<Response, PageError> {
    if invitation::load_waiting(server, &signed_in.account).await?.is_empty() {
        return Err(PageError::Tenant);
    }
    let path = format!("/oauth2/invitations?ix={interaction}");
    Ok(Response::see_other(&server.settings.issuer.url(&path)))
}

/// The request to go back to. Whether it is this browser's, the page that goes on with it finds out.
fn interaction(parameters: &Parameters) -> Option<InteractionId> {
    parameters.get("ix").unwrap_or_default().and_then(|id| InteractionId::parse(id).ok())
}
