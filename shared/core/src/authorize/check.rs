//! The checks of an authorization request, in order (RFC 6749 section 4.1.2.1, OAuth 2.1 section 4.1.1).
//!
//! Until the redirect URI is matched, every fault is a page and nothing is stored (A01, A02, A06). After that,
//! faults go to the client.

use postern_jose::Vault;

use super::AuthorizeStore;
use super::interaction::AuthorizationRequest;
use super::openid::{self, Terms};
use super::page::PageError;
use super::return_to::{Outbound, ReturnTo};
use crate::api::Target;
use crate::client::{self, Client, ClientKind, GrantType};
use crate::dpop::{Jkt, Sender};
use crate::http::Call;
use crate::id::ClientId;
use crate::outage::Outage;
use crate::param::{CodeChallenge, ParameterError, Parameters, RedirectMatched, ScopeSet};
use crate::server::Server;
use crate::store::{LoadApis, LoadKeys};
use crate::wire::ErrorCode;

/// Longest `state` and `nonce`, in bytes (A10).
const MAX_OPAQUE: usize = 2048;

/// What came of the checks.
pub(super) enum Checked {
    Request(Box<AuthorizationRequest>),
    /// What tells the client, which may be one that nobody has vouched for.
    Refused {
        outbound: Outbound,
        unverified: bool,
    },
}

/// A fault that the client is told of.
#[derive(Debug)]
pub(super) struct Fault(pub(super) ErrorCode, pub(super) &'static str);

pub(super) async fn check<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    parameters: &Parameters,
    call: &Call,
) -> Result<Checked, PageError> {
    let client = load_client(server, parameters, call).await?;
    let presented = parameters.get("redirect_uri").map_err(|_| PageError::RedirectUri)?;
    let redirect = client.match_redirect(presented).ok_or(PageError::RedirectUri)?;
    // A doubled `state` cannot be returned; the fault itself is reported below.
    let state = parameters.get("state").unwrap_or_default().filter(|state| state.len() <= MAX_OPAQUE);
    let return_to = ReturnTo::new(&redirect, state, &server.settings.issuer).ok_or(PageError::RedirectUri)?;
    let return_to = return_to.by(openid::response_mode(parameters, &redirect).unwrap_or_default());
    let verified = match verify(server, parameters, &client, &redirect).await? {
        Ok(_) if client.sender.must_push() => {
            Err(Fault(ErrorCode::InvalidRequest, "The client has to push its authorization requests."))
        }
        verified => verified,
    };
    Ok(match verified {
        Ok(request) => Checked::Request(Box::new(request)),
        Err(Fault(code, description)) => {
            tracing::info!(event = "authorization_refused", client_id = %client.client_id, error = code.as_str(), description);
            let unverified = client.registration.is_unverified();
            Checked::Refused { outbound: return_to.with_error(code, description), unverified }
        }
    })
}

/// Everything but the client and its redirect URI, whose faults are answered elsewhere.
pub(super) async fn verify<S: LoadApis + LoadKeys, V>(
    server: &Server<S, V>,
    parameters: &Parameters,
    client: &Client,
    redirect: &RedirectMatched,
) -> Result<Result<AuthorizationRequest, Fault>, Outage> {
    let hinted = openid::load_hint(server, parameters, client).await?;
    let apis = server.apis().await?;
    let target = apis.target(parameters.all("resource"), &server.settings.audience);
    Ok(verify_request(parameters, client, redirect, target, hinted))
}

/// The client that the parameters name: one that is switched on and has not expired.
pub(super) async fn load_client<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    parameters: &Parameters,
    call: &Call,
) -> Result<Client, PageError> {
    let id = parameters.require("client_id").map_err(|_| PageError::Client)?;
    let id = ClientId::parse(id).map_err(|_| PageError::Client)?;
    let client = client::load_client(server, &id, call).await?;
    client.filter(|client| client.is_live(server.now())).ok_or(PageError::Client)
}

