//! `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 sections 3.4 and 3.5): a device asks, again and
//! again, what came of its code.

use postern_jose::Vault;

use super::code::{Presentation, redeem_once};
use super::possession::Possession;
use super::request::DeviceRequest;
use super::{DeviceRefusal, GrantRefusal, TokenError, TokenStore, refuse_forgery, verify_may_use};
use crate::client::{AuthenticatedClient, GrantType, PresentedClient, authenticate, count_opening};
use crate::credential::{Credential, Kind, Tag};
use crate::device::{Decision, Device};
use crate::grant::GrantState;
use crate::http::Call;
use crate::lifetime;
use crate::server::Server;
use crate::store::Polled;

pub(super) async fn redeem_device<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    request: &DeviceRequest,
    (presented, possession): (PresentedClient, Possession),
    call: &Call,
) -> Result<String, TokenError> {
    let keys = server.credential_keys().await?;
    let Ok(code) = Credential::parse(Kind::DeviceCode, &request.device_code, &keys) else {
        return Err(refuse_forgery(server, presented, &keys, call).await);
    };
    let polled = server.store.load_polled(code.grant_id(), presented.client_id()).await?;
    let Polled { device, grant, client } = polled;
    let client = authenticate(server, presented, client, &keys, call).await?;
    verify_may_use(&client, GrantType::DeviceCode)?;
    let sender = possession.verify(server, client.client(), &keys)?;
    let tag = code.tag(&keys);
    let Some(grant) = grant else { return Err(refuse_pending(server, device, &client, &tag).await) };
    let presentation = Presentation::of_device(&grant, (client, sender), tag)?;
    if matches!(grant.state, GrantState::Code) && grant.code_expires_at <= server.now() {
        return Err(DeviceRefusal::Expired.into());
    }
    redeem_once(server, &grant, &presentation, &keys, call).await
}

/// Why there are no tokens while there is no grant (X02). That the client asked is written down.
async fn refuse_pending<S: TokenStore, V>(
    server: &Server<S, V>,
    device: Option<Device>,
    client: &AuthenticatedClient,
    tag: &Tag,
) -> TokenError {
    let now = server.now();
    // What is genuine and no longer there was swept.
    let Some(device) = device else { return DeviceRefusal::Expired.into() };
    if device.client_id != client.client().client_id {
        return GrantRefusal::OtherClient.into();
    }
    if device.code_tag != *tag {
        return GrantRefusal::OtherCode.into();
    }
    // Anybody gets such a code in a public client's name, and may ask without a pause.
    if let Err(limited) = count_opening(server, client.client()).await {
        return limited.into();
    }
    if device.decision == Some(Decision::Deny) {
        return DeviceRefusal::Denied.into();
    }
    if device.expires_at <= now {
        return DeviceRefusal::Expired.into();
    }
    // Clocks are read in whole seconds: who waits as told may seem to come one too early.
    let too_fast = device.polled_at.is_some_and(|at| now.plus(1) < at.plus(device.interval));
    let longer = if too_fast { lifetime::POLL_INTERVAL } else { 0 };
    let interval = device.interval.saturating_add(longer).min(lifetime::DEVICE);
    match server.store.mark_poll(&device.id, now, interval).await {
        Err(outage) => outage.into(),
        Ok(()) if too_fast => DeviceRefusal::TooFast.into(),
        Ok(()) => DeviceRefusal::Pending.into(),
    }
}
