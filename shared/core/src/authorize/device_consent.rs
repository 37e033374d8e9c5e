//! The consent page of a device: who asks, from where, and for what; the answer goes to the device by itself.

use askama::Template;
use postern_jose::Vault;

use super::consent::denial;
use super::interaction::{Interaction, expired_cookie};
use super::offer::{Offer, load_offers};
use super::page::{OWN_FORMS, PageError, TenantChoice, html, render};
use super::stranger::Stranger;
use super::{AuthorizeStore, device, invitations};
use crate::api::Catalogue;
use crate::audit::{Actor, Event, Kind, SeenNetworks};
use crate::client::Client;
use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Tag};
use crate::device::Device;
use crate::dpop::Sender;
use crate::grant::{Grant, GrantState};
use crate::http::{Call, Request, Response, StatusCode, header};
use crate::id::{GrantId, TenantId};
use crate::lifetime;
use crate::openid::{OpenIdGrant, OpenIdRequest};
use crate::param::{CodeChallenge, Parameters};
use crate::server::Server;
use crate::session::SignedIn;
use crate::store::{Opening, Owned};

#[derive(Template)]
#[template(path = "device_consent.html")]
struct DeviceConsentPage<'a> {
    client_name: &'a str,
    stranger: Option<Stranger>,
    email: &'a str,
    asked_from: &'a str,
    minutes_ago: u64,
    tenants: Vec<TenantChoice<'a>>,
    permissions: Vec<&'a str>,
    interaction: &'a str,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "device_done.html")]
struct DonePage {
    allowed: bool,
}

/// Who decides, in which browser, for which request.
#[derive(Clone, Copy)]
pub(super) struct Decider<'a> {
    pub(super) interaction: &'a Interaction,
    pub(super) signed_in: &'a SignedIn,
    pub(super) keys: &'a CredentialKeys,
}

/// Shows what the device asks for.
pub(super) async fn show<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    id: &GrantId,
    decider: Decider<'_>,
) -> Result<Response, PageError> {
    let Decider { interaction, signed_in, keys } = decider;
    let (device, _owner) = load_own_device(server, http, id, keys).await?;
    let client = load_client(server, &device).await?;
    let offers = load_offers(server, &interaction.request, signed_in).await?;
    if offers.is_empty() {
        return invitations::instead_of_consent(server, signed_in, &interaction.id).await;
    }
    if offers.iter().all(|offer| offer.scopes.is_empty()) {
        return Err(PageError::Tenant);
    }
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let catalogue = apis.get(&device.audience).map_or(&empty, |api| &api.catalogue);
    let choice = |offer: &'_ Offer| (offer.tenant.tenant_id.to_string(), offer.tenant.name.clone());
    let choices: Vec<(String, String)> = offers.iter().map(choice).collect();
    let page = DeviceConsentPage {
        client_name: &client.name,
        stranger: Stranger::of(&client),
        email: &signed_in.account.user.email,
        asked_from: device.asked_from.as_deref().unwrap_or_default(),
        minutes_ago: server.now().since(device.asked_at) / 60,
        tenants: choices.iter().map(|(id, name)| TenantChoice { id, name }).collect(),
        permissions: device.scopes.iter().map(|scope| catalogue.describe(scope)).collect(),
        interaction: interaction.id.as_str(),
        csrf: &interaction.form_token(keys, "consent", Some(&signed_in.session.tag)).to_string(),
    };
    Ok(html(StatusCode::OK, render(&page)?, OWN_FORMS))
}

/// Takes the answer. The form's token was verified.
pub(super) async fn submit<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    (id, form): (&GrantId, &Parameters),
    decider: Decider<'_>,
) -> Result<Response, PageError> {
    let (device, owner) = load_own_device(server, http, id, decider.keys).await?;
    let chosen = form.get("tenant").unwrap_or_default();
    let allowed = match form.get("decision").unwrap_or_default() {
        Some("allow") => {
            allow(server, &http.call, (&device, &owner), (chosen, decider)).await?;
            true
        }
        Some("deny") => {
            deny(server, &http.call, (&device, &owner), (chosen, decider)).await?;
            false
        }
        _ => return Err(PageError::Request),
    };
    let page = html(StatusCode::OK, render(&DonePage { allowed })?, OWN_FORMS);
    Ok(page.with(header::SET_COOKIE, expired_cookie(&server.settings.issuer, &decider.interaction.id)))
}