fn verify_request(
    parameters: &Parameters,
    client: &Client,
    redirect: &RedirectMatched,
    target: Option<Target<'_>>,
    hinted: Result<Option<String>, Fault>,
) -> Result<AuthorizationRequest, Fault> {
    parameters.verify_unique()?;
    verify_response(parameters)?;
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err(Fault(
            ErrorCode::UnauthorizedClient,
            "The client may not use the authorization code grant.",
        ));
    }
    let code_challenge = verify_challenge(parameters, client)?;
    let target = target.ok_or(Fault(ErrorCode::InvalidTarget, "The resource is unknown."))?;
    let scopes = verify_scopes(parameters, client, target)?;
    let openid = openid::parse(parameters, Terms { client, scopes: &scopes, target, redirect, hinted })?;
    Ok(AuthorizationRequest {
        client_id: client.client_id.clone(),
        redirect_uri: redirect.as_str().to_owned(),
        state: opaque(parameters, "state")?,
        scopes,
        audience: target.audience.to_owned(),
        nonce: opaque(parameters, "nonce")?,
        code_challenge,
        connects: client.kind == ClientKind::Platform,
        unverified: client.registration.is_unverified(),
        sender: Sender { code_key: code_key(parameters)?, ..Sender::default() },
        device: None,
        openid,
    })
}

/// A08, A23: only the code flow, no request objects.
fn verify_response(parameters: &Parameters) -> Result<(), Fault> {
    if parameters.get("request")?.is_some() {
        return Err(Fault(ErrorCode::RequestNotSupported, "The parameter request is not supported."));
    }
    if parameters.get("request_uri")?.is_some() {
        return Err(Fault(ErrorCode::RequestUriNotSupported, "The parameter request_uri is not supported."));
    }
    if parameters.require("response_type")? != "code" {
        return Err(Fault(ErrorCode::UnsupportedResponseType, "The only response type is code."));
    }
    Ok(())
}

/// PKCE, which only a confidential client may leave out, and only if it is registered so (P01); never where it names a
/// resource, as every MCP client does. What is sent counts in any case.
fn verify_challenge(parameters: &Parameters, client: &Client) -> Result<Option<CodeChallenge>, Fault> {
    let is_required = client.requires_pkce() || !parameters.all("resource").is_empty();
    match (parameters.get("code_challenge")?, parameters.get("code_challenge_method")?) {
        (None, None) if !is_required => Ok(None),
        (challenge, method) => Ok(Some(CodeChallenge::parse(challenge, method)?)),
    }
}

fn verify_scopes(parameters: &Parameters, client: &Client, target: Target<'_>) -> Result<ScopeSet, Fault> {
    // Without a scope there is nothing to consent to; a default would widen by surprise (S04).
    let invalid =
        Fault(ErrorCode::InvalidScope, "The scope is missing, malformed or not allowed for the client.");
    let Some(text) = parameters.get("scope")? else { return Err(invalid) };
    match ScopeSet::parse(text) {
        Ok(scopes) if target.allows(client, &scopes) => Ok(scopes),
        Ok(_) | Err(_) => Err(invalid),
    }
}

/// The key that the code will be bound to (RFC 9449 section 10).
fn code_key(parameters: &Parameters) -> Result<Option<Jkt>, Fault> {
    const NAME: &str = "dpop_jkt";
    let key = parameters.get(NAME)?.map(Jkt::parse).transpose();
    key.map_err(|_| ParameterError::Malformed(NAME).into())
}

fn opaque(parameters: &Parameters, name: &'static str) -> Result<Option<String>, Fault> {
    match parameters.get(name)? {
        Some(text) if text.len() > MAX_OPAQUE => Err(ParameterError::Malformed(name).into()),
        text => Ok(text.map(str::to_owned)),
    }
}

impl From<ParameterError> for Fault {
    fn from(error: ParameterError) -> Self {
        match error {
            ParameterError::Missing("code_challenge")
            | ParameterError::Malformed("code_challenge_method") => {
                Self(ErrorCode::InvalidRequest, "PKCE is required: code_challenge with the method S256.")
            }
            _ => Self(ErrorCode::InvalidRequest, error.wire().description),
        }
    }
}
