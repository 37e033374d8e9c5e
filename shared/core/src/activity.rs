//! What a platform does for a customer, as the customer sees it (R10, R12): the requests of a connection by day, and its
//! events in the customer's log.

mod answer;
mod meter;

pub(crate) use answer::answer;
pub use meter::{Batch, Meter};

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Days that are shown, today among them.
const DAYS: u64 = 30;
/// Days that are kept.
const KEPT: u64 = 90;

/// The requests of a connection on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// The first second of the day, in UTC.
    pub day: Timestamp,
    /// Those that passed.
    pub allowed: u64,
    /// Those that were refused, as far as it is sure that they were of this connection.
    pub refused: u64,
    /// When the last of them came.
    pub last_at: Timestamp,
}

impl Requests {
    /// None yet, on the day of `now`.
    const fn none(now: Timestamp) -> Self {
        Self { day: now.day(), allowed: 0, refused: 0, last_at: now }
    }

    const fn count(&self) -> u64 {
        self.allowed.saturating_add(self.refused)
    }

    /// When the store may forget them.
    pub const fn keep_until(&self) -> Timestamp {
        self.day.plus(KEPT * 86_400)
    }
}
