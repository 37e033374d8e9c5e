//! The verbs that change personal access tokens.

use std::future::Future;

use crate::audit::Event;
use crate::clock::Timestamp;
use crate::id::{TenantId, UserId};
use crate::outage::Outage;
use crate::pat::Pat;
use crate::store::Receipt;

/// Lists personal access tokens.
///
/// DynamoDB: Query on USER#
pub trait ListPats: Send + Sync {
    /// A member's tokens for one tenant, expired and revoked ones too as long as they are kept; in no order.
    fn load_pats(
        &self,
        user: &UserId,
        tenant: &TenantId,
    ) -> impl Future<Output = Result<Vec<Pat>, Outage>> + Send;
}

/// Makes and lists personal access tokens.
///
/// DynamoDB: GetItem on USER#; PutItem on USER#
pub trait ManagePats: ListPats {
    /// Writes a new token, kept until some time after it expires. Its name comes from its secret: whatever has it
    /// already is our own earlier attempt.
    fn create_pat(&self, pat: &Pat, event: &Event) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}

/// Revokes personal access tokens.
///
/// DynamoDB: UpdateItem on USER#
pub trait RevokePats: Send + Sync {
    /// Ends a token, which was read before, for ever. Idempotent: the first time stays, and with it the one event.
    fn revoke_pat(
        &self,
        pat: &Pat,
        at: Timestamp,
        event: &Event,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}
