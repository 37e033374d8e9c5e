//! What a client can be told to be.

use serde_json::Value;

use super::AdminStore;
use super::bound_form::BoundChanges;
use super::client_keys::{self, Authentication};
use super::client_rights::Rights;
use super::desk::Desk;
use super::openid_form::{self, OpenIdChanges};
use super::tenants::named;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::client::{Bound, Client, ClientKind, GrantType, SenderRules};
use crate::id::{ClientId, TenantId};
use crate::json_body::JsonBody;
use crate::limit::Limits;
use crate::network::{Networks, parse_listed};
use crate::param::RedirectUri;

/// Most redirect URIs of a client.
const MAX_REDIRECT_URIS: usize = 20;

/// The members that may come at creation and later.
pub(super) struct Changes {
    name: Option<String>,
    redirect_uris: Option<Vec<RedirectUri>>,
    grant_types: Option<Vec<GrantType>>,
    rights: Rights,
    networks: Option<Networks>,
    rotate_refresh_tokens: Option<bool>,
    limits: Option<Limits>,
    sender: Option<Value>,
    authentication: Authentication,
    openid: OpenIdChanges,
    bound: BoundChanges,
}

impl Changes {
    /// Takes them out of the body.
    pub(super) async fn read<S: AdminStore, V>(
        desk: &Desk<'_, S, V>,
        body: &mut JsonBody,
    ) -> Result<Self, ApiError> {
        Ok(Self {
            name: body.text("name")?.map(|text| named("name", &text)).transpose()?,
            redirect_uris: body
                .texts("redirect_uris")?
                .map(|texts| redirect_uris("redirect_uris", &texts))
                .transpose()?,
            grant_types: body.texts("grant_types")?.map(|texts| grant_types(&texts)).transpose()?,
            rights: Rights::read(desk, body).await?,
            networks: body.texts("networks")?.map(|texts| parse_listed(&texts)).transpose()?,
            rotate_refresh_tokens: body.flag("rotate_refresh_tokens")?,
            limits: limits(desk, body)?,
            sender: sender(body)?,
            authentication: Authentication::read(body)?,
            openid: OpenIdChanges::read(desk, body).await?,
            bound: BoundChanges::read(body)?,
        })
    }

    /// Makes them. What a client says of itself is bounded by them from then on.
    pub(super) fn apply(self, client: &mut Client) -> Result<(), ApiError> {
        self.bound.verify(client)?;
        let is_narrowed = self.redirect_uris.is_some() || self.grant_types.is_some();
        if client.registration.is_unverified() {
            let before = std::mem::take(&mut client.registration.bound);
            client.registration.bound = self.bounding(before);
        }
        client.name = self.name.unwrap_or_else(|| std::mem::take(&mut client.name));
        client.redirect_uris =
            self.redirect_uris.unwrap_or_else(|| std::mem::take(&mut client.redirect_uris));
        client.grant_types = self.grant_types.unwrap_or_else(|| std::mem::take(&mut client.grant_types));
        let before = std::mem::take(&mut client.entitlements);
        client.entitlements = self.rights.applied_to(before, client.registration.is_unverified());
        client.networks = self.networks.unwrap_or_else(|| std::mem::take(&mut client.networks));
        client.sender = self.sender.and_then(|it| client.sender.with(&it)).unwrap_or(client.sender);
        self.authentication.apply(client);
        client.limits = self.limits.unwrap_or(client.limits);
        self.openid.apply(&mut client.openid);
        client.rotate_refresh_tokens = self.rotate_refresh_tokens.unwrap_or(client.rotate_refresh_tokens);
        if client.registration.bound.named_apis {
            client.entitlements = std::mem::take(&mut client.entitlements).at_named_apis();
        }
        if is_narrowed && client.registration.is_unverified() {
            client.drop_addresses();
        }
        Ok(())
    }

    fn bounding(&self, before: Bound) -> Bound {
        let bound = self.bound.applied_to(before);
        Bound {
            redirect_uris: self.redirect_uris.clone().or(bound.redirect_uris),
            grant_types: self.grant_types.clone().or(bound.grant_types),
            openid: self.rights.openid().cloned().or(bound.openid),
            named_apis: bound.named_apis,
        }
    }
}

/// A client of the kind and tenant that the body names, with nothing else in it.
pub(super) async fn new_client<S: AdminStore, V>(
    desk: &Desk<'_, S, V>,
    body: &mut JsonBody,
) -> Result<Client, ApiError> {
    let kind = body.text("kind")?.ok_or_else(|| ApiError::of_field("kind", "It is required."))?;
    let kind: ClientKind = parse(&kind).ok_or_else(|| {
        ApiError::of_field("kind", "It must be `web`, `spa`, `native`, `service` or `platform`.")
    })?;
    if !desk.is_operator && kind != ClientKind::Service {
        let description = "Only operators register clients other than services of a tenant.";
        return Err(ApiError::new(ApiErrorCode::InsufficientRole, description).about("kind"));
    }
    let (tenant, home) = tenant(desk, body, kind).await?;
    let livemode = body.flag("livemode")?;
    if livemode.is_some() && livemode != home {
        let description = "It must be that of the client's tenant; a client without one has none.";
        return Err(ApiError::of_field("livemode", description));
    }
    let client = Client::blank(ClientId::generate(desk.server.entropy.as_ref()), kind);
    let livemode = home.unwrap_or(true);
    Ok(Client { tenant, grant_types: grants_of(kind).to_vec(), livemode, ..client })
}

