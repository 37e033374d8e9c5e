//! Proofs of possession that came before.

use std::future::Future;

use crate::clock::Timestamp;
use crate::dpop::ProofId;
use crate::outage::Outage;

/// Remembers `DPoP` proofs, so that each serves once (RFC 9449 section 11.1).
///
/// DynamoDB: PutItem on PROOF#
pub trait ClaimProofs: Send + Sync {
    /// Writes down, now and until the second moment, that a proof came; gives whether it is the first time. `attempt`
    /// names the caller, who may claim it again: a resend after a lost acknowledgement does.
    fn claim_proof(
        &self,
        id: &ProofId,
        attempt: &str,
        now_until: (Timestamp, Timestamp),
    ) -> impl Future<Output = Result<bool, Outage>> + Send;
}