/// The device, if this very browser came with its code and nobody has refused (X03).
async fn load_own_device<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    id: &GrantId,
    keys: &CredentialKeys,
) -> Result<(Device, Tag), PageError> {
    let owner = device::owner(http, &server.settings.issuer, keys).ok_or(PageError::Interaction)?;
    let found = server.store.load_device(id).await?.ok_or(PageError::Interaction)?;
    if found.owner.as_ref() != Some(&owner) || found.expires_at <= server.now() {
        return Err(PageError::Interaction);
    }
    Ok((found, owner))
}

async fn load_client<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    device: &Device,
) -> Result<Client, PageError> {
    let client = server.client(&device.client_id).await?;
    client.filter(|client| client.is_live(server.now())).ok_or(PageError::Client)
}

/// Opens the grant whose code the device holds already. What was refused before stays so, and the other way round.
async fn allow<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    call: &Call,
    (device, owner): (&Device, &Tag),
    (chosen, decider): (Option<&str>, Decider<'_>),
) -> Result<(), PageError> {
    let client = load_client(server, device).await?;
    let offers = load_offers(server, &decider.interaction.request, decider.signed_in).await?;
    let tenant = chosen.and_then(|id| TenantId::parse(id).ok());
    // Only one's own, active tenants can be chosen (S01).
    let offer = offers.into_iter().find(|offer| Some(&offer.tenant.tenant_id) == tenant.as_ref());
    let offer = offer.filter(|offer| !offer.scopes.is_empty()).ok_or(PageError::Tenant)?;
    let now = server.now();
    let challenge = CodeChallenge::unmet(server.entropy.as_ref());
    let grant = grant(device, &offer, decider.signed_in, (challenge, call, now));
    let event = Event::new(Kind::ConsentGiven, Actor::User(grant.user_id.clone()), call, now)
        .about_grant(&grant, Some(&client))
        .with("scope", &grant.scopes)
        .with("audience", &grant.audience);
    match server.store.allow_device(&device.id, owner, now).await? {
        Owned::Committed(_receipt) => {}
        Owned::Refused => return Err(PageError::Interaction),
    }
    match server.store.open_grant(&grant, &event).await? {
        Opening::Opened(_receipt) => {}
        Opening::AlreadyOpen => return Err(PageError::Interaction),
    }
    tracing::info!(event = "consent_given", client_id = %grant.client_id, user_id = %grant.user_id, tenant = %grant.tenant_id, grant_id = %grant.id);
    Ok(())
}

fn grant(
    device: &Device,
    offer: &Offer,
    signed_in: &SignedIn,
    (code_challenge, call, now): (CodeChallenge, &Call, Timestamp),
) -> Grant {
    Grant {
        id: device.id.clone(),
        client_id: device.client_id.clone(),
        user_id: signed_in.account.user.user_id.clone(),
        tenant_id: offer.tenant.tenant_id.clone(),
        scopes: offer.scopes.clone(),
        audience: device.audience.clone(),
        redirect_uri: String::new(),
        code_challenge: Some(code_challenge),
        nonce: None,
        auth_time: signed_in.session.auth_time,
        created_at: now,
        expires_at: now.plus(lifetime::GRANT),
        code_tag: device.code_tag.clone(),
        // Whoever allows it in the last second leaves the device some time to ask.
        code_expires_at: device.expires_at.max(now.plus(lifetime::CODE)),
        changed_by: call.invocation.clone(),
        redeemed_by: None,
        sender: Sender::default(),
        networks: SeenNetworks::default(),
        openid: OpenIdGrant::of(&OpenIdRequest::default()),
        state: GrantState::Code,
    }
}

async fn deny<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    call: &Call,
    (device, owner): (&Device, &Tag),
    (chosen, decider): (Option<&str>, Decider<'_>),
) -> Result<(), PageError> {
    let now = server.now();
    let event = denial(decider.interaction, decider.signed_in, chosen, call, now);
    match server.store.deny_device(&device.id, owner, now, &event).await? {
        Owned::Committed(_receipt) => {}
        Owned::Refused => return Err(PageError::Interaction),
    }
    tracing::info!(event = "consent_denied", client_id = %device.client_id);
    Ok(())
}
