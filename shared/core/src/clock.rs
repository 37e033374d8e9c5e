//! Time is an argument: the port [`Clock`], and the one place that reads the system's.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A moment, in whole seconds since 1970-01-01T00:00:00Z (`NumericDate` of RFC 7519 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

/// Seconds of a day.
const DAY: u64 = 86_400;

impl Timestamp {
    /// The moment `seconds` after the epoch.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The moment `seconds` later.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The first second of its day, in UTC.
    #[must_use]
    pub const fn day(self) -> Self {
        Self(self.0 / DAY * DAY)
    }

    /// The moment `days` earlier; the first of all where there was none.
    #[must_use]
    pub const fn days_before(self, days: u64) -> Self {
        Self(self.0.saturating_sub(days.saturating_mul(DAY)))
    }

    /// Seconds from `earlier` to this moment; 0 when `earlier` lies ahead.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Where the time comes from. Read at use, never ahead: a Lambda process may be frozen for an hour.
pub trait Clock: Send + Sync {
    /// The moment of the call.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }
}
