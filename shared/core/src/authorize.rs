//! `/oauth2/authorize` and the pages behind it: login, consent, and the way back to the client.
//!
//! A request is checked once, stored, and from then on read from the table alone: no page trusts a browser with
//! a parameter (A08). The browser is bound to its request by a cookie (A13, A14).

mod authentication;
mod check;
mod complete;
mod connect;
mod consent;
mod device;
mod device_consent;
mod guard;
mod interaction;
mod invitations;
mod login;
mod logout;
mod memory;
mod offer;
mod openid;
mod own_session;
mod page;
mod password;
mod push;
mod pushed;
mod refused;
mod resume;
mod return_to;
mod stranger;
mod take_over;
mod throttle;
mod visit;

pub use interaction::{AuthorizationRequest, Interaction};
pub use push::{PushStore, push};
pub use pushed::PushedRequest;

use postern_jose::Vault;

use crate::http::{Method, Request, Response, header};
use crate::param::Parameters;
use crate::server::Server;
use crate::session;
use crate::store::{
    AnswerInvitations, ChangePasswords, ChargeLogins, ClaimDevices, EndSessions, Interactions, KeepDocuments,
    LeaseTokens, LoadAccounts, LoadApis, LoadClients, LoadConnections, LoadKeys, LoadTenants, NoteVisits,
    OpenGrants, RecordEvents, RememberConsents, Sessions, TakeRequests,
};
use check::{Checked, check};
use page::PageError;

/// What these pages need of the store.
pub trait AuthorizeStore:
    AnswerInvitations
    + ChangePasswords
    + ChargeLogins
    + ClaimDevices
    + EndSessions
    + Interactions
    + KeepDocuments
    + LeaseTokens
    + LoadAccounts
    + LoadApis
    + LoadClients
    + LoadConnections
    + LoadKeys
    + LoadTenants
    + NoteVisits
    + OpenGrants
    + RecordEvents
    + RememberConsents
    + Sessions
    + TakeRequests
{
}

impl<T> AuthorizeStore for T where
    T: AnswerInvitations
        + ChangePasswords
        + ChargeLogins
        + ClaimDevices
        + EndSessions
        + Interactions
        + KeepDocuments
        + LeaseTokens
        + LoadAccounts
        + LoadApis
        + LoadClients
        + LoadConnections
        + LoadKeys
        + LoadTenants
        + NoteVisits
        + OpenGrants
        + RecordEvents
        + RememberConsents
        + Sessions
        + TakeRequests
{
}

/// Answers a request for one of the pages.
pub async fn handle<S: AuthorizeStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    let answer = match (http.path.as_str(), &http.method) {
        ("/assets/postern.css", &Method::GET) => return page::stylesheet(),
        ("/assets/form_post.js", &Method::GET) => return page::form_post_script(),
        _ if guard::is_framed(http) && !guard::is_silent(http) => Err(PageError::Framed),
        ("/oauth2/authorize", &Method::GET | &Method::POST) => authorize(server, http).await,
        ("/oauth2/login", &Method::GET) => login::show(server, http).await,
        ("/oauth2/login", &Method::POST) => login::submit(server, http).await,
        ("/oauth2/consent", &Method::GET) => consent::show(server, http).await,
        ("/oauth2/consent", &Method::POST) => consent::submit(server, http).await,
        ("/oauth2/device", &Method::GET) => device::show(server, http).await,
        ("/oauth2/device", &Method::POST) => device::submit(server, http).await,
        ("/oauth2/logout", &Method::GET | &Method::POST) => logout::handle(server, http).await,
        ("/oauth2/invitations", &Method::GET) => invitations::show(server, http).await,
        ("/oauth2/invitations", &Method::POST) => invitations::submit(server, http).await,
        ("/oauth2/password", &Method::GET) => password::show(server, http).await,
        ("/oauth2/password", &Method::POST) => password::submit(server, http).await,
        ("/oauth2/continue", &Method::GET) => resume::resume(server, http).await,
        _ => Err(PageError::NotFound),
    };
    answer.unwrap_or_else(|error| error.response(&http.call))
}

/// RFC 6749 section 4.1.1; by POST too (OpenID Connect Core section 3.1.2.1; A24).
async fn authorize<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let parameters = match http.method {
        Method::POST => crate::posted_form::parse_repeatable_form(http).map_err(PageError::Form)?,
        _ => Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?,
    };
    let request = match pushed::take(server, &parameters, &http.call).await? {
        Some(request) => Box::new(request),
        None => match check(server, &parameters, &http.call).await? {
            Checked::Request(request) => request,
            Checked::Refused { outbound, unverified } => {
                return refused::answer(server, http, &outbound, unverified).await;
            }
        },
    };
    let keys = server.credential_keys().await?;
    let (interaction, cookie) = Interaction::begin(*request, &keys, server.entropy.as_ref(), server.now());
    if interaction.request.openid.prompt.none && http.method == Method::GET {
        // Answered at once, by code or error: nothing has to be kept.
        return resume::go_on(server, http, &interaction, &keys).await?.redirect();
    }
    let _receipt = server.store.put_interaction(&interaction).await?;
    let next = if http.method == Method::POST {
        // A cross-site POST arrives without our cookies: the next GET brings them.
        Response::see_other(&resume::url(server, &interaction.id))
    } else {
        resume::go_on(server, http, &interaction, &keys).await?.redirect()?
    };
    let name = interaction::cookie_name(&server.settings.issuer, &interaction.id);
    let cookie = session::set_cookie(&name, &cookie, &server.settings.issuer);
    Ok(next.with(header::SET_COOKIE, format!("{cookie}; Max-Age={}", crate::lifetime::INTERACTION)))
}
