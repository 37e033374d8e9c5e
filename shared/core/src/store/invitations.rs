//! Invitations into tenants. They lie with the address that was invited, whether anybody signs in with it or not.

use std::future::Future;

use super::{Listing, Seen, Versioned, Window, Written};
use crate::audit::Event;
use crate::clock::Timestamp;
use crate::id::{InvitationId, TenantId, UserId};
use crate::invitation::Invitation;
use crate::outage::Outage;
use crate::tenant::Member;

/// Invitations, as administrators see them. No verb looks whether an address has an account.
///
/// DynamoDB: BatchGetItem on EMAIL#; PutItem on EMAIL#; BatchGetItem, Query on TENANT#; PutItem on TENANT#
pub trait ManageInvitations: Send + Sync {
    /// The invitations of a tenant, in order of their identifiers; ended and expired ones too, as long as they are kept.
    fn list_invitations(
        &self,
        tenant: &TenantId,
        window: Window<'_>,
    ) -> impl Future<Output = Result<Listing<Invitation>, Outage>> + Send;

    /// One invitation of a tenant, by name.
    fn read_invitation(
        &self,
        tenant: &TenantId,
        id: &InvitationId,
    ) -> impl Future<Output = Result<Option<Versioned<Invitation>>, Outage>> + Send;

    /// The last invitation of this address into a tenant.
    fn find_invitation(
        &self,
        tenant: &TenantId,
        email: &str,
    ) -> impl Future<Output = Result<Option<Versioned<Invitation>>, Outage>> + Send;

    /// Writes an invitation over the state that was seen: a new one, or its end.
    fn write_invitation(
        &self,
        invitation: &Invitation,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}

/// A person's place in a tenant, as it was written last.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The membership.
    pub member: Versioned<Member>,
    /// Whether it has ended; one that is only paused has not.
    pub ended: bool,
}

/// A person takes the place that they were invited to.
pub struct Acceptance<'a> {
    /// The invitation, accepted.
    pub invitation: &'a Invitation,
    /// The state of it that was seen.
    pub seen: u64,
    /// The membership.
    pub member: &'a Member,
    /// The state of an earlier, ended membership.
    pub seat: Seen,
    /// Now: an invitation that has expired by then is not accepted.
    pub now: Timestamp,
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// Invitations, as those see them who are invited.
///
/// DynamoDB: BatchGetItem, Query on EMAIL#; PutItem on EMAIL#; BatchGetItem on USER#; PutItem on USER#
/// DynamoDB: PutItem on TENANT#
pub trait AnswerInvitations: Send + Sync {
    /// The invitations of an address, in its normal form; ended and expired ones too. The first hundred.
    fn load_invitations(
        &self,
        email: &str,
    ) -> impl Future<Output = Result<Vec<Versioned<Invitation>>, Outage>> + Send;

    /// The person's place in the tenant; `None` where they never had one.
    fn load_seat(
        &self,
        user: &UserId,
        tenant: &TenantId,
    ) -> impl Future<Output = Result<Option<Seat>, Outage>> + Send;

    /// Writes the membership and ends the invitation, both or neither: [`Written::Conflict`] where the invitation was
    /// changed, or has expired, or the person has got a place meanwhile.
    fn accept_invitation(
        &self,
        acceptance: &Acceptance<'_>,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Writes that the invitation was declined, over the state that was seen.
    fn decline_invitation(
        &self,
        invitation: &Invitation,
        seen: u64,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}
