//! What to deliver next, and what to do with what failed. Pure: no clock, no function.

use std::collections::VecDeque;
use std::time::Duration;

use super::record::Record;
use super::verdict::Verdict;

/// Lambda's limit for an invocation's event; the braces around the records fit into the rest of 6 MB.
const MAX_RECORDS: usize = 6 * 1024 * 1024 - 64;

/// The pause after a first failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What the mapping's properties say about failures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Policy {
    /// `MaximumRetryAttempts`; nothing: without end.
    pub(super) retries: Option<u32>,
    /// `BisectBatchOnFunctionError`.
    pub(super) bisect: bool,
}

/// The records of one read, on their way.
pub(super) struct Delivery {
    waiting: VecDeque<Batch>,
    policy: Policy,
}

struct Batch {
    records: Vec<Record>,
    /// How often its first record has failed; splitting a batch does not count, as at Lambda.
    failures: u32,
}

/// What an invocation changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settled {
    /// The sequence number up to which all is dealt with, if that has moved.
    pub(super) through: Option<String>,
    /// How many records were given up.
    pub(super) given_up: usize,
    /// How long to wait before the next invocation.
    pub(super) pause: Option<Duration>,
}

impl Delivery {
    /// Plans invocations whose events are within Lambda's 6 MB.
    pub(super) fn new(records: Vec<Record>, policy: Policy) -> Self {
        let mut waiting = VecDeque::new();
        let (mut batch, mut size) = (Vec::new(), 0);
        for record in records {
            let length = record.json.len() + 1;
            if size + length > MAX_RECORDS && !batch.is_empty() {
                waiting.push_back(Batch { records: std::mem::take(&mut batch), failures: 0 });
                size = 0;
            }
            size += length;
            batch.push(record);
        }
        if !batch.is_empty() {
            waiting.push_back(Batch { records: batch, failures: 0 });
        }
        Self { waiting, policy }
    }

    /// The records to deliver now; nothing when all are dealt with.
    pub(super) fn current(&self) -> Option<&[Record]> {
        self.waiting.front().map(|batch| batch.records.as_slice())
    }

    /// Takes the verdict on [`Delivery::current`].
    pub(super) fn settle(&mut self, verdict: &Verdict) -> Settled {
        let Some(mut batch) = self.waiting.pop_front() else { return Settled::default() };
        match *verdict {
            Verdict::Done => Settled { through: last(&batch.records), ..Settled::default() },
            Verdict::Failed if self.policy.bisect && batch.records.len() > 1 => {
                let second = batch.records.split_off(batch.records.len() / 2);
                self.waiting.push_front(Batch { records: second, failures: batch.failures });
                self.waiting.push_front(batch);
                Settled { pause: Some(FIRST_PAUSE), ..Settled::default() }
            }
            Verdict::Failed => {
                batch.failures = batch.failures.saturating_add(1);
                self.again(batch)
            }
            Verdict::DoneBefore(index) => {
                let records = batch.records.split_off(index.min(batch.records.len()));
                let through = last(&batch.records);
                let rest = self.again(Batch { records, failures: 1 });
                Settled { through: rest.through.or(through), ..rest }
            }
        }
    }

    /// Puts a failed batch back, or gives it up.
    fn again(&mut self, batch: Batch) -> Settled {
        if self.policy.retries.is_some_and(|retries| batch.failures > retries) {
            let through = last(&batch.records);
            return Settled { through, given_up: batch.records.len(), pause: None };
        }
        let pause = pause(batch.failures);
        self.waiting.push_front(batch);
        Settled { pause: Some(pause), ..Settled::default() }
    }
}

/// Twice as long with every failure, up to a bound.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

fn last(records: &[Record]) -> Option<String> {
    records.last().map(|record| record.sequence.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(names: &str, retries: Option<u32>, bisect: bool) -> Delivery {
        let record = |name: char| Record { sequence: name.into(), json: "{}".into() };
        Delivery::new(names.chars().map(record).collect(), Policy { retries, bisect })
    }

    fn current(delivery: &Delivery) -> String {
        delivery.current().unwrap_or_default().iter().map(|record| record.sequence.as_str()).collect()
    }

    /// The batches that a function sees which fails as long as one of `poison` is in its batch.
    fn seen(mut delivery: Delivery, poison: &str) -> (Vec<String>, usize) {
        let (mut batches, mut given_up) = (Vec::new(), 0);
        while delivery.current().is_some() {
            let batch = current(&delivery);
            let verdict = if batch.contains(poison) { Verdict::Failed } else { Verdict::Done };
            batches.push(batch);
            given_up += delivery.settle(&verdict).given_up;
        }
        (batches, given_up)
    }

    #[test]
    fn a_failed_batch_comes_again_later_and_later() {
        let mut delivery = delivery("abc", None, false);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            assert_eq!(current(&delivery), "abc");
            pauses.push(delivery.settle(&Verdict::Failed).pause.unwrap().as_millis());
        }
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(delivery.settle(&Verdict::Done).through.as_deref(), Some("c"));
        assert_eq!(delivery.current(), None);
    }

    #[test]
    fn a_partial_failure_moves_the_place_and_starts_to_count_anew() {
        let mut delivery = delivery("abc", Some(1), false);
        delivery.settle(&Verdict::Failed);
        let settled = delivery.settle(&Verdict::DoneBefore(1));
        assert_eq!((settled.through.as_deref(), settled.given_up), (Some("a"), 0));
        assert_eq!(current(&delivery), "bc");
        let settled = delivery.settle(&Verdict::DoneBefore(1));
        assert_eq!((settled.through.as_deref(), settled.given_up), (Some("b"), 0));
        let settled = delivery.settle(&Verdict::Failed);
        assert_eq!((settled.through.as_deref(), settled.given_up), (Some("c"), 1));
        assert_eq!(delivery.current(), None);
    }

    #[test]
    fn what_is_given_up() {
        assert_eq!(seen(delivery("ab", Some(0), false), "b"), (vec!["ab".into()], 2));
        assert_eq!(seen(delivery("ab", Some(2), false), "a"), (vec!["ab".into(); 3], 2));
    }

    #[test]
    fn bisecting_finds_the_one_that_fails() {
        let (batches, given_up) = seen(delivery("abcde", Some(1), true), "d");
        assert_eq!(batches, ["abcde", "ab", "cde", "c", "de", "d", "d", "e"]);
        assert_eq!(given_up, 1);
    }

    #[test]
    fn an_event_stays_within_six_megabytes() {
        let record = |name: &str| Record { sequence: name.into(), json: "x".repeat(4 * 1024 * 1024) };
        let policy = Policy { retries: None, bisect: false };
        let mut delivery = Delivery::new(vec![record("a"), record("b")], policy);
        assert_eq!(current(&delivery), "a");
        delivery.settle(&Verdict::Done);
        assert_eq!(current(&delivery), "b");
    }
}
