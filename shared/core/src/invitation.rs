//! Invitations: a tenant asks whoever signs in with an address to become a member. Until that person accepts, it gives
//! no right, and whoever invites does not learn whether the address has an account.

mod answer;

pub(crate) use answer::{AnswerError, Choice, Shown, Waiting, accept, decline, load_waiting};

use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::id::{InvitationId, TenantId};

/// An invitation: at most one of an address into a tenant is pending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its name.
    pub invitation_id: InvitationId,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Who is invited: an address in its normal form.
    pub email: String,
    /// The role that they will have.
    pub role: String,
    /// Who invited them.
    pub invited_by: Actor,
    /// When they were invited first.
    pub created_at: Timestamp,
    /// Until when they can accept.
    pub expires_at: Timestamp,
    /// What became of it.
    pub state: InvitationState,
}

/// What became of an invitation. Every state but the first is its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// It can be accepted until it expires.
    Pending,
    /// The person is a member.
    Accepted,
    /// The person declined.
    Declined,
    /// The tenant took it back.
    Withdrawn,
}

impl Invitation {
    /// Whether it can be accepted at this moment.
    pub fn is_pending(&self, now: Timestamp) -> bool {
        self.state == InvitationState::Pending && now < self.expires_at
    }

    /// The same, ended so.
    #[must_use]
    pub fn ended(self, state: InvitationState) -> Self {
        Self { state, ..self }
    }
}
