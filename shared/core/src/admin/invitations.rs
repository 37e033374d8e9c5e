//! `/admin/v1/tenants/{tenant}/invitations`: who was asked to become a member.
//!
//! Nothing here looks whether an address has an account: whoever invites gets the same answer in the same time.

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::desk::{Desk, committed};
use crate::api_error::ApiError;
use crate::audit::{Actor, Event, Kind};
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::id::{InvitationId, TenantId};
use crate::invitation::{Invitation, InvitationState};
use crate::lifetime;
use crate::store::Listing;

/// An invitation as administrators see it.
#[derive(Serialize)]
struct InvitationView<'a> {
    id: &'a InvitationId,
    email: &'a str,
    role: &'a str,
    invited_by: &'a Actor,
    created_at: Timestamp,
    expires_at: Timestamp,
}

fn view(invitation: &Invitation) -> InvitationView<'_> {
    InvitationView {
        id: &invitation.invitation_id,
        email: &invitation.email,
        role: &invitation.role,
        invited_by: &invitation.invited_by,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
    }
}

/// Invites an address. An invitation that is pending is renewed: it keeps its name, and has this role from now on.
pub(super) async fn invite<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &TenantId,
    email: String,
    role: String,
) -> Result<Response, ApiError> {
    let server = desk.server;
    let now = server.now();
    let found = server.store.find_invitation(tenant, &email).await?;
    let pending = found.as_ref().map(|it| &it.record).filter(|it| it.is_pending(now));
    let new = || InvitationId::generate(server.entropy.as_ref());
    let invitation = Invitation {
        invitation_id: pending.map_or_else(new, |it| it.invitation_id.clone()),
        tenant_id: tenant.clone(),
        email,
        role,
        invited_by: desk.caller.actor(),
        created_at: pending.map_or(now, |it| it.created_at),
        expires_at: now.plus(lifetime::INVITATION),
        state: InvitationState::Pending,
    };
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::MemberInvited), &invitation).with("role", &invitation.role);
    let seen = found.map(|found| found.version);
    committed(server.store.write_invitation(&invitation, seen, &event).await?)?;
    Ok(Response::of(StatusCode::ACCEPTED, &view(&invitation)))
}

/// The pending ones.
pub(super) async fn list<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
) -> Result<Response, ApiError> {
    let tenant = desk.tenant(tenant).await?.record.tenant_id;
    let (list, now) = (format!("invitations/{tenant}"), desk.server.now());
    let part = desk.part(&list).await?;
    let Listing { mut items, next } = desk.server.store.list_invitations(&tenant, part.window()).await?;
    items.retain(|invitation| invitation.is_pending(now));
    desk.page(&list, &Listing { items, next }, view).await
}

/// Takes one back. 404 where it was answered, has expired or was taken back before.
pub(super) async fn withdraw<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    invitation: &str,
) -> Result<Response, ApiError> {
    let tenant = desk.tenant(tenant).await?.record.tenant_id;
    let id = InvitationId::parse(invitation).map_err(|_| ApiError::NOT_FOUND)?;
    let found = desk.server.store.read_invitation(&tenant, &id).await?;
    let found = found.filter(|it| it.record.is_pending(desk.server.now())).ok_or(ApiError::NOT_FOUND)?;
    let invitation = found.record.ended(InvitationState::Withdrawn);
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::InvitationWithdrawn), &invitation);
    committed(desk.server.store.write_invitation(&invitation, Some(found.version), &event).await?)?;
    Ok(super::done())
}

/// By name: whoever reads the log need not learn an address.
fn about(event: Event, invitation: &Invitation) -> Event {
    event.in_tenant(&invitation.tenant_id).with("invitation", &invitation.invitation_id)
}
