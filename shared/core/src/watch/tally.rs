//! What the table knows of one name.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The part of a norm that fades with each window: half of it in 177 of them.
const FADE: u64 = 256;
/// After so many windows nothing of a norm is left that counts.
const FADED: u64 = 8_192;

/// The count of a window, and what the windows before it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Which window: the number of its length since 1970.
    pub window: u64,
    /// What all processes have counted in it.
    pub count: u64,
    /// The busiest window before it, faded.
    pub norm: u64,
    /// When counting began.
    pub since: Timestamp,
    /// The last window whose signal was raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<u64>,
}

impl Tally {
    /// The first window of a name.
    pub const fn first(window: u64, count: u32, since: Timestamp) -> Self {
        Self { window, count: count as u64, norm: 0, since, raised: None }
    }

    /// A later window: what this one came to enters the norm.
    #[must_use]
    pub fn followed_by(self, window: u64, count: u32) -> Self {
        let passed = window.saturating_sub(self.window).min(FADED);
        let norm = (0..passed).fold(self.norm.max(self.count), |norm, _| norm - norm.div_ceil(FADE));
        Self { window, count: count.into(), norm, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_norm_is_the_busiest_window_and_fades() {
        let first = Tally { count: 10_000, ..Tally::first(100, 0, Timestamp::from_secs(0)) };
        let next = first.followed_by(101, 7);
        assert_eq!((next.window, next.count, next.norm), (101, 7, 9_960));
        let nightly = first.followed_by(124, 10_000);
        assert!(nightly.norm > 9_000, "what comes every night is usual: {}", nightly.norm);
        let week = first.followed_by(100 + 177, 1).norm;
        assert!((4_800..5_200).contains(&week), "{week}");
        assert_eq!(first.followed_by(u64::MAX, 1).norm, 0);
    }
}
