//! `POST /oauth2/device_authorization` (RFC 8628 section 3.1): a device asks for a code to show.

use postern_jose::Vault;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{TokenError, TokenStore, verify_may_use};
use crate::api::Target;
use crate::audit::network_of;
use crate::client::{Client, GrantType, PresentedClient, authenticate, count_opening, is_posterns_own};
use crate::credential::{Credential, CredentialKeys, Kind};
use crate::device::{Device, UserCode};
use crate::http::{Method, Request, Response, StatusCode, header, preflight};
use crate::id::GrantId;
use crate::lifetime;
use crate::outage::Outage;
use crate::param::{Parameters, ScopeSet};
use crate::posted_form::parse_form;
use crate::server::Server;

/// How often a code is drawn before we give up: one in five million is taken while 5,000 are in flight.
const MAX_DRAWS: u32 = 3;

/// RFC 8628 section 3.2.
#[derive(Serialize)]
struct DeviceResponse<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
}

/// Answers a device authorization request.
pub async fn authorize_device<S: TokenStore, V: Vault>(server: &Server<S, V>, http: &Request) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("POST");
    }
    match answer(server, http).await {
        Ok(body) => {
            let answer = Response::json(StatusCode::OK, body.to_string());
            answer.with(header::PRAGMA, "no-cache").for_any_origin()
        }
        Err(error) => {
            error.log(&http.call);
            error.response().for_any_origin()
        }
    }
}

async fn answer<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Zeroizing<String>, TokenError> {
    let parameters = parse_form(http)?;
    let presented = PresentedClient::parse(&http.headers, &parameters)?;
    let keys = server.credential_keys().await?;
    let client = server.client(presented.client_id()).await?;
    let authenticated = authenticate(server, presented, client, &keys, &http.call).await?;
    verify_may_use(&authenticated, GrantType::DeviceCode)?;
    count_opening(server, authenticated.client()).await?;
    let client = authenticated.client();
    let apis = server.apis().await?;
    let target = apis.target(parameters.all("resource"), &server.settings.audience);
    // Whoever is talked into typing a stranger's code shall not hand over the keys to everything else (RFC 8628 section 5.4).
    let target = target.filter(|target| !is_posterns_own(target.audience)).ok_or(TokenError::Target)?;
    let scopes = parse_scopes(&parameters, client, target)?;
    server.verify_time_left(&http.call)?;
    let (now, id) = (server.now(), GrantId::generate(server.entropy.as_ref()));
    let device_code = Credential::mint(Kind::DeviceCode, &id, 0, &keys, server.entropy.as_ref());
    let device = Device {
        id,
        client_id: client.client_id.clone(),
        scopes,
        audience: target.audience.to_owned(),
        code_tag: device_code.tag(&keys),
        asked_at: now,
        asked_from: http.call.source.map(network_of),
        expires_at: now.plus(lifetime::DEVICE),
        owner: None,
        decision: None,
        interval: lifetime::POLL_INTERVAL,
        polled_at: None,
    };
    let user_code = reserve_user_code(server, &device, &keys).await?;
    let _receipt = server.store.put_device(&device).await?;
    tracing::info!(event = "device_authorization_begun", client_id = %client.client_id, grant_id = %device.id);
    describe(server, &device_code, &user_code)
}

/// As at the authorization endpoint: without a scope there is nothing to consent to (S04).
fn parse_scopes(
    parameters: &Parameters,
    client: &Client,
    target: Target<'_>,
) -> Result<ScopeSet, TokenError> {
    let text = parameters.get("scope")?.ok_or(TokenError::Scope)?;
    let scopes = ScopeSet::parse(text).map_err(|_| TokenError::Scope)?;
    if target.allows(client, &scopes) { Ok(scopes) } else { Err(TokenError::Scope) }
}

/// A code that leads to this device and to no other.
async fn reserve_user_code<S: TokenStore, V>(
    server: &Server<S, V>,
    device: &Device,
    keys: &CredentialKeys,
) -> Result<UserCode, Outage> {
    for _ in 0..MAX_DRAWS {
        let code = UserCode::generate(server.entropy.as_ref());
        let (now, until) = (device.asked_at, device.expires_at);
        if server.store.reserve_user_code(&code.tag(keys), &device.id, now, until).await? {
            return Ok(code);
        }
    }
    Err(Outage::Unavailable("every user code that was drawn is taken".into()))
}

fn describe<S, V>(
    server: &Server<S, V>,
    device_code: &Credential,
    user_code: &UserCode,
) -> Result<Zeroizing<String>, TokenError> {
    let (page, user_code) = (server.settings.issuer.url("/oauth2/device"), user_code.to_string());
    let body = DeviceResponse {
        device_code: device_code.expose(),
        user_code: &user_code,
        verification_uri: &page,
        verification_uri_complete: format!("{page}?user_code={user_code}"),
        expires_in: lifetime::DEVICE,
        interval: lifetime::POLL_INTERVAL,
    };
    let text = serde_json::to_string(&body).map(Zeroizing::new);
    text.map_err(|error| Outage::Corrupt(format!("device response: {error}")).into())
}
