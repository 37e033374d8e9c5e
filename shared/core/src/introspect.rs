//! `POST /oauth2/introspect` (RFC 7662): what a token is worth now, told to the client that it was issued to.

mod signed;

use postern_jose::{Act, Cnf, Vault};
use serde::Serialize;

use crate::access::Bearer;
use crate::client::{AuthenticatedClient, ClientAuthError};
use crate::credential::Credential;
use crate::dpop::{Jkt, TokenType};
use crate::grant::{GrantState, Position};
use crate::http::{Method, Request, Response, StatusCode, header, preflight};
use crate::id::{AccountId, ClientId};
use crate::openid::subject_of;
use crate::outage::Outage;
use crate::posted_form::parse_form;
use crate::presented_token::PresentedToken;
use crate::revoke::{RevokeError, RevokeStore, Shown, load_shown};
use crate::server::Server;
use crate::standing::Subject;

/// RFC 7662 section 2.2.
#[derive(Default, Serialize)]
struct Introspection {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<TokenType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Cnf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<Act>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_account_id: Option<AccountId>,
}

/// Answers an introspection. A token of another client is `{"active":false}` like one that never was (V08).
pub async fn handle<S: RevokeStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("POST");
    }
    let answer = match answer(server, http).await {
        Ok(answer) => answer,
        Err(error) => error.response(&http.call),
    };
    answer.with(header::VARY, "accept").for_any_origin()
}

async fn answer<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, RevokeError> {
    let (client, introspection) = introspect(server, http).await?;
    if signed::is_wanted(&http.headers) {
        return Ok(signed::answer(server, client.client(), &introspection).await?);
    }
    Ok(Response::of(StatusCode::OK, &introspection))
}

async fn introspect<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<(AuthenticatedClient, Introspection), RevokeError> {
    let parameters = parse_form(http).map_err(RevokeError::Form)?;
    let Shown { client, token } = load_shown(server, http, &parameters).await?;
    // RFC 7662 section 2.1: the endpoint is for those who can prove who they are.
    if client.client().is_public() {
        return Err(RevokeError::Client(ClientAuthError::Method));
    }
    let found = match token {
        PresentedToken::Nothing => None,
        PresentedToken::Refresh(credential) => {
            describe_refresh(server, &credential, &client.client().client_id).await?
        }
        PresentedToken::Access(bearer) => describe_access(server, &bearer).await?,
    };
    let own = found.filter(|it| it.client_id.as_deref() == Some(client.client().client_id.as_str()));
    Ok((client, own.unwrap_or_default()))
}

/// The user is named as to everything else that asks for this client: pairwise, where it is registered so.
async fn describe_access<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    bearer: &Bearer,
) -> Result<Option<Introspection>, Outage> {
    let subject = &bearer.subject;
    let standing = server.store.load_standing(subject).await?;
    if standing.verify(subject, bearer.issued_at, server.now()).is_err() {
        return Ok(None);
    }
    let acting = match (subject.user_id(), &standing.client) {
        (Some(user), Some(client)) => Some(subject_of(server, client, user).await?),
        _ => subject.client_id().map(ToString::to_string),
    };
    Ok(Some(Introspection {
        active: true,
        scope: Some(bearer.scopes.to_string()),
        token_type: Some(TokenType::of(bearer.key.as_ref())),
        cnf: bearer.key.as_ref().map(confirmation),
        exp: Some(bearer.expires_at.as_secs()),
        iat: Some(bearer.issued_at.as_secs()),
        sub: acting,
        aud: Some(bearer.audience.clone()),
        jti: subject.token_id.as_ref().map(ToString::to_string),
        ..about(server, subject)
    }))
}

/// A refresh token is active while it is the head of a live grant.
async fn describe_refresh<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    credential: &Credential,
    caller: &ClientId,
) -> Result<Option<Introspection>, Outage> {
    let tag = credential.tag(&*server.credential_keys().await?);
    let (Some(grant), Some(client)) = server.store.load_grant(credential.grant_id(), caller).await? else {
        return Ok(None);
    };
    let GrantState::Active(active) = &grant.state else { return Ok(None) };
    if grant.client_id != client.client_id {
        return Ok(None);
    }
    let Some(state) = &active.refresh else { return Ok(None) };
    let expires_at = state.idle_expires_at.min(grant.expires_at);
    let live = state.locate(&tag, server.now()) == Position::Head && server.now() < expires_at;
    let Some(subject) = grant.subject(&client).ok().filter(|_| live) else { return Ok(None) };
    let standing = server.store.load_standing(&subject).await?;
    if standing.verify(&subject, grant.created_at, server.now()).is_err() {
        return Ok(None);
    }
    if let Some(session) = grant.ends_with(&client)
        && server.store.has_ended(session).await?
    {
        return Ok(None);
    }
    Ok(Some(Introspection {
        active: true,
        scope: Some(grant.scopes.to_string()),
        exp: Some(expires_at.as_secs()),
        iat: Some(grant.created_at.as_secs()),
        sub: Some(subject_of(server, &client, &grant.user_id).await?),
        cnf: grant.sender.refresh_key.as_ref().map(confirmation),
        ..about(server, &subject)
    }))
}

/// RFC 9449 section 6.2.
fn confirmation(key: &Jkt) -> Cnf {
    Cnf { jkt: Some(key.as_str().to_owned()) }
}

fn about<S, V>(server: &Server<S, V>, subject: &Subject) -> Introspection {
    Introspection {
        client_id: subject.client_id().map(ToString::to_string),
        iss: Some(server.settings.issuer.to_string()),
        tenant: Some(subject.tenant_id.to_string()),
        act: subject.delegate().map(|client| Act { sub: client.to_string() }),
        connected_account_id: subject.account_id(),
        ..Introspection::default()
    }
}
