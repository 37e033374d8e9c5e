//! What the person who is invited does: sees what is waiting, accepts, declines. The page and the account API alike.

use super::{Invitation, InvitationState};
use crate::audit::{Event, Kind};
use crate::clock::Timestamp;
use crate::http::Call;
use crate::id::TenantId;
use crate::lifetime;
use crate::outage::Outage;
use crate::server::Server;
use crate::store::{Acceptance, AnswerInvitations, LoadTenants, Seat, Versioned, Written};
use crate::tenant::{Account, Member, Tenant};

/// An invitation that can be accepted now.
pub(crate) struct Waiting {
    pub(crate) invitation: Invitation,
    pub(crate) tenant: Tenant,
}

/// What somebody is a member of now.
pub(crate) struct Joined {
    pub(crate) tenant: Tenant,
    pub(crate) role: String,
}

/// What a person says yes to.
pub(crate) struct Choice<'a> {
    pub(crate) tenant: &'a TenantId,
    /// What they were shown: no other is accepted.
    pub(crate) shown: Shown<'a>,
}

/// What a person was shown, as it comes back.
pub(crate) struct Shown<'a> {
    /// The invitation's name; `None` where it is not shown.
    pub(crate) invitation: Option<&'a str>,
    pub(crate) role: &'a str,
}

impl Shown<'_> {
    fn is(&self, invitation: &Invitation) -> bool {
        let is_named = |name| name == invitation.invitation_id.as_str();
        self.invitation.is_none_or(is_named) && self.role == invitation.role
    }
}

/// Why an invitation was not answered.
#[derive(Debug)]
pub(crate) enum AnswerError {
    /// There is none, or it has ended or expired: the same for all.
    Absent,
    /// The tenant is suspended, or has no such role any more.
    Void,
    /// The person has a place in the tenant already.
    Member,
    /// Something else happened to it since it was read.
    Overtaken,
    /// A fault.
    Outage(Outage),
}

impl From<Outage> for AnswerError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}

/// What the person can accept, by name of the tenant.
pub(crate) async fn load_waiting<S: AnswerInvitations + LoadTenants, V>(
    server: &Server<S, V>,
    account: &Account,
) -> Result<Vec<Waiting>, Outage> {
    let now = server.now();
    let found = server.store.load_invitations(&account.user.email).await?;
    let mut pending: Vec<_> = found.into_iter().map(|it| it.record).filter(|it| it.is_pending(now)).collect();
    pending = without_seats(server, account, pending).await?;
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<TenantId> = pending.iter().map(|it| it.tenant_id.clone()).collect();
    let tenants = server.store.load_tenants(&ids).await?;
    let waiting = tenants.into_iter().filter_map(|tenant| {
        let invitation = pending.iter().find(|it| it.tenant_id == tenant.tenant_id)?;
        is_open(&tenant, invitation).then(|| Waiting { invitation: invitation.clone(), tenant })
    });
    Ok(waiting.collect())
}

/// Those that the person can accept as far as their earlier places go: see [`find_seat`].
async fn without_seats<S: AnswerInvitations, V>(
    server: &Server<S, V>,
    account: &Account,
    pending: Vec<Invitation>,
) -> Result<Vec<Invitation>, Outage> {
    let mut free = Vec::new();
    for invitation in pending {
        let member = account.memberships.iter().find(|member| member.tenant_id == invitation.tenant_id);
        let is_free = match member {
            None => true,
            Some(member) if member.active => false,
            Some(_) => match find_seat(server, account, &invitation).await {
                Ok(_) => true,
                Err(AnswerError::Outage(outage)) => return Err(outage),
                Err(_) => false,
            },
        };
        if is_free {
            free.push(invitation);
        }
    }
    Ok(free)
}

/// The place in the tenant that the person had, if any. It must have ended, and the invitation must have been written or
/// renewed since: what was pending at the removal does not undo it (S03).
async fn find_seat<S: AnswerInvitations, V>(
    server: &Server<S, V>,
    account: &Account,
    invitation: &Invitation,
) -> Result<Option<Versioned<Member>>, AnswerError> {
    let seat = server.store.load_seat(&account.user.user_id, &invitation.tenant_id).await?;
    let Some(Seat { member, ended }) = seat else { return Ok(None) };
    if !ended {
        return Err(AnswerError::Member);
    }
    // The mark is the second after the end, so an invitation of that very second is older too.
    let renewed_in_time = invitation.expires_at >= member.record.not_before.plus(lifetime::INVITATION);
    if renewed_in_time { Ok(Some(member)) } else { Err(AnswerError::Absent) }
}

