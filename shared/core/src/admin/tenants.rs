//! `/admin/v1/tenants`.

use std::collections::BTreeMap;

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::desk::{Desk, committed};
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::{Event, Kind};
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::id::TenantId;
use crate::json_body::JsonBody;
use crate::label::parse_plain_label;
use crate::store::{Listing, Versioned};
use crate::tenant::Tenant;

const LIST: &str = "tenants";
/// Longest host, in bytes (RFC 1035 section 2.3.4), with a port.
const LONGEST_DOMAIN: usize = 259;

/// The longest life of a personal access token that a tenant may allow.
const MAX_PAT_DAYS: u32 = 365;
/// The longest that a tenant's audit log is kept: ten years.
const MAX_AUDIT_DAYS: u32 = 3_653;

/// A tenant as administrators see it.
#[expect(clippy::struct_excessive_bools, reason = "as in the tenant itself")]
#[derive(Serialize)]
pub(super) struct TenantView<'a> {
    id: &'a TenantId,
    name: &'a str,
    active: bool,
    livemode: bool,
    operator: bool,
    roles: &'a BTreeMap<String, Vec<String>>,
    features: Option<&'a [String]>,
    api_domain: Option<&'a str>,
    pat_max_days: u32,
    unverified_clients: bool,
    audit_days: Option<u32>,
}

pub(super) fn view(tenant: &Tenant) -> TenantView<'_> {
    TenantView {
        id: &tenant.tenant_id,
        name: &tenant.name,
        active: tenant.active,
        livemode: tenant.livemode,
        operator: tenant.operator,
        roles: &tenant.roles,
        features: tenant.features.as_deref(),
        api_domain: tenant.api_domain.as_deref(),
        pat_max_days: tenant.pat_max_days,
        unverified_clients: tenant.unverified_clients,
        audit_days: tenant.audit_days,
    }
}

pub(super) async fn list<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    let part = desk.part(LIST).await?;
    let found = if desk.is_operator {
        desk.server.store.list_tenants(part.window()).await?
    } else {
        let own = desk.server.store.read_tenant(&desk.caller.tenant_id).await?;
        Listing { items: own.into_iter().map(|own| own.record).collect(), next: None }
    };
    desk.page(LIST, &found, view).await
}

pub(super) async fn show<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
) -> Result<Response, ApiError> {
    Ok(Response::of(StatusCode::OK, &view(&desk.tenant(tenant).await?.record)))
}

pub(super) async fn create<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    desk.verify_operator()?;
    let mut body = JsonBody::parse(desk.http)?;
    let name = name(&mut body)?.ok_or_else(|| ApiError::of_field("name", "It is required."))?;
    let owner = BTreeMap::from([("owner".to_owned(), vec!["*".to_owned()])]);
    let id = TenantId::generate(desk.server.entropy.as_ref());
    let mut tenant = Tenant::new(id, name, owner, desk.server.now());
    tenant.livemode = body.flag("livemode")?.unwrap_or(true);
    read_policy(&mut body, &mut tenant)?;
    read_settings(desk, &mut body, &mut tenant).await?;
    body.finish()?;
    desk.verify_time_left()?;
    let event = desk.event(Kind::TenantCreated).in_tenant(&tenant.tenant_id);
    committed(desk.server.store.write_tenant(&tenant, None, &event).await?)?;
    Ok(Response::of(StatusCode::CREATED, &view(&tenant)))
}

pub(super) async fn change<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
) -> Result<Response, ApiError> {
    let found = desk.tenant(tenant).await?;
    let mut tenant = found.record.clone();
    let mut body = JsonBody::parse(desk.http)?;
    let names = body.names();
    if let Some(name) = name(&mut body)? {
        tenant.name = name;
    }
    read_policy(&mut body, &mut tenant)?;
    if desk.is_operator {
        read_settings(desk, &mut body, &mut tenant).await?;
    }
    // What only operators decide is unknown to everybody else.
    body.finish()?;
    let event = desk.event(Kind::TenantChanged).with("changed", &names);
    write(desk, &found, &tenant, event).await
}

/// Writes a tenant over the state that was seen, and shows it. What is as it was is neither written nor told of.
pub(super) async fn write<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    seen: &Versioned<Tenant>,
    tenant: &Tenant,
    event: Event,
) -> Result<Response, ApiError> {
    if *tenant != seen.record {
        desk.verify_time_left()?;
        let event = event.in_tenant(&tenant.tenant_id);
        committed(desk.server.store.write_tenant(tenant, Some(seen.version), &event).await?)?;
    }
    Ok(Response::of(StatusCode::OK, &view(tenant)))
}

