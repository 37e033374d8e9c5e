//! `/admin/v1/clients`. Operators register every kind; a tenant's administrators the services of their own tenant (R6).

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::bound_form::{self, BoundView};
use super::client_form::{self, Changes};
use super::client_keys::AuthenticationView;
use super::client_rights::RightsView;
use super::desk::{Desk, committed};
use super::openid_form::{self, OpenIdView};
use super::profile_form;
use crate::api_error::ApiError;
use crate::audit::{Event, Kind};
use crate::client::{Client, ClientKind, ClientSecret, DocumentUrl, GrantType, SenderRules};
use crate::http::{Response, StatusCode};
use crate::id::{ClientId, TenantId};
use crate::json_body::JsonBody;
use crate::limit::Limits;
use crate::network::Networks;
use crate::param::RedirectUri;
use crate::query::parameter;
use crate::store::Versioned;

const LIST: &str = "clients";

/// A client as administrators see it.
#[derive(Serialize)]
pub(super) struct ClientView<'a> {
    client_id: &'a ClientId,
    name: &'a str,
    kind: ClientKind,
    tenant: Option<&'a TenantId>,
    redirect_uris: &'a [RedirectUri],
    grant_types: &'a [GrantType],
    #[serde(flatten)]
    rights: RightsView<'a>,
    secrets: Vec<String>,
    rotate_refresh_tokens: bool,
    active: bool,
    networks: &'a Networks,
    livemode: bool,
    limits: &'a Limits,
    sender: SenderRules,
    #[serde(flatten)]
    authentication: AuthenticationView<'a>,
    #[serde(flatten)]
    openid: OpenIdView,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<BoundView<'a>>,
}

/// A client that was just made, with its secret, which is shown this once.
#[derive(Serialize)]
struct Registered<'a> {
    #[serde(flatten)]
    client: ClientView<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
}

/// `default` is the audience that no request needs to name.
fn view<'a>(client: &'a Client, default: &str) -> ClientView<'a> {
    ClientView {
        client_id: &client.client_id,
        name: &client.name,
        kind: client.kind,
        tenant: client.tenant.as_ref(),
        redirect_uris: &client.redirect_uris,
        grant_types: &client.grant_types,
        rights: RightsView::of(client, default),
        secrets: client.secrets.iter().map(ClientSecret::id).collect(),
        rotate_refresh_tokens: client.rotates(),
        active: client.active,
        networks: &client.networks,
        livemode: client.livemode,
        limits: &client.limits,
        sender: client.sender,
        authentication: AuthenticationView::of(client),
        openid: openid_form::view(client),
        bound: bound_form::view(client),
    }
}

pub(super) async fn list<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    let query = desk.query()?;
    let asked = parameter(&query, "tenant")?.map(|text| desk.tenant_id(text)).transpose()?;
    let own = (!desk.is_operator).then(|| desk.caller.tenant_id.clone());
    let tenant = asked.or(own);
    let list = tenant.as_ref().map_or_else(|| LIST.to_owned(), |tenant| format!("{LIST}/{tenant}"));
    let part = desk.part(&list).await?;
    let mut found = desk.server.store.list_clients(tenant.as_ref(), part.window()).await?;
    found.items.retain(|client| may_manage(desk, client));
    desk.page(&list, &found, |client| view(client, default(desk))).await
}

pub(super) async fn show<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    id: &str,
) -> Result<Response, ApiError> {
    Ok(Response::of(StatusCode::OK, &view(&load(desk, id).await?.record, default(desk))))
}

pub(super) async fn create<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    let mut body = JsonBody::parse(desk.http)?;
    let mut client = client_form::new_client(desk, &mut body).await?;
    let changes = Changes::read(desk, &mut body).await?;
    body.finish()?;
    changes.apply(&mut client)?;
    client_form::verify(&client)?;
    profile_form::verify(desk, &client).await?;
    let mut shown = None;
    if client.has_secret() {
        let keys = desk.server.credential_keys().await?;
        let (text, secret) = ClientSecret::generate(&client.client_id, &keys, desk.server.entropy.as_ref());
        client.secrets.push(secret);
        shown = Some(text);
    }
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::ClientCreated), &client);
    committed(desk.server.store.write_client(&client, None, &event).await?)?;
    let client_secret = shown.as_ref().map(|text| text.as_str());
    Ok(Response::of(StatusCode::CREATED, &Registered { client: view(&client, default(desk)), client_secret }))
}

pub(super) async fn change<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    id: &str,
) -> Result<Response, ApiError> {
    let found = load(desk, id).await?;
    let mut client = found.record.clone();
    let mut body = JsonBody::parse(desk.http)?;
    let names = body.names();
    if let Some(active) = body.flag("active")? {
        if client.active && !active {
            client.not_before = desk.server.now().plus(1);
        }
        client.active = active;
    }
    let changes = Changes::read(desk, &mut body).await?;
    body.finish()?;
    changes.apply(&mut client)?;
    // Whatever rules a client keeps to by now, it can be switched off.
    if client.active || names != "active" {
        client_form::verify(&client)?;
        profile_form::verify(desk, &client).await?;
    }
    // What is as it was is neither written nor told of.
    if client != found.record {
        desk.verify_time_left()?;
        let event = about(desk.event(Kind::ClientChanged), &client).with("active", &client.active);
        let event = event.with("changed", &names);
        committed(desk.server.store.write_client(&client, Some(found.version), &event).await?)?;
    }
    Ok(Response::of(StatusCode::OK, &view(&client, default(desk))))
}

/// Removes a client for good: its tokens are void, and nobody gets its identifier again.
pub(super) async fn remove<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    id: &str,
) -> Result<Response, ApiError> {
    let found = load(desk, id).await?;
    let mut client = found.record;
    client.active = false;
    client.not_before = desk.server.now().plus(1);
    client.secrets.clear();
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::ClientRemoved), &client);
    committed(desk.server.store.remove_client(&client, Some(found.version), &event).await?)?;
    Ok(super::done())
}

/// The client that a path names, if the caller may manage it.
pub(super) async fn load<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    id: &str,
) -> Result<Versioned<Client>, ApiError> {
    let id = match DocumentUrl::of_segment(id) {
        Some(url) => url.id().clone(),
        None => ClientId::parse(id).map_err(|_| ApiError::NOT_FOUND)?,
    };
    let found = desk.server.store.read_client(&id).await?;
    found.filter(|found| may_manage(desk, &found.record)).ok_or(ApiError::NOT_FOUND)
}

/// An event about this client.
pub(super) fn about(event: Event, client: &Client) -> Event {
    let event = event.with_client(&client.client_id);
    match &client.tenant {
        Some(tenant) => event.in_tenant(tenant),
        None => event,
    }
}

fn default<'d, S, V>(desk: &Desk<'d, S, V>) -> &'d str {
    &desk.server.settings.audience
}

fn may_manage<S, V>(desk: &Desk<'_, S, V>, client: &Client) -> bool {
    let own = client.tenant.as_ref() == Some(&desk.caller.tenant_id);
    desk.is_operator || (own && client.kind == ClientKind::Service)
}
