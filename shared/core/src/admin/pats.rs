//! `/admin/v1/tenants/{tenant}/members/{user}/tokens`: a member's personal access tokens for the tenant, listed and
//! revoked by whoever administers it (R17). Nobody but the member makes one, and nobody sees its text again.

use postern_jose::Vault;
use serde_json::json;

use super::AdminStore;
use super::desk::Desk;
use super::members::load;
use crate::account::PatView;
use crate::api_error::ApiError;
use crate::audit::Kind;
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::id::PatId;
use crate::pat::Pat;
use crate::store::Membership;

/// The member's tokens for the tenant, the latest first; expired and revoked ones too, as long as they are kept.
pub(super) async fn list<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    user: &str,
) -> Result<Response, ApiError> {
    let (pats, mark) = tokens(desk, tenant, user).await?;
    let mut pats: Vec<_> = pats.into_iter().map(|pat| pat.under(mark)).collect();
    pats.sort_by(|a, b| (b.created_at, &b.pat_id).cmp(&(a.created_at, &a.pat_id)));
    let data: Vec<_> = pats.iter().map(PatView::of).collect();
    Ok(Response::of(StatusCode::OK, &json!({ "data": data })))
}

/// Revokes one of them, be it void already. 204 also when it was revoked before; 404 for what is somebody else's, as for what never was
/// (S01).
pub(super) async fn revoke<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    user: &str,
    pat: &str,
) -> Result<Response, ApiError> {
    let id = PatId::parse(pat).map_err(|_| ApiError::NOT_FOUND)?;
    let (pats, _) = tokens(desk, tenant, user).await?;
    let pat = pats.into_iter().find(|pat| pat.pat_id == id).ok_or(ApiError::NOT_FOUND)?;
    if pat.revoked_at.is_some() {
        return Ok(super::done());
    }
    desk.verify_time_left()?;
    let now = desk.server.now();
    let event = desk.event(Kind::PatRevoked).about_pat(&pat);
    let _receipt = desk.server.store.revoke_pat(&pat, now, &event).await?;
    tracing::info!(event = "pat_revoked", pat_id = %pat.pat_id);
    Ok(super::done())
}

/// The member's tokens as they are kept, and the mark under which they stand: what is older is void.
async fn tokens<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    user: &str,
) -> Result<(Vec<Pat>, Timestamp), ApiError> {
    let (tenant, found) = load(desk, tenant, user).await?;
    let Membership { user, member } = found.record;
    let pats = desk.server.store.load_pats(&member.user_id, &member.tenant_id).await?;
    Ok((pats, tenant.not_before.max(user.not_before).max(member.not_before)))
}
