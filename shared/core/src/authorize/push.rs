//! `POST /oauth2/par` (RFC 9126): the client sends its request itself, and the browser carries a name for it only. The
//! checks are those of the authorization endpoint, made now.

use postern_jose::Vault;
use serde::Serialize;

use super::check::{Fault, verify};
use super::interaction::AuthorizationRequest;
use super::pushed::PushedRequest;
use crate::client::{self, Client, PresentedClient, authenticate};
use crate::credential::CredentialKeys;
use crate::dpop::{DPOP, ProofFault, Shown, verify_proof};
use crate::http::{Call, Method, Request, Response, StatusCode, preflight};
use crate::id::RequestId;
use crate::lifetime;
use crate::param::{ParameterError, Parameters};
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::store::{
    ClaimProofs, KeepDocuments, KeepTallies, LeaseTokens, LoadApis, LoadClients, LoadKeys, PushRequests,
    UseAssertions,
};
use crate::token::{TokenError, verify_rules};
use crate::wire::{ErrorCode, WireError};

/// What the endpoint needs of the store.
pub trait PushStore:
    ClaimProofs
    + KeepDocuments
    + KeepTallies
    + LeaseTokens
    + LoadApis
    + LoadClients
    + LoadKeys
    + PushRequests
    + UseAssertions
{
}
impl<T> PushStore for T where
    T: ClaimProofs
        + KeepDocuments
        + KeepTallies
        + LeaseTokens
        + LoadApis
        + LoadClients
        + LoadKeys
        + PushRequests
        + UseAssertions
{
}

/// RFC 9126 section 2.2.
#[derive(Serialize)]
struct Pushed {
    request_uri: String,
    expires_in: u64,
}

/// Why nothing is pushed.
enum PushError {
    /// As the token endpoint refuses: form, client, proof, faults of ours.
    Token(TokenError),
    /// The authorization request is refused (RFC 9126 section 2.3).
    Request(Fault),
}

/// Answers a push with 201 and a `request_uri`, or an error of RFC 9126 section 2.3.
pub async fn push<S: PushStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("POST");
    }
    // Boxed: its calls would lie in the caller's future.
    let answer = match Box::pin(answer(server, http)).await {
        Ok(pushed) => Response::of(StatusCode::CREATED, &pushed),
        Err(error) => error.response(&http.call),
    };
    answer.for_any_origin()
}

async fn answer<S: PushStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Result<Pushed, PushError> {
    let parameters = parse_form(http).map_err(TokenError::from)?;
    let presented = PresentedClient::parse(&http.headers, &parameters).map_err(TokenError::from)?;
    let keys = server.credential_keys().await.map_err(TokenError::from)?;
    let client =
        client::load_client(server, presented.client_id(), &http.call).await.map_err(TokenError::from)?;
    let authenticated = authenticate(server, presented, client, &keys, &http.call).await;
    let client = authenticated.map_err(TokenError::from)?;
    client::count_opening(server, client.client()).await.map_err(TokenError::from)?;
    let request = verify_request(server, &parameters, client.client()).await?;
    let request = bind(server, http, (client.client(), &keys), request).await?;
    server.verify_time_left(&http.call).map_err(TokenError::from)?;
    let pushed = PushedRequest {
        request_id: RequestId::generate(server.entropy.as_ref()),
        client_id: request.client_id.clone(),
        request,
        expires_at: server.now().plus(lifetime::PUSHED_REQUEST),
    };
    let _receipt = server.store.push_request(&pushed).await.map_err(TokenError::from)?;
    tracing::info!(event = "request_pushed", client_id = %pushed.client_id);
    Ok(Pushed { request_uri: pushed.request_uri(), expires_in: lifetime::PUSHED_REQUEST })
}

async fn verify_request<S: PushStore, V: Vault>(
    server: &Server<S, V>,
    parameters: &Parameters,
    client: &Client,
) -> Result<AuthorizationRequest, PushError> {
    // RFC 9126 section 2.1: no reference to another request.
    if parameters.get("request_uri")?.is_some() {
        return Err(Fault(ErrorCode::InvalidRequest, "A request_uri cannot be pushed.").into());
    }
    let presented = parameters.get("redirect_uri")?;
    if presented.is_none() && client.is_fapi() {
        return Err(ParameterError::Missing("redirect_uri").into());
    }
    let redirect = client.match_redirect(presented);
    let redirect = redirect.filter(|it| !client.is_fapi() || it.as_str().starts_with("https://"));
    let redirect = redirect.ok_or(Fault(ErrorCode::InvalidRequest, "The redirect_uri is not registered."))?;
    Ok(verify(server, parameters, client, &redirect).await.map_err(TokenError::from)??)
}

/// A proof that comes along binds the code as `dpop_jkt` does, and has to agree with it (RFC 9449 section 10.1). It keeps
/// to the rules for proofs at the token endpoint.
async fn bind<S: PushStore, V>(
    server: &Server<S, V>,
    http: &Request,
    (client, keys): (&Client, &CredentialKeys),
    mut request: AuthorizationRequest,
) -> Result<AuthorizationRequest, PushError> {
    let (uri, now) = (server.settings.issuer.url("/oauth2/par"), server.now());
    let shown = Shown { method: http.method.as_str(), uri: &uri, access_token: None, now };
    let values = http.headers.get_all(DPOP).iter().map(|value| value.to_str().unwrap_or_default());
    let proof = verify_proof(values, &shown, server.entropy.as_ref()).map_err(TokenError::from)?;
    let Some(proof) = proof else { return Ok(request) };
    verify_rules(server, &proof, client, keys)?;
    if request.sender.code_key.as_ref().is_some_and(|named| *named != proof.jkt) {
        return Err(TokenError::from(ProofFault::Key).into());
    }
    proof.claim(&server.store, now).await.map_err(TokenError::from)?.map_err(TokenError::from)?;
    request.sender.code_key = Some(proof.jkt);
    Ok(request)
}

impl PushError {
    fn response(&self, call: &Call) -> Response {
        match self {
            Self::Token(error) => {
                error.log(call);
                error.response()
            }
            Self::Request(Fault(code, description)) => {
                let invocation = call.invocation.as_str();
                tracing::info!(event = "push_refused", error = code.as_str(), description, invocation);
                WireError::bad_request(*code, description).response()
            }
        }
    }
}

impl From<TokenError> for PushError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<ParameterError> for PushError {
    fn from(error: ParameterError) -> Self {
        Self::Token(error.into())
    }
}

impl From<Fault> for PushError {
    fn from(fault: Fault) -> Self {
        Self::Request(fault)
    }
}