/// Makes the person a member and ends the invitation, in one write. Said twice it is done once, and answered the same.
/// `told` begins the event.
pub(crate) async fn accept<S: AnswerInvitations + LoadTenants, V>(
    server: &Server<S, V>,
    account: &Account,
    choice: &Choice<'_>,
    call: &Call,
    told: impl Fn(Kind) -> Event,
) -> Result<Joined, AnswerError> {
    let found = find(server, account, choice.tenant).await?;
    let tenant = server.store.load_tenants(std::slice::from_ref(choice.tenant)).await?.pop();
    let tenant = tenant.ok_or(AnswerError::Absent)?;
    let invitation = &found.record;
    if invitation.state == InvitationState::Accepted
        && let Some(member) = active_member(account, &tenant.tenant_id)
    {
        return Ok(Joined { tenant, role: member.role.clone() });
    }
    if !invitation.is_pending(server.now()) {
        return Err(AnswerError::Absent);
    }
    if !is_open(&tenant, invitation) {
        return Err(AnswerError::Void);
    }
    if !choice.shown.is(invitation) {
        return Err(AnswerError::Overtaken);
    }
    write_acceptance(server, account, found, call, told).await.map(|role| Joined { tenant, role })
}

async fn write_acceptance<S: AnswerInvitations, V>(
    server: &Server<S, V>,
    account: &Account,
    found: Versioned<Invitation>,
    call: &Call,
    told: impl Fn(Kind) -> Event,
) -> Result<String, AnswerError> {
    let invitation = found.record.ended(InvitationState::Accepted);
    let seat = find_seat(server, account, &invitation).await?;
    let member = Member {
        user_id: account.user.user_id.clone(),
        tenant_id: invitation.tenant_id.clone(),
        role: invitation.role.clone(),
        active: true,
        // The mark of a membership that ended stays: nothing issued under it comes back to life.
        not_before: seat.as_ref().map_or(Timestamp::from_secs(0), |seat| seat.record.not_before),
    };
    server.verify_time_left(call)?;
    let event = about(told(Kind::MemberAdded), &invitation).with("role", &member.role);
    let acceptance = Acceptance {
        invitation: &invitation,
        seen: found.version,
        member: &member,
        seat: seat.map(|seat| seat.version),
        now: server.now(),
        event: &event,
    };
    match server.store.accept_invitation(&acceptance).await? {
        Written::Committed(_receipt) => {
            tracing::info!(event = "invitation_accepted", user_id = %member.user_id, tenant = %member.tenant_id);
            Ok(member.role)
        }
        Written::Conflict => Err(AnswerError::Overtaken),
    }
}

/// Ends the invitation. Said twice it is done once.
pub(crate) async fn decline<S: AnswerInvitations, V>(
    server: &Server<S, V>,
    account: &Account,
    tenant: &TenantId,
    call: &Call,
    told: impl Fn(Kind) -> Event,
) -> Result<(), AnswerError> {
    let Versioned { record, version } = find(server, account, tenant).await?;
    if record.state == InvitationState::Declined {
        return Ok(());
    }
    if !record.is_pending(server.now()) {
        return Err(AnswerError::Absent);
    }
    let invitation = record.ended(InvitationState::Declined);
    server.verify_time_left(call)?;
    let event = about(told(Kind::InvitationDeclined), &invitation);
    match server.store.decline_invitation(&invitation, version, &event).await? {
        Written::Committed(_receipt) => Ok(()),
        Written::Conflict => Err(AnswerError::Overtaken),
    }
}

/// The last invitation of the person's own address into the tenant.
async fn find<S: AnswerInvitations, V>(
    server: &Server<S, V>,
    account: &Account,
    tenant: &TenantId,
) -> Result<Versioned<Invitation>, AnswerError> {
    let found = server.store.load_invitations(&account.user.email).await?;
    found.into_iter().find(|it| it.record.tenant_id == *tenant).ok_or(AnswerError::Absent)
}

fn about(event: Event, invitation: &Invitation) -> Event {
    event.in_tenant(&invitation.tenant_id).with("invitation", &invitation.invitation_id)
}

fn active_member<'a>(account: &'a Account, tenant: &TenantId) -> Option<&'a Member> {
    account.memberships.iter().find(|member| member.active && member.tenant_id == *tenant)
}

/// Whether the tenant can take anybody in as the invitation says.
fn is_open(tenant: &Tenant, invitation: &Invitation) -> bool {
    tenant.active && tenant.roles.contains_key(&invitation.role)
}
