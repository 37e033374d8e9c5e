//! `POST /oauth2/revoke` (RFC 7009).

mod pat;

use postern_jose::Vault;

use crate::audit::{Actor, Event, Kind};
use crate::client::{self, AuthenticatedClient, AuthenticationFailed, ClientAuthError, PresentedClient};
use crate::grant::{Revocation, RevocationReason};
use crate::http::{Call, Method, Request, Response, StatusCode, header, preflight};
use crate::limit::Exhausted;
use crate::outage::Outage;
use crate::param::Parameters;
use crate::posted_form::{FormError, parse_form};
use crate::presented_token::PresentedToken;
use crate::server::Server;
use crate::store::{
    EndConnections, ForgetConsents, KeepTallies, LeaseTokens, LoadClients, LoadGrants, LoadKeys, LoadLogouts,
    LoadStanding, RevokeGrants, RevokePats, RevokeTokens, UseAssertions,
};
use crate::token::TokenError;
use crate::wire::{ErrorCode, WireError};

/// What these endpoints need of the store.
pub trait RevokeStore:
    EndConnections
    + ForgetConsents
    + KeepTallies
    + LeaseTokens
    + LoadClients
    + LoadGrants
    + LoadKeys
    + LoadLogouts
    + LoadStanding
    + RevokeGrants
    + RevokePats
    + RevokeTokens
    + UseAssertions
{
}
impl<T> RevokeStore for T where
    T: EndConnections
        + ForgetConsents
        + KeepTallies
        + LeaseTokens
        + LoadClients
        + LoadGrants
        + LoadKeys
        + LoadLogouts
        + LoadStanding
        + RevokeGrants
        + RevokePats
        + RevokeTokens
        + UseAssertions
{
}

/// Why a revocation or an introspection is refused.
pub(crate) enum RevokeError {
    Form(FormError),
    Client(ClientAuthError),
    /// The client asks too often.
    Limited(Exhausted),
    /// The token is another client's: refused, and nothing happens to it (RFC 7009 section 2.1; V02).
    OtherClient,
    Outage(Outage),
}

/// A client that authenticated, and the token that it shows.
pub(crate) struct Shown {
    pub(crate) client: AuthenticatedClient,
    pub(crate) token: PresentedToken,
}

/// Revokes a token. A refresh token takes its whole grant with it, an access token only itself, and so does a personal
/// access token, for which no client authenticates.
/// 200 without a body once the write is committed, and for every text that is no live token (section 2.2; V01).
pub async fn handle<S: RevokeStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("POST");
    }
    let answer = match revoke(server, http).await {
        Ok(()) => Response::empty(StatusCode::OK).with(header::CACHE_CONTROL, "no-store"),
        Err(error) => error.response(&http.call),
    };
    answer.for_any_origin()
}

async fn revoke<S: RevokeStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Result<(), RevokeError> {
    let parameters = parse_form(http).map_err(RevokeError::Form)?;
    if let Some(text) = pat::presented(&parameters) {
        return pat::revoke(server, &http.call, text).await;
    }
    let shown = load_shown(server, http, &parameters).await?;
    let client_id = &shown.client.client().client_id;
    match shown.token {
        PresentedToken::Nothing => Ok(()),
        PresentedToken::Refresh(credential) => {
            let (grant, _) = server.store.load_grant(credential.grant_id(), client_id).await?;
            let Some(grant) = grant else { return Ok(()) };
            if grant.client_id != *client_id {
                return Err(RevokeError::OtherClient);
            }
            let at = server.now();
            let revocation = Revocation { at, reason: RevocationReason::RevokedByClient };
            let event = Event::new(Kind::GrantRevoked, Actor::Client(client_id.clone()), &http.call, at)
                .about_grant(&grant, Some(shown.client.client()));
            let by = &http.call.invocation;
            // First, so that a fault in between leaves nothing but one question more.
            let _receipt = server.store.forget_consents(&grant.user_id, client_id, at).await?;
            let _receipt = server.store.revoke_grant(&grant.id, revocation, by, &event).await?;
            tracing::info!(event = "grant_revoked", %client_id, grant_id = %grant.id);
            Ok(())
        }
        PresentedToken::Access(bearer) => {
            if bearer.subject.client_id() != Some(client_id) {
                return Err(RevokeError::OtherClient);
            }
            if let Some(id) = &bearer.subject.token_id {
                let actor = Actor::Client(client_id.clone());
                let event = Event::new(Kind::TokenRevoked, actor, &http.call, server.now());
                let event = event.about_subject(&bearer.subject).with("token_id", id);
                let _receipt = server.store.revoke_token(id, bearer.expires_at, &event).await?;
                tracing::info!(event = "token_revoked", %client_id, token_id = %id);
            }
            Ok(())
        }
    }
}

/// Reads a request of either endpoint: the client, authenticated, and the token. `token_type_hint` is not needed: the text tells (V05).
pub(crate) async fn load_shown<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    parameters: &Parameters,
) -> Result<Shown, RevokeError> {
    let client = authenticate(server, http, parameters).await?;
    let text = parameters.require("token").map_err(|error| RevokeError::Form(FormError::Parameter(error)))?;
    let (keys, credential_keys): (_, _) = (server.keys().await?, server.credential_keys().await?);
    let token = PresentedToken::parse(text, &keys, &credential_keys, &server.settings.issuer, server.now());
    Ok(Shown { client, token })
}

pub(crate) async fn authenticate<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, RevokeError> {
    let presented = PresentedClient::parse(&http.headers, parameters).map_err(RevokeError::Client)?;
    let keys = server.credential_keys().await?;
    let client = server.store.load_client(presented.client_id()).await?;
    Ok(client::authenticate(server, presented, client, &keys, &http.call).await?)
}

impl RevokeError {
    pub(crate) fn response(&self, call: &Call) -> Response {
        let invocation = call.invocation.as_str();
        match self {
            Self::Form(error) => error.response(),
            Self::Client(error) => {
                let error = TokenError::Client(*error);
                error.log(call);
                error.response()
            }
            Self::Limited(exhausted) => {
                let error = TokenError::RateLimited(*exhausted);
                error.log(call);
                error.response()
            }
            Self::OtherClient => {
                tracing::warn!(event = "revocation_refused", reason = "other client", invocation);
                WireError::bad_request(ErrorCode::InvalidGrant, "The token was issued to another client.")
                    .response()
            }
            Self::Outage(outage) => {
                tracing::error!(event = "token_outage", %outage, invocation);
                outage.wire().response()
            }
        }
    }
}

impl From<AuthenticationFailed> for RevokeError {
    fn from(failed: AuthenticationFailed) -> Self {
        match failed {
            AuthenticationFailed::Refused(error) => Self::Client(error),
            AuthenticationFailed::Limited(exhausted) => Self::Limited(exhausted),
            AuthenticationFailed::Outage(outage) => Self::Outage(outage),
        }
    }
}

impl From<Outage> for RevokeError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