/// Suspends a tenant or lets it back in. What was issued for it stays issued: it serves again when the tenant does.
pub(super) async fn set_active<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    active: bool,
) -> Result<Response, ApiError> {
    let found = desk.tenant(tenant).await?;
    desk.verify_operator()?;
    if found.record.operator && !active {
        let description = "The operators' own tenant cannot be suspended: nobody could restore it.";
        return Err(ApiError::new(ApiErrorCode::Conflict, description));
    }
    let kind = if active { Kind::TenantRestored } else { Kind::TenantSuspended };
    let tenant = Tenant { active, ..found.record.clone() };
    write(desk, &found, &tenant, desk.event(kind)).await
}

/// Removes a tenant for good. Only one that is suspended, so that one slip ends nothing.
pub(super) async fn remove<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
) -> Result<Response, ApiError> {
    let found = desk.tenant(tenant).await?;
    desk.verify_operator()?;
    let refused = |description| Err(ApiError::new(ApiErrorCode::Conflict, description));
    if found.record.operator {
        return refused("The operators' own tenant cannot be removed: nobody could restore it.");
    }
    if found.record.active {
        return refused("It is in use: suspend it first.");
    }
    let rest = without_the_organisation(found.record, desk.server.now());
    desk.verify_time_left()?;
    let event = desk.event(Kind::TenantRemoved).in_tenant(&rest.tenant_id);
    committed(desk.server.store.remove_tenant(&rest, Some(found.version), &event).await?)?;
    Ok(super::done())
}

/// What stays under the identifier: everything that was issued for it finds a tenant that is switched off and offers
/// nothing. Its log is kept for as long as it said.
fn without_the_organisation(tenant: Tenant, now: Timestamp) -> Tenant {
    Tenant {
        active: false,
        not_before: tenant.not_before.max(now.plus(1)),
        features: Some(Vec::new()),
        audit_days: tenant.audit_days,
        livemode: tenant.livemode,
        ..Tenant::new(tenant.tenant_id, String::new(), BTreeMap::new(), now)
    }
}

fn name(body: &mut JsonBody) -> Result<Option<String>, ApiError> {
    body.text("name")?.map(|text| named("name", &text)).transpose()
}

/// The name in the member `field`.
pub(super) fn named(field: &str, text: &str) -> Result<String, ApiError> {
    let name = parse_plain_label(text);
    let description = "It must be 1 to 100 characters, without markup, control and direction characters.";
    name.ok_or_else(|| ApiError::of_field(field, description))
}

/// What a tenant's own administrators decide too.
fn read_policy(body: &mut JsonBody, tenant: &mut Tenant) -> Result<(), ApiError> {
    if let Some(days) = days(body, "pat_max_days", MAX_PAT_DAYS)? {
        tenant.pat_max_days = days;
    }
    if let Some(admitted) = body.flag("unverified_clients")? {
        tenant.unverified_clients = admitted;
    }
    Ok(())
}

/// What only operators decide.
async fn read_settings<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    body: &mut JsonBody,
    tenant: &mut Tenant,
) -> Result<(), ApiError> {
    if body.null("features") {
        tenant.features = None;
    } else if let Some(features) = body.texts("features")? {
        tenant.features = Some(desk.known_permissions("features", features).await?);
    }
    if body.null("api_domain") {
        tenant.api_domain = None;
    } else if let Some(domain) = body.text("api_domain")? {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:".contains(&byte);
        if domain.is_empty() || domain.len() > LONGEST_DOMAIN || !domain.bytes().all(plain) {
            return Err(ApiError::of_field("api_domain", "It must be `host` or `host:port`, in lower case."));
        }
        tenant.api_domain = Some(domain);
    }
    if tenant.operator && (tenant.features.is_some() || tenant.api_domain.is_some()) {
        let description =
            "The operators' own tenant has no `features` and no `api_domain`: nobody could undo a slip.";
        return Err(ApiError::new(ApiErrorCode::Conflict, description));
    }
    if body.null("audit_days") {
        tenant.audit_days = None;
    } else if let Some(days) = days(body, "audit_days", MAX_AUDIT_DAYS)? {
        tenant.audit_days = Some(days);
    }
    Ok(())
}

fn days(body: &mut JsonBody, field: &str, most: u32) -> Result<Option<u32>, ApiError> {
    let Some(days) = body.number(field)? else { return Ok(None) };
    let days = u32::try_from(days).ok().filter(|days| (1..=most).contains(days));
    days.map(Some).ok_or_else(|| ApiError::of_field(field, "It is out of range: see the documentation."))
}
