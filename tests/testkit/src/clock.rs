//! A clock that moves when it is told to.

use std::sync::atomic::{AtomicU64, Ordering};

use postern_core::clock::{Clock, Timestamp};

/// When every world begins, in seconds since 1970: the start of a login window, so that tests may count in one.
pub const START: u64 = 1_800_000_000;

/// The clock of a world: all its instances read it.
#[derive(Debug)]
pub struct FixedClock(AtomicU64);

impl FixedClock {
    /// A clock that stands at [`START`].
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(START))
    }

    /// Moves the clock forward.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Moves the clock anywhere, back too: in seconds since 1970.
    pub fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.load(Ordering::SeqCst))
    }
}
