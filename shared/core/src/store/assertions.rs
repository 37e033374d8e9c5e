//! Client assertions that were used (RFC 7523 section 3).

use std::future::Future;

use crate::clock::Timestamp;
use crate::credential::Tag;
use crate::id::InvocationId;
use crate::outage::Outage;

/// Lets each assertion be used once.
///
/// DynamoDB: PutItem on ASSERTION#
pub trait UseAssertions: Send + Sync {
    /// Marks the assertion with this tag as used, until it expires. Whether it is ours to use: `false` where another
    /// invocation used it before (T09).
    fn use_assertion(
        &self,
        tag: &Tag,
        expires_at: Timestamp,
        by: &InvocationId,
    ) -> impl Future<Output = Result<bool, Outage>> + Send;
}
