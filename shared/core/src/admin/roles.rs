//! `/admin/v1/tenants/{tenant}/roles/{role}`: a role's change bites within the revocation latency; no token is rewritten.

use postern_jose::Vault;

use super::AdminStore;
use super::desk::{Desk, committed};
use super::tenants::write;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::Kind;
use crate::http::Response;
use crate::json_body::JsonBody;
use crate::tenant::is_role_name;

/// Most roles of a tenant.
const MAX_ROLES: usize = 50;
/// The permissions of all roles of a tenant together, in bytes: an item holds 400 KB.
const MAX_PERMISSIONS: usize = 64 * 1024;

pub(super) async fn put<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    role: &str,
) -> Result<Response, ApiError> {
    let found = desk.tenant(tenant).await?;
    if !is_role_name(role) {
        let description = "It must be 1 to 40 lower-case letters, digits, `-` and `_`.";
        return Err(ApiError::of_field("role", description));
    }
    let mut body = JsonBody::parse(desk.http)?;
    let permissions = body.texts("permissions")?;
    let permissions = permissions.ok_or_else(|| ApiError::of_field("permissions", "It is required."))?;
    body.finish()?;
    let permissions = desk.known_permissions("permissions", permissions).await?;
    let mut tenant = found.record.clone();
    tenant.roles.insert(role.to_owned(), permissions);
    let size: usize = tenant.roles.values().flatten().map(String::len).sum();
    if tenant.roles.len() > MAX_ROLES || size > MAX_PERMISSIONS {
        let description = "A tenant has at most 50 roles, with permissions of 64 KB together.";
        return Err(ApiError::new(ApiErrorCode::LimitReached, description));
    }
    write(desk, &found, &tenant, desk.event(Kind::TenantChanged).with("role", role)).await
}

/// Removes a role. Members who have it are left without any permission.
pub(super) async fn remove<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    role: &str,
) -> Result<Response, ApiError> {
    let found = desk.tenant(tenant).await?;
    let mut tenant = found.record;
    tenant.roles.remove(role).ok_or(ApiError::NOT_FOUND)?;
    desk.verify_time_left()?;
    let event = desk.event(Kind::TenantChanged).in_tenant(&tenant.tenant_id).with("role_removed", role);
    committed(desk.server.store.write_tenant(&tenant, Some(found.version), &event).await?)?;
    Ok(super::done())
}
