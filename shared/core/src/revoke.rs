//! `POST /oauth2/revoke` (RFC 7009).

mod introspect;
mod presented;

pub use introspect::handle as introspect;

use postern_jose::Vault;

use crate::client::{AuthenticatedClient, ClientAuthError, PresentedClient};
use crate::credential::CredentialKeys;
use crate::grant::{Revocation, RevocationReason};
use crate::http::{Call, Method, Request, Response, StatusCode, header, preflight};
use crate::keys::Keys;
use crate::outage::Outage;
use crate::param::Parameters;
use crate::posted_form::{FormError, parse_form};
use crate::server::Server;
use crate::store::{LoadClients, LoadGrants, LoadKeys, LoadStanding, RevokeGrants, RevokeTokens};
use crate::token::TokenError;
use crate::wire::{ErrorCode, WireError};
use presented::PresentedToken;

/// What both endpoints need of the store.
pub trait RevokeStore:
    LoadClients + LoadGrants + LoadKeys + LoadStanding + RevokeGrants + RevokeTokens
{
}
impl<T: LoadClients + LoadGrants + LoadKeys + LoadStanding + RevokeGrants + RevokeTokens> RevokeStore for T {}

/// Why a revocation or an introspection is refused.
enum RevokeError {
    Form(FormError),
    Client(ClientAuthError),
    /// The token is another client's: refused, and nothing happens to it (RFC 7009 section 2.1; V02).
    OtherClient,
    Outage(Outage),
}

/// A client that authenticated, and the token that it shows.
struct Shown {
    client: AuthenticatedClient,
    token: PresentedToken,
}

/// Revokes a token. A refresh token takes its whole grant with it, an access token only itself.
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
    let shown = read(server, http).await?;
    let client_id = &shown.client.client().client_id;
    match shown.token {
        PresentedToken::Nothing => Ok(()),
        PresentedToken::Refresh(credential) => {
            let (grant, _) = server.store.load_grant(credential.grant_id(), client_id).await?;
            let Some(grant) = grant else { return Ok(()) };
            if grant.client_id != *client_id {
                return Err(RevokeError::OtherClient);
            }
            let revocation = Revocation { at: server.now(), reason: RevocationReason::RevokedByClient };
            let _receipt = server.store.revoke_grant(&grant.id, revocation, &http.call.invocation).await?;
            tracing::info!(event = "grant_revoked", %client_id, grant_id = %grant.id);
            Ok(())
        }
        PresentedToken::Access(bearer) => {
            if bearer.subject.client_id != *client_id {
                return Err(RevokeError::OtherClient);
            }
            if let Some(id) = &bearer.subject.token_id {
                let _receipt = server.store.revoke_token(id, bearer.expires_at).await?;
                tracing::info!(event = "token_revoked", %client_id, token_id = %id);
            }
            Ok(())
        }
    }
}

/// Reads and authenticates a request of either endpoint. `token_type_hint` is not needed: the text tells (V05).
async fn read<S: RevokeStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Result<Shown, RevokeError> {
    let parameters = parse_form(http).map_err(RevokeError::Form)?;
    let client = authenticate(server, http, &parameters).await?;
    let text = parameters.require("token").map_err(|error| RevokeError::Form(FormError::Parameter(error)))?;
    let (keys, credential_keys): (_, _) = (server.keys().await?, server.credential_keys().await?);
    let token = classify(server, text, &keys, &credential_keys);
    Ok(Shown { client, token })
}

async fn authenticate<S: RevokeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    parameters: &Parameters,
) -> Result<AuthenticatedClient, RevokeError> {
    let presented = PresentedClient::parse(&http.headers, parameters).map_err(RevokeError::Client)?;
    let keys = server.credential_keys().await?;
    let client = server.store.load_client(presented.client_id()).await?;
    presented.verify(client, &keys, server.now()).map_err(RevokeError::Client)
}

fn classify<S, V>(
    server: &Server<S, V>,
    text: &str,
    keys: &Keys,
    credential_keys: &CredentialKeys,
) -> PresentedToken {
    PresentedToken::parse(text, keys, credential_keys, &server.settings.issuer, server.now())
}

impl RevokeError {
    fn response(&self, call: &Call) -> Response {
        let invocation = call.invocation.as_str();
        match self {
            Self::Form(error) => error.response(),
            Self::Client(error) => TokenError::Client(*error).response(),
            Self::OtherClient => {
                tracing::warn!(event = "revocation_refused", reason = "other client", invocation);
                WireError::bad_request(ErrorCode::InvalidGrant, "The token was issued to another client.")
                    .response()
            }
            Self::Outage(outage) => {
                tracing::error!(event = "revocation_outage", %outage, invocation);
                outage.wire().response()
            }
        }
    }
}

impl From<Outage> for RevokeError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
