//! The verbs that change a grant: each one conditional write, made by a named invocation.

use std::future::Future;

use crate::audit::{Event, SeenNetworks};
use crate::clock::Timestamp;
use crate::credential::{Sealed, Tag};
use crate::dpop::Sender;
use crate::grant::{Grant, RefreshState, Revocation};
use crate::id::{GrantId, InvocationId};
use crate::outage::Outage;
use crate::store::Receipt;

/// What came of a conditional change.
#[derive(Debug)]
#[must_use]
pub enum Verdict {
    /// The change is committed, now or by an earlier attempt of this very invocation (DB04).
    Committed(Receipt),
    /// The condition did not hold; the grant as it stands, `None` where there is none.
    Refused(Option<Box<Grant>>),
}

/// What came of opening a grant.
#[derive(Debug)]
#[must_use]
pub enum Opening {
    /// The grant is written.
    Opened(Receipt),
    /// Another invocation opened it before: the consent was given twice.
    AlreadyOpen,
}

/// Single use of a code, enforced in one write (RFC 6749 sections 4.1.2 and 10.5).
#[derive(Debug)]
pub struct Redemption<'a> {
    /// The grant.
    pub grant_id: &'a GrantId,
    /// The tag of the presented code.
    pub code_tag: &'a Tag,
    /// When the grant expires: it is kept until some time after that.
    pub expires_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// Who redeems.
    pub by: &'a InvocationId,
    /// The keys that the grant is bound to from now on.
    pub sender: &'a Sender,
    /// From where, so far: from here alone.
    pub networks: &'a SeenNetworks,
    /// What happens, for the audit log.
    pub event: &'a Event,
    /// The first refresh token, where the client gets one.
    pub refresh: Option<RefreshState>,
}

/// What a rotation starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The live token was presented.
    Head,
    /// Its predecessor was, and nobody has confirmed the head.
    UnconfirmedPredecessor,
}

/// The exchange of one refresh token for the next (RFC 9700 section 4.14.2).
#[derive(Debug)]
pub struct Rotation<'a> {
    /// The grant.
    pub grant_id: &'a GrantId,
    /// What it starts from.
    pub basis: Basis,
    /// The head that was seen.
    pub seen_head: &'a Tag,
    /// The generation that was seen; the new one is the next.
    pub seen_generation: u32,
    /// The presented token: it becomes the predecessor.
    pub presented: &'a Tag,
    /// The new head.
    pub head: &'a Tag,
    /// The answer that hands it out.
    pub sealed: &'a Sealed,
    /// The keys that the grant is bound to from now on.
    pub sender: &'a Sender,
    /// When the new head expires unless it is used.
    pub idle_expires_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// Who rotates.
    pub by: &'a InvocationId,
    /// From where the grant was used, this use included.
    pub networks: &'a SeenNetworks,
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// The use of a refresh token that does not rotate.
#[derive(Debug)]
pub struct Extension<'a> {
    /// The grant.
    pub grant_id: &'a GrantId,
    /// The tag of the presented token: still the head.
    pub head: &'a Tag,
    /// When it expires unless it is used again.
    pub idle_expires_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// Who uses it.
    pub by: &'a InvocationId,
    /// From where the grant was used, this use included.
    pub networks: &'a SeenNetworks,
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// Writes grants.
///
/// DynamoDB: PutItem on GRANT#
pub trait OpenGrants: Send + Sync {
    /// Writes a new grant with its code, unless one of this identifier exists.
    fn open_grant(
        &self,
        grant: &Grant,
        event: &Event,
    ) -> impl Future<Output = Result<Opening, Outage>> + Send;
}

/// Redeems codes.
///
/// DynamoDB: BatchGetItem, UpdateItem on GRANT#
pub trait RedeemCodes: Send + Sync {
    /// Turns a grant from `code` to `active` if the code is unused, unexpired and this one.
    fn redeem(&self, redemption: &Redemption<'_>) -> impl Future<Output = Result<Verdict, Outage>> + Send;
}

/// Rotates refresh tokens.
///
/// DynamoDB: BatchGetItem, UpdateItem on GRANT#
pub trait RotateTokens: Send + Sync {
    /// Replaces the head if the grant is active, unexpired and as it was seen.
    fn rotate(&self, rotation: &Rotation<'_>) -> impl Future<Output = Result<Verdict, Outage>> + Send;

    /// Records the use of a token that stays, if the grant is active, unexpired and has this head.
    fn extend(&self, extension: &Extension<'_>) -> impl Future<Output = Result<Verdict, Outage>> + Send;

    /// Counts one repetition of a sealed answer, if the grant is active, has this head still and the window
    /// and the number of repetitions allow it.
    fn count_replay(
        &self,
        grant: &GrantId,
        head: &Tag,
        now: Timestamp,
        event: &Event,
    ) -> impl Future<Output = Result<Verdict, Outage>> + Send;
}

/// Revokes grants.
///
/// DynamoDB: UpdateItem on GRANT#
pub trait RevokeGrants: Send + Sync {
    /// Ends a grant for ever. Idempotent: the first reason stays.
    fn revoke_grant(
        &self,
        id: &GrantId,
        revocation: Revocation,
        by: &InvocationId,
        event: &Event,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}

/// Marks the first use of a generation.
///
/// DynamoDB: UpdateItem on GRANT#
pub trait ConfirmTokens: Send + Sync {
    /// Records that a token of this generation was seen in use. Best effort: losing it only makes us lenient.
    fn confirm(&self, id: &GrantId, generation: u32) -> impl Future<Output = Result<(), Outage>> + Send;
}
