//! How long an invocation may work.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_http::{Context, Request, RequestExt};
use postern_core::clock::Timestamp;

/// What the answer's way back needs of the invocation.
const RESERVE: Duration = Duration::from_millis(500);
/// What an invocation gets whose deadline has passed before it began: `cargo lambda watch` sends one from 1970.
const UNTOLD: Duration = Duration::from_secs(10);

/// The time that an invocation has.
#[derive(Clone, Copy)]
pub(crate) struct TimeLeft {
    deadline: SystemTime,
    now: SystemTime,
}

impl TimeLeft {
    /// Reads it from an event that has just arrived.
    #[expect(clippy::disallowed_methods, reason = "a duration to wait, not a moment to judge by")]
    pub(crate) fn of(event: &Request) -> Self {
        Self::at(event.lambda_context_ref().map(Context::deadline), SystemTime::now())
    }

    fn at(told: Option<SystemTime>, now: SystemTime) -> Self {
        Self { deadline: told.filter(|deadline| *deadline > now).unwrap_or(now + UNTOLD), now }
    }

    /// How long the handler may take.
    pub(crate) fn for_work(self) -> Duration {
        self.deadline.duration_since(self.now).unwrap_or_default().saturating_sub(RESERVE)
    }

    /// When the platform ends the invocation.
    pub(crate) fn deadline(self) -> Timestamp {
        Timestamp::from_secs(self.deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn l03_the_platform_s_deadline_counts() {
        let time = TimeLeft::at(Some(at(1_007)), at(1_000));
        assert_eq!(
            (time.for_work(), time.deadline()),
            (Duration::from_millis(6_500), Timestamp::from_secs(1_007))
        );
    }

    #[test]
    fn a_deadline_from_the_past_is_none() {
        for told in [None, Some(at(600)), Some(at(1_000))] {
            assert_eq!(TimeLeft::at(told, at(1_000)).deadline(), Timestamp::from_secs(1_010));
        }
    }
}