/// Whether the parts fit each other.
pub(super) fn verify(client: &Client) -> Result<(), ApiError> {
    if client.name.is_empty() {
        return Err(ApiError::of_field("name", "It is required."));
    }
    let for_users = client.may_use(GrantType::AuthorizationCode);
    let fits =
        |it: &GrantType| grants_of(client.kind).contains(it) || further_grants_of(client.kind).contains(it);
    if !client.grant_types.iter().all(fits) {
        return Err(ApiError::of_field("grant_types", "One of them is not for this kind of client."));
    }
    let is_platform = client.kind == ClientKind::Platform;
    if for_users && client.redirect_uris.is_empty() && !is_platform {
        return Err(ApiError::of_field("redirect_uris", "It is required: where codes may be sent."));
    }
    if !for_users && !client.redirect_uris.is_empty() {
        return Err(ApiError::of_field("redirect_uris", "No code is ever sent to this kind of client."));
    }
    let acts_for_users = for_users || client.may_use(GrantType::DeviceCode);
    if !acts_for_users && client.entitlements.openid().contains("openid") {
        return Err(ApiError::of_field("scopes", "`openid` is for clients that act for users."));
    }
    client_keys::verify(client)?;
    openid_form::verify(client)
}

/// The tenant of a service or platform, and its mode.
async fn tenant<S: AdminStore, V>(
    desk: &Desk<'_, S, V>,
    body: &mut JsonBody,
    kind: ClientKind,
) -> Result<(Option<TenantId>, Option<bool>), ApiError> {
    let asked = body.text("tenant")?;
    let needs_one = matches!(kind, ClientKind::Service | ClientKind::Platform);
    let unknown = || ApiError::of_field("tenant", "There is no such tenant here.");
    let id = match (asked, needs_one) {
        (Some(_), false) => {
            return Err(ApiError::of_field("tenant", "Only a service or a platform has a tenant."));
        }
        (None, false) => return Ok((None, None)),
        (Some(text), true) => desk.tenant_id(&text).map_err(|_| unknown())?,
        (None, true) if desk.is_operator => {
            return Err(ApiError::of_field("tenant", "It is required: the tenant that it acts for."));
        }
        (None, true) => desk.caller.tenant_id.clone(),
    };
    let found = desk.server.store.read_tenant(&id).await?.ok_or_else(unknown)?;
    Ok((Some(id), Some(found.record.livemode)))
}

/// What a client of this kind may use only where it is said.
const fn further_grants_of(kind: ClientKind) -> &'static [GrantType] {
    match kind {
        ClientKind::Web => &[GrantType::DeviceCode, GrantType::TokenExchange],
        ClientKind::Spa | ClientKind::Native => &[GrantType::DeviceCode],
        ClientKind::Service => &[GrantType::TokenExchange],
        ClientKind::Platform => &[],
    }
}

/// What a client of this kind uses unless it is said.
const fn grants_of(kind: ClientKind) -> &'static [GrantType] {
    match kind {
        ClientKind::Web | ClientKind::Spa | ClientKind::Native => {
            &[GrantType::AuthorizationCode, GrantType::RefreshToken]
        }
        ClientKind::Service => &[GrantType::ClientCredentials],
        ClientKind::Platform => {
            &[GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials]
        }
    }
}

pub(super) fn redirect_uris(name: &'static str, texts: &[String]) -> Result<Vec<RedirectUri>, ApiError> {
    let uris: Option<Vec<_>> = texts.iter().map(|text| RedirectUri::register(text).ok()).collect();
    uris.filter(|uris| uris.len() <= MAX_REDIRECT_URIS).ok_or_else(|| {
        let description =
            "At most 20: `https`, `http` on a loopback host, or a scheme that holds a dot; no fragment.";
        ApiError::of_field(name, description)
    })
}

fn grant_types(texts: &[String]) -> Result<Vec<GrantType>, ApiError> {
    let types: Option<Vec<_>> = texts.iter().map(|text| parse(text)).collect();
    types.filter(|types| !types.is_empty() && types.len() <= 5).ok_or_else(|| {
        let description = "Each must be `authorization_code`, `refresh_token`, `client_credentials`, \
                           `urn:ietf:params:oauth:grant-type:device_code` or \
                           `urn:ietf:params:oauth:grant-type:token-exchange`.";
        ApiError::of_field("grant_types", description)
    })
}

/// The limits, which only operators set: whoever is limited does not lift it (R13).
fn limits<S, V>(desk: &Desk<'_, S, V>, body: &mut JsonBody) -> Result<Option<Limits>, ApiError> {
    let Some(value) = body.any("limits") else { return Ok(None) };
    desk.verify_operator()?;
    let limits = serde_json::from_value(value);
    limits.map(Some).map_err(|_| {
        let description = "Each of `api`, `per_account` and `token` must be \
                           `{\"per_minute\": 1 to 1000000, \"burst\": 1 to per_minute}`.";
        ApiError::of_field("limits", description)
    })
}

/// How the client shows that a request is its own; what is left out stays, which at first is off.
fn sender(body: &mut JsonBody) -> Result<Option<Value>, ApiError> {
    let Some(value) = body.any("sender") else { return Ok(None) };
    let sound = SenderRules::default().with(&value).is_some();
    let refused = || ApiError::of_field("sender", "It must be an object of known settings.");
    if sound { Ok(Some(value)) } else { Err(refused()) }
}

/// One of an enum's names.
fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(text.into()).ok()
}
