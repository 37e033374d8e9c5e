//! The buckets of limits.

use std::future::Future;

use crate::clock::Timestamp;
use crate::limit::{Bucket, Rate};
use crate::outage::Outage;

/// What a bucket gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Leased {
    /// So many tokens: at least one, at most what was wanted.
    Granted(u32),
    /// None now.
    Empty {
        /// Seconds until there is one: at least 1.
        retry_after: u64,
    },
}

/// Takes tokens out of buckets.
///
/// DynamoDB: UpdateItem on LIMIT#
pub trait LeaseTokens: Send + Sync {
    /// Takes up to `wanted` tokens, atomically: two callers never get the same one.
    fn lease(
        &self,
        bucket: &Bucket,
        rate: Rate,
        wanted: u32,
        now: Timestamp,
    ) -> impl Future<Output = Result<Leased, Outage>> + Send;
}
