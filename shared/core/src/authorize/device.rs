//! `/oauth2/device` (RFC 8628 section 3.3): where somebody types the code that their device shows.
//!
//! The browser that comes with a code first owns it: no other browser gets any further with it (X03). A code that came
//! by a link is confirmed like one that was typed: whoever sent the link may hold the device (RFC 8628 section 5.4).

use postern_jose::{Vault, base64url};
use zeroize::Zeroizing;

use super::guard::{verify_form_token, verify_own_origin};
use super::interaction::{AuthorizationRequest, Interaction, cookie_name as interaction_cookie};
use super::page::{DevicePage, PageError};
use super::throttle::Throttle;
use super::{AuthorizeStore, resume};
use crate::client::Client;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::device::{Device, UserCode};
use crate::dpop::Sender;
use crate::entropy::random;
use crate::http::{Request, Response, StatusCode, header};
use crate::lifetime;
use crate::openid::OpenIdRequest;
use crate::param::{CodeChallenge, Parameters};
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::session::set_cookie;
use crate::settings::Issuer;
use crate::store::Owned;

/// Shows the form, with the code of a link in it.
pub(super) async fn show<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let query = Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?;
    let code = query.get("user_code").unwrap_or_default().and_then(UserCode::parse);
    let shown = code.map(|code| code.to_string()).unwrap_or_default();
    let issuer = &server.settings.issuer;
    if let Some(owner) = owner(http, issuer, &keys) {
        return render(&owner, &keys, &shown, StatusCode::OK);
    }
    let secret = Zeroizing::new(base64url::encode(*Zeroizing::new(random::<32>(server.entropy.as_ref()))));
    let page = render(&tag(&secret, &keys), &keys, &shown, StatusCode::OK)?;
    Ok(page.with(header::SET_COOKIE, set_cookie(cookie_name(issuer), &secret, issuer)))
}

/// Takes the code, and goes on to login and consent.
pub(super) async fn submit<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let form = parse_form(http).map_err(PageError::Form)?;
    verify_own_origin(http, &server.settings.issuer)?;
    let keys = server.credential_keys().await?;
    let owner = owner(http, &server.settings.issuer, &keys).ok_or(PageError::Forgery)?;
    verify_form_token(&form, &form_token(&owner, &keys))?;
    let now = server.now();
    let throttle = Throttle::of_user_codes(&owner, http.call.source, &keys, now);
    throttle.charge(&server.store, now).await?.map_err(PageError::Throttled)?;
    let typed = form.get("user_code").unwrap_or_default().and_then(UserCode::parse);
    let Some(device) = claim(server, typed.as_ref(), &owner, &keys).await? else {
        return render(&owner, &keys, "", StatusCode::BAD_REQUEST);
    };
    throttle.refund(&server.store).await?;
    let client = server.client(&device.client_id).await?.ok_or(PageError::Client)?;
    let request = request((device, &client), server);
    let (interaction, cookie) = Interaction::begin(request, &keys, server.entropy.as_ref(), now);
    let _receipt = server.store.put_interaction(&interaction).await?;
    let issuer = &server.settings.issuer;
    let cookie = set_cookie(&interaction_cookie(issuer, &interaction.id), &cookie, issuer);
    let next = Response::see_other(&resume::url(server, &interaction.id));
    Ok(next.with(header::SET_COOKIE, format!("{cookie}; Max-Age={}", lifetime::INTERACTION)))
}

/// The device that a code leads to, now this browser's. One answer for all codes that lead nowhere: unknown, expired,
/// decided, or another browser's (X01, X03).
async fn claim<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    typed: Option<&UserCode>,
    owner: &Tag,
    keys: &CredentialKeys,
) -> Result<Option<Device>, PageError> {
    let Some(code) = typed else { return Ok(None) };
    let now = server.now();
    let found = server.store.find_device(&code.tag(keys)).await?;
    let Some(device) = found.filter(|device| device.is_undecided(now)) else { return Ok(None) };
    match server.store.claim_device(&device.id, owner, now).await? {
        Owned::Committed(_receipt) => Ok(Some(device)),
        Owned::Refused => {
            tracing::warn!(event = "device_claim_refused", client_id = %device.client_id, grant_id = %device.id);
            Ok(None)
        }
    }
}

/// A request in flight without a way back: the answer goes to whoever holds the device code.
fn request<S, V>((device, client): (Device, &Client), server: &Server<S, V>) -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: device.client_id,
        redirect_uri: String::new(),
        state: None,
        scopes: device.scopes,
        audience: device.audience,
        nonce: None,
        code_challenge: Some(CodeChallenge::unmet(server.entropy.as_ref())),
        connects: false,
        unverified: client.registration.is_unverified(),
        device: Some(device.id),
        sender: Sender::default(),
        openid: OpenIdRequest { max_age: client.openid.default_max_age, ..OpenIdRequest::default() },
    }
}

/// The tag of the browser that a request comes from; `None` where it has no cookie of ours.
pub(super) fn owner(http: &Request, issuer: &Issuer, keys: &CredentialKeys) -> Option<Tag> {
    http.cookie(cookie_name(issuer)).map(|secret| tag(secret, keys))
}

fn tag(secret: &str, keys: &CredentialKeys) -> Tag {
    keys.tag(Purpose::DeviceOwner, &[secret.as_bytes()])
}

/// The token in this browser's form (A19).
fn form_token(owner: &Tag, keys: &CredentialKeys) -> Tag {
    keys.tag(Purpose::Csrf, &[b"device", owner.as_bytes()])
}

fn render(owner: &Tag, keys: &CredentialKeys, code: &str, status: StatusCode) -> Result<Response, PageError> {
    let csrf = form_token(owner, keys).to_string();
    DevicePage { code, csrf: &csrf, failed: status != StatusCode::OK }.response(status)
}

/// Lives as long as the browser; see [`crate::session`] for the prefix.
const fn cookie_name(issuer: &Issuer) -> &'static str {
    if issuer.is_secure() { "__Host-device" } else { "device" }
}
