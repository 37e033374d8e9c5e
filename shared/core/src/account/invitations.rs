//! `/account/v1/invitations`: the tenants that ask the member to join them, by the address that they sign in with.

use serde::Serialize;

use super::manager::Manager;
use super::{AccountStore, done};
use crate::api_error::{ApiError, ApiErrorCode};
use crate::clock::Timestamp;
use crate::http::{Call, Request, Response, StatusCode};
use crate::id::TenantId;
use crate::invitation::{self, AnswerError, Choice, Shown, Waiting};
use crate::json_body::JsonBody;
use crate::server::Server;
use crate::tenant::{Account, is_role_name};

/// An invitation as the one who is invited sees it.
#[derive(Serialize)]
struct InvitationView<'a> {
    tenant_id: &'a TenantId,
    tenant_name: &'a str,
    role: &'a str,
    created_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Serialize)]
struct InvitationList<'a> {
    data: Vec<InvitationView<'a>>,
}

/// What an acceptance made of the person.
#[derive(Serialize)]
struct JoinedView<'a> {
    tenant_id: &'a TenantId,
    tenant_name: &'a str,
    role: &'a str,
}

fn view(waiting: &Waiting) -> InvitationView<'_> {
    InvitationView {
        tenant_id: &waiting.tenant.tenant_id,
        tenant_name: &waiting.tenant.name,
        role: &waiting.invitation.role,
        created_at: waiting.invitation.created_at,
        expires_at: waiting.invitation.expires_at,
    }
}

/// Those that can be accepted now.
pub(super) async fn list<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
) -> Result<Response, ApiError> {
    let account = load_account(server, manager).await?;
    let waiting = invitation::load_waiting(server, &account).await?;
    Ok(Response::of(StatusCode::OK, &InvitationList { data: waiting.iter().map(view).collect() }))
}

/// Joins a tenant, in the role that was shown: an administrator may have renewed the invitation in another one meanwhile.
/// 200 also when it was joined before by this invitation.
pub(super) async fn accept<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    http: &Request,
    tenant: &str,
) -> Result<Response, ApiError> {
    let tenant = TenantId::parse(tenant).map_err(|_| ApiError::NOT_FOUND)?;
    let mut body = JsonBody::parse(http)?;
    let role = body.text("role")?;
    let role = role.filter(|role| is_role_name(role));
    let role =
        role.ok_or_else(|| ApiError::of_field("role", "It is required: the role of the invitation."))?;
    body.finish()?;
    let account = load_account(server, manager).await?;
    let told = |kind| manager.event(kind, &http.call, server.now());
    let choice = Choice { tenant: &tenant, shown: Shown { invitation: None, role: &role } };
    let joined = invitation::accept(server, &account, &choice, &http.call, told).await?;
    let (tenant_id, tenant_name) = (&joined.tenant.tenant_id, joined.tenant.name.as_str());
    Ok(Response::of(StatusCode::OK, &JoinedView { tenant_id, tenant_name, role: &joined.role }))
}

/// Declines. 204 also when it was declined before.
pub(super) async fn decline<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    call: &Call,
    tenant: &str,
) -> Result<Response, ApiError> {
    let tenant = TenantId::parse(tenant).map_err(|_| ApiError::NOT_FOUND)?;
    let account = load_account(server, manager).await?;
    let told = |kind| manager.event(kind, call, server.now());
    invitation::decline(server, &account, &tenant, call, told).await?;
    Ok(done())
}

/// The person, with the address that they sign in with.
async fn load_account<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
) -> Result<Account, ApiError> {
    let account = server.store.load_account(manager.user).await?;
    account.filter(|account| account.user.active).ok_or(ApiError::NOT_FOUND)
}

impl From<AnswerError> for ApiError {
    fn from(error: AnswerError) -> Self {
        let conflict = |description| Self::new(ApiErrorCode::Conflict, description);
        match error {
            AnswerError::Absent => Self::NOT_FOUND,
            AnswerError::Void => conflict(
                "The tenant is suspended, or has that role no longer: ask it for another invitation.",
            ),
            AnswerError::Member => conflict("You are a member already, perhaps a paused one."),
            AnswerError::Overtaken => conflict("It was changed meanwhile: read it and try again."),
            AnswerError::Outage(outage) => outage.into(),
        }
    }
}
