//! `/admin/v1/tenants/{tenant}/members`: who belongs to a tenant, in what role.

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::desk::{Desk, committed};
use crate::api_error::ApiError;
use crate::audit::{Event, Kind};
use crate::http::{Response, StatusCode};
use crate::id::UserId;
use crate::json_body::JsonBody;
use crate::store::{Membership, Versioned};
use crate::tenant::{Member, Tenant, User};

/// A member as administrators see them.
#[derive(Serialize)]
pub(super) struct MemberView<'a> {
    user_id: &'a UserId,
    email: &'a str,
    name: &'a str,
    role: &'a str,
    active: bool,
}

pub(super) fn view<'a>(user: &'a User, member: &'a Member) -> MemberView<'a> {
    MemberView {
        user_id: &user.user_id,
        email: &user.email,
        name: &user.name,
        role: &member.role,
        active: member.active,
    }
}

pub(super) async fn list<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
) -> Result<Response, ApiError> {
    let tenant = desk.tenant(tenant).await?.record.tenant_id;
    let list = format!("members/{tenant}");
    let part = desk.part(&list).await?;
    let found = desk.server.store.list_members(&tenant, part.window()).await?;
    desk.page(&list, &found, |one| view(&one.user, &one.member)).await
}

pub(super) async fn show<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    user: &str,
) -> Result<Response, ApiError> {
    let (_, found) = load(desk, tenant, user).await?;
    Ok(Response::of(StatusCode::OK, &view(&found.record.user, &found.record.member)))
}

pub(super) async fn change<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    user: &str,
) -> Result<Response, ApiError> {
    let (tenant, found) = load(desk, tenant, user).await?;
    let Membership { user, member: before } = found.record;
    let mut member = before.clone();
    let mut body = JsonBody::parse(desk.http)?;
    let names = body.names();
    let event = about(desk.event(Kind::MemberChanged), &member);
    if let Some(role) = body.text("role")? {
        member.role = known_role(&tenant, role)?;
    }
    if let Some(active) = body.flag("active")? {
        if member.active && !active {
            // Whoever comes back starts afresh.
            member.not_before = desk.server.now().plus(1);
        }
        member.active = active;
    }
    body.finish()?;
    if member != before {
        desk.verify_time_left()?;
        let event = event.with("role", &member.role).with("active", &member.active).with("changed", &names);
        committed(desk.server.store.change_member(&member, Some(found.version), &event).await?)?;
    }
    Ok(Response::of(StatusCode::OK, &view(&user, &member)))
}

/// Ends a membership: what was issued for it is void, tokens of every kind.
pub(super) async fn remove<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    user: &str,
) -> Result<Response, ApiError> {
    let (_, found) = load(desk, tenant, user).await?;
    let mut member = found.record.member;
    member.active = false;
    member.not_before = desk.server.now().plus(1);
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::MemberRemoved), &member);
    committed(desk.server.store.end_member(&member, Some(found.version), &event).await?)?;
    Ok(super::done())
}

/// A role that the tenant has.
pub(super) fn known_role(tenant: &Tenant, role: String) -> Result<String, ApiError> {
    let known = tenant.roles.contains_key(&role);
    if known { Ok(role) } else { Err(ApiError::of_field("role", "The tenant has no such role.")) }
}

/// An event about this membership.
pub(super) fn about(event: Event, member: &Member) -> Event {
    event.in_tenant(&member.tenant_id).to_user(&member.user_id)
}

/// A tenant and one of its members, as a path names them.
pub(super) async fn load<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    user: &str,
) -> Result<(Tenant, Versioned<Membership>), ApiError> {
    let tenant = desk.tenant(tenant).await?.record;
    let user = UserId::parse(user).map_err(|_| ApiError::NOT_FOUND)?;
    let found = desk.server.store.read_member(&tenant.tenant_id, &user).await?;
    Ok((tenant, found.ok_or(ApiError::NOT_FOUND)?))
}
