//! `POST /oauth2/token` and `POST /oauth2/refresh`: the token endpoint (RFC 6749 section 3.2).
//!
//! The order of every leg: parse, load, verify all, sign, commit, release. A fault before the commit changes
//! nothing; after it nothing can fail but delivery.

mod client_credentials;
mod code;
mod connection;
mod device;
mod device_authorization;
mod error;
mod exchange;
mod in_use;
mod issue;
mod possession;
mod refresh;
mod request;
mod standing;
mod unusual;

pub use device_authorization::authorize_device;
pub use error::{DeviceRefusal, ExchangeRefusal, GrantRefusal, TokenError};
pub(crate) use possession::verify_rules;

use postern_jose::Vault;

use crate::api::same_resource;
use crate::client::{AuthenticatedClient, GrantType, PresentedClient, authenticate};
use crate::credential::CredentialKeys;
use crate::grant::Grant;
use crate::http::{Call, Method, Request, Response, StatusCode, header, preflight};
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::store::{
    BeginDevices, ClaimProofs, Connect, KeepClients, KeepTallies, LeaseTokens, LoadApis, LoadClients,
    LoadGrants, LoadKeys, LoadLogouts, LoadStanding, LoadTenants, PollDevices, RecordEvents, RedeemCodes,
    RevokeGrants, RotateTokens, UseAssertions,
};
use possession::Possession;
use request::TokenRequest;

/// Through which door a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `/oauth2/token`: every grant type.
    Token,
    /// `/oauth2/refresh`: the refresh grant alone, throttled apart.
    Refresh,
}

impl Door {
    /// Its path.
    const fn path(self) -> &'static str {
        match self {
            Self::Token => "/oauth2/token",
            Self::Refresh => "/oauth2/refresh",
        }
    }
}

/// What the token endpoint needs of the store.
pub trait TokenStore:
    BeginDevices
    + ClaimProofs
    + Connect
    + KeepClients
    + KeepTallies
    + LeaseTokens
    + LoadApis
    + LoadClients
    + LoadGrants
    + LoadKeys
    + LoadLogouts
    + LoadStanding
    + LoadTenants
    + PollDevices
    + RecordEvents
    + RedeemCodes
    + RevokeGrants
    + RotateTokens
    + UseAssertions
{
}

impl<T> TokenStore for T where
    T: BeginDevices
        + ClaimProofs
        + Connect
        + KeepClients
        + KeepTallies
        + LeaseTokens
        + LoadApis
        + LoadClients
        + LoadGrants
        + LoadKeys
        + LoadLogouts
        + LoadStanding
        + LoadTenants
        + PollDevices
        + RecordEvents
        + RedeemCodes
        + RevokeGrants
        + RotateTokens
        + UseAssertions
{
}

/// Answers a token request.
pub async fn handle<S: TokenStore, V: Vault>(server: &Server<S, V>, http: &Request, door: Door) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("POST");
    }
    // Boxed: every leg's calls would lie in the caller's future.
    match Box::pin(answer(server, http, door)).await {
        Ok(body) => Response::json(StatusCode::OK, body).with(header::PRAGMA, "no-cache").for_any_origin(),
        Err(error) => {
            error.log(&http.call);
            error.response().for_any_origin()
        }
    }
}

async fn answer<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    door: Door,
) -> Result<String, TokenError> {
    let parameters = parse_form(http)?;
    let presented = PresentedClient::parse(&http.headers, &parameters)?;
    let possession = Possession::parse(server, http, door)?;
    let request = TokenRequest::parse(&parameters)?;
    let client_id = presented.client_id().clone();
    let presented = (presented, possession);
    let answer = match (request, door) {
        (TokenRequest::RefreshToken(request), _) => {
            refresh::refresh(server, &request, presented, &http.call).await
        }
        (TokenRequest::AuthorizationCode(request), Door::Token) => {
            code::exchange(server, &request, presented, &http.call).await
        }
        (TokenRequest::ClientCredentials(request), Door::Token) => {
            client_credentials::grant(server, &request, presented, &http.call).await
        }
        (TokenRequest::DeviceCode(request), Door::Token) => {
            // Boxed: every request would carry the largest of these futures.
            Box::pin(device::redeem_device(server, &request, presented, &http.call)).await
        }
        (TokenRequest::TokenExchange(request), Door::Token) => {
            Box::pin(exchange::exchange(server, &request, presented, &http.call)).await
        }
        (_, Door::Refresh) => Err(TokenError::UnsupportedGrantType),
    };
    if let Err(error) = &answer {
        unusual::note_refusal(server, &client_id, error).await;
    }
    answer
}

/// [`TokenError::UnauthorizedClient`] unless the client is registered for the grant type (T12).
fn verify_may_use(client: &AuthenticatedClient, grant_type: GrantType) -> Result<(), TokenError> {
    if client.client().may_use(grant_type) { Ok(()) } else { Err(TokenError::UnauthorizedClient) }
}

/// RFC 8707 section 2.2: of the resources that the authorization named, here one, a request may name a part.
async fn verify_resources<S: TokenStore, V>(
    server: &Server<S, V>,
    resources: &[String],
    grant: &Grant,
) -> Result<(), TokenError> {
    if resources.iter().all(|resource| same_resource(resource, &grant.audience)) {
        return Ok(());
    }
    let apis = server.apis().await?;
    let api = apis.get(&grant.audience).ok_or(TokenError::Target)?;
    if resources.iter().all(|resource| api.is_named(resource)) { Ok(()) } else { Err(TokenError::Target) }
}

/// A text that we never issued: the client still has to authenticate, and no grant is read or changed (R05).
async fn refuse_forgery<S: TokenStore, V>(
    server: &Server<S, V>,
    presented: PresentedClient,
    keys: &CredentialKeys,
    call: &Call,
) -> TokenError {
    match server.client(presented.client_id()).await {
        Err(outage) => outage.into(),
        Ok(client) => match authenticate(server, presented, client, keys, call).await {
            Err(error) => error.into(),
            Ok(_) => GrantRefusal::NotGenuine.into(),
        },
    }
}
