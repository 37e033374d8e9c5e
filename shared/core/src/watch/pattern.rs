//! What is watched, in which windows, and from where on it is unusual.

use super::Tally;
use crate::clock::Timestamp;

/// How many refusals in one window are a burst.
const BURST: u64 = 100;
/// How many requests in an hour may be usual for anybody.
const QUIET: u64 = 2_000;
/// How many times its norm an account may come to.
const FACTOR: u64 = 5;
/// How old a tally must be before it has a norm: a day.
const ACQUAINTANCE: u64 = 86_400;

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Requests that the authorizer refuses, of one client or personal access token at one tenant.
    RefusedRequests,
    /// Requests in the name of one client that fail to authenticate, and codes and refresh tokens that are refused.
    RefusedTokens,
    /// Requests that pass, for one connected account.
    Volume,
}

impl Pattern {
    /// Its name, in keys and events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RefusedRequests => "requests",
            Self::RefusedTokens => "tokens",
            Self::Volume => "volume",
        }
    }

    /// The signal that it raises.
    pub const fn signal(self) -> &'static str {
        match self {
            Self::RefusedRequests | Self::RefusedTokens => "error_burst",
            Self::Volume => "unusual_volume",
        }
    }

    /// How long a window is, in seconds. Windows begin at the same moments for everybody.
    pub const fn seconds(self) -> u64 {
        match self {
            Self::RefusedRequests | Self::RefusedTokens => 300,
            Self::Volume => 3_600,
        }
    }

    /// How many a process counts before it tells the table.
    pub const fn batch(self) -> u32 {
        match self {
            Self::RefusedRequests | Self::RefusedTokens => 20,
            Self::Volume => 100,
        }
    }

    /// Whether earlier windows say what is usual.
    pub const fn has_norm(self) -> bool {
        matches!(self, Self::Volume)
    }

    /// Whether a tally is unusual.
    pub const fn is_unusual(self, tally: &Tally, now: Timestamp) -> bool {
        match self {
            Self::RefusedRequests | Self::RefusedTokens => tally.count >= BURST,
            Self::Volume => {
                let known = now.as_secs().saturating_sub(tally.since.as_secs()) >= ACQUAINTANCE;
                known && tally.count >= QUIET && tally.count >= tally.norm.saturating_mul(FACTOR)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(count: u64, norm: u64) -> Tally {
        Tally { window: 40, count, norm, since: Timestamp::from_secs(0), raised: None }
    }

    #[test]
    fn a_hundred_refusals_are_a_burst() {
        let now = Timestamp::from_secs(1);
        assert!(!Pattern::RefusedRequests.is_unusual(&tally(99, 0), now));
        assert!(Pattern::RefusedTokens.is_unusual(&tally(100, 1_000), now));
    }

    #[test]
    fn volume_is_measured_by_the_norm_of_whom_we_have_known_for_a_day() {
        let unusual =
            |count, norm, age| Pattern::Volume.is_unusual(&tally(count, norm), Timestamp::from_secs(age));
        assert!(unusual(2_000, 400, ACQUAINTANCE));
        assert!(!unusual(2_000, 401, ACQUAINTANCE), "less than five times the norm");
        assert!(!unusual(1_999, 0, ACQUAINTANCE), "nobody is alarmed by so few");
        assert!(!unusual(1_000_000, 0, ACQUAINTANCE - 1), "it has no norm yet");
    }
}
