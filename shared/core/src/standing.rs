//! Whether those for whom a credential was issued still stand: all active, none cut off since (V09, S16).

use crate::client::Client;
use crate::clock::Timestamp;
use crate::grant::{Grant, GrantState};
use crate::id::{ClientId, GrantId, TenantId, TokenId, UserId};
use crate::tenant::{Member, Tenant, User};

/// For whom and through what a credential acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The client that holds it.
    pub client_id: ClientId,
    /// The tenant that it is bound to.
    pub tenant_id: TenantId,
    /// The user that it acts for, if any.
    pub user_id: Option<UserId>,
    /// The grant that it comes from, if any.
    pub grant_id: Option<GrantId>,
    /// The access token itself, if it is one.
    pub token_id: Option<TokenId>,
}

/// What the table says about a [`Subject`], read at one moment.
#[derive(Clone, Default)]
pub struct Standing {
    /// The client.
    pub client: Option<Client>,
    /// The tenant.
    pub tenant: Option<Tenant>,
    /// The user.
    pub user: Option<User>,
    /// The user's membership of the tenant.
    pub member: Option<Member>,
    /// The grant.
    pub grant: Option<Grant>,
    /// Whether the access token was revoked by itself.
    pub token_revoked: bool,
}

/// Why a subject no longer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// The client is gone or switched off.
    Client,
    /// The tenant is gone or suspended.
    Tenant,
    /// The user is gone or switched off.
    User,
    /// The user is no longer a member of the tenant.
    Membership,
    /// The grant is revoked, gone, or not of this client, user and tenant.
    Grant,
    /// The token was revoked.
    Token,
    /// Issued before a not-before mark.
    Epoch,
}

impl Standing {
    /// Checks everybody named by `subject`, for a credential issued at `issued_at`. What comes from a grant is as
    /// old as its grant: a refresh in flight does not outrun a not-before mark (V09).
    pub fn verify(&self, subject: &Subject, issued_at: Timestamp) -> Result<(), Lapse> {
        if self.token_revoked {
            return Err(Lapse::Token);
        }
        let client = self.client.as_ref().filter(|it| it.active).ok_or(Lapse::Client)?;
        let tenant = self.tenant.as_ref().filter(|it| it.active).ok_or(Lapse::Tenant)?;
        let (mut issued_at, mut not_before) = (issued_at, client.not_before.max(tenant.not_before));
        if subject.user_id.is_some() {
            let user = self.user.as_ref().filter(|it| it.active).ok_or(Lapse::User)?;
            let member = self.member.as_ref().filter(|it| it.active).ok_or(Lapse::Membership)?;
            not_before = not_before.max(user.not_before).max(member.not_before);
        }
        if subject.grant_id.is_some() {
            issued_at = issued_at.min(self.live_grant(subject).ok_or(Lapse::Grant)?.created_at);
        }
        if issued_at < not_before { Err(Lapse::Epoch) } else { Ok(()) }
    }

    /// The grant, if it is active and of this client, user and tenant.
    fn live_grant(&self, subject: &Subject) -> Option<&Grant> {
        self.grant.as_ref().filter(|grant| {
            grant.client_id == subject.client_id
                && Some(&grant.user_id) == subject.user_id.as_ref()
                && grant.tenant_id == subject.tenant_id
                && matches!(grant.state, GrantState::Active(_))
        })
    }
}
