//! Limits (R13): token buckets in the table, from which each process takes small batches ahead of its requests.
//!
//! A request that finds a token in its process's batch costs no call. The promise: over any time, all processes
//! together let at most `burst + per_minute × minutes` requests pass, and `batch` more for each process, since what was
//! taken may be used up to [`lifetime::LEASE`] seconds later. A fault of the table lets requests pass: a limit protects
//! a service, and must not be what brings it down.
//!
//! [`lifetime::LEASE`]: crate::lifetime::LEASE

mod bucket;
mod limiter;
mod rate;

pub use bucket::Bucket;
pub use limiter::{Exhausted, Limiter};
pub use rate::Rate;

use serde::{Deserialize, Serialize};

/// What a client is limited to. Without a rate there is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests to the APIs, for all accounts together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<Rate>,
    /// Requests to the APIs for one connected account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_account: Option<Rate>,
    /// Requests to the token endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Rate>,
}
