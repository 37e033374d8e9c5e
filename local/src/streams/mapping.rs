//! One mapping at work.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::delivery::{Delivery, Policy, Settled};
use super::filter::Filter;
use super::record::{self, Record};
use super::verdict::{Verdict, judge};
use crate::engines::Stream;
use crate::runtime::{Functions, Logs};
use crate::template::StreamSpec;

/// The pause after the engine has refused a read.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// A function, the stream that feeds it, and the place reached.
pub(super) struct Mapping {
    /// In the log.
    pub(super) name: String,
    pub(super) spec: StreamSpec,
    pub(super) filter: Filter,
    pub(super) stream: Stream,
    pub(super) checkpoint: Checkpoint,
    pub(super) functions: Functions,
    pub(super) logs: Logs,
}

impl Mapping {
    /// Delivers until the task is aborted.
    pub(super) async fn run(mut self) {
        loop {
            match self.stream.read(self.spec.batch_size).await {
                Ok(records) if records.is_empty() => self.stream.written().await,
                Ok(records) => self.deliver(records).await,
                Err(problem) => {
                    self.say(&format!("cannot be read: {problem}"));
                    tokio::time::sleep(READ_AGAIN).await;
                }
            }
        }
    }

    /// Delivers the records of one read; returns when each is dealt with.
    async fn deliver(&self, read: Vec<Value>) {
        let through = read.last().map(|last| record::sequence(last).to_owned());
        let shaped = read.into_iter().map(|record| record::as_lambda_sends(record, &self.spec.arn));
        let wanted = shaped.filter(|record| self.filter.lets_through(record));
        let policy = Policy { retries: self.spec.retries, bisect: self.spec.bisect };
        let mut delivery = Delivery::new(wanted.map(|record| Record::new(&record)).collect(), policy);
        while let Some(records) = delivery.current() {
            let (count, first) = (records.len(), records.first().map(|record| record.sequence.clone()));
            let verdict = self.invoke(records).await;
            let settled = delivery.settle(&verdict);
            if verdict != Verdict::Done {
                let first = first.unwrap_or_default();
                self.say(&format!(
                    "a batch of {count} from {first} failed: {}",
                    consequence(&verdict, &settled)
                ));
            }
            self.keep(settled.through.as_deref());
            if let Some(pause) = settled.pause {
                tokio::time::sleep(pause).await;
            }
        }
        // The last ones may have been filtered out.
        self.keep(through.as_deref());
    }

    async fn invoke(&self, records: &[Record]) -> Verdict {
        let event = Bytes::from(record::event(records));
        let answer = self.functions.invoke(&self.spec.function, event).await;
        judge(&answer, records, self.spec.reports_items)
    }

    /// A place that cannot be kept costs duplicates after a restart, no more.
    fn keep(&self, through: Option<&str>) {
        if let Some(Err(error)) = through.map(|sequence| self.checkpoint.keep(sequence)) {
            self.say(&format!("the place reached could not be kept: {error}"));
        }
    }

    fn say(&self, text: &str) {
        self.logs.add("streams", format!("{}: {text}", self.name));
    }
}

fn consequence(verdict: &Verdict, settled: &Settled) -> String {
    let done = match verdict {
        Verdict::DoneBefore(index) => format!("{index} done, "),
        Verdict::Done | Verdict::Failed => String::new(),
    };
    match settled.pause {
        Some(pause) => format!("{done}again in {} ms", pause.as_millis()),
        None => format!("{done}{} given up", settled.given_up),
    }
}
