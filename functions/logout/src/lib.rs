//! Makes the deliveries that the table's stream brings: each tells one client that one session has ended. All of a batch at
//! once, so that a slow client holds up nobody; where one fails, the others are done. Changes of accounts come by the same
//! way, and end the sessions that they void: what is to be told of those comes again as deliveries.

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use postern_core::backchannel::{DeliveryTurn, LogoutStore, LogoutTask, Progress, deliver, end_voided};
use postern_core::clock::Timestamp;
use postern_core::lifetime::LOGOUT_WAIT;
use postern_core::outage::Outage;
use postern_core::server::Server;
use postern_dynamodb::LogoutRecord;
use postern_jose::Vault;
use serde::{Deserialize, Serialize};

/// Deliveries that are made at once.
const MAX_CALLS: usize = 25;

/// What Lambda delivers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Batch {
    records: Vec<LogoutRecord>,
}

/// From which record on the batch has to be delivered again: `ReportBatchItemFailures`.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    batch_item_failures: Vec<Failed>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    item_identifier: String,
}

/// A task on its way.
struct Way<'b> {
    place: &'b str,
    /// The delivery, if it is one: that may have to wait.
    turn: Option<DeliveryTurn>,
    progress: Result<Progress, Outage>,
}

/// Makes the deliveries of a batch. Those that have to wait are passed on: they come again by records of their own, behind
/// everything that came meanwhile. They are waited for, a while that `wait` takes, only by a batch that brought nothing
/// new: where sign-outs come in, none of them queues behind a client that is down. The answer names the first record for
/// which table or keys could not be reached: that one has to come back.
pub async fn deliver_all<S: LogoutStore, V: Vault, W: Future<Output = ()>>(
    server: &Server<S, V>,
    batch: &Batch,
    wait: impl FnOnce(Duration) -> W,
) -> Answer {
    let tasks = batch.records.iter().filter_map(|record| Some((record.sequence_number(), record.task()?)));
    let ways = tasks.map(|(place, task)| async move {
        match task {
            LogoutTask::Deliver(turn) => {
                let progress = deliver(server, &turn).await;
                Way { place, turn: Some(turn), progress }
            }
            LogoutTask::End(voiding) => {
                let progress = end_voided(server, &voiding).await.map(|()| Progress::Settled);
                Way { place, turn: None, progress }
            }
        }
    });
    let mut ways: Vec<Way<'_>> = stream::iter(ways).buffered(MAX_CALLS).collect().await;
    if let Some(next_at) = ways.iter().filter_map(Way::next_at).min() {
        if !ways.iter().any(Way::is_new) {
            wait(pause(batch, next_at, server.now())).await;
        }
        let passed = ways.into_iter().map(|way| pass_on(server, way));
        ways = stream::iter(passed).buffered(MAX_CALLS).collect().await;
    }
    let first = ways.iter().find(|way| way.comes_back());
    let failed = first.map(|way| Failed { item_identifier: way.place.to_owned() });
    Answer { batch_item_failures: failed.into_iter().collect() }
}

/// How long a batch that brought nothing new waits: until a next attempt is due, or its latest record is as old as that
/// may make a sign-out wait. What has queued behind other batches is older already, so that a queue costs one pause in all.
fn pause(batch: &Batch, next_at: Timestamp, now: Timestamp) -> Duration {
    let latest = batch.records.iter().filter_map(LogoutRecord::changed_at).max();
    let ripe_at = latest.unwrap_or(now).plus(LOGOUT_WAIT);
    Duration::from_secs(next_at.min(ripe_at).since(now).min(LOGOUT_WAIT))
}

async fn pass_on<'b, S: LogoutStore, V>(server: &Server<S, V>, way: Way<'b>) -> Way<'b> {
    let Some(turn) = way.turn.as_ref().filter(|_| way.next_at().is_some()) else { return way };
    let passed = server.store.pass_on_delivery(turn).await;
    Way { progress: passed.map(|_receipt| Progress::Settled), ..way }
}

impl Way<'_> {
    /// Whether nobody passed it on before; the change of an account never is.
    fn is_new(&self) -> bool {
        self.turn.as_ref().is_none_or(|turn| turn.hops == 0)
    }

    const fn next_at(&self) -> Option<Timestamp> {
        match self.progress {
            Ok(Progress::Waiting(next_at)) => Some(next_at),
            Ok(Progress::Settled) | Err(_) => None,
        }
    }

    /// Whether its record has to come back. One that can never be read would block the stream: it is logged and left
    /// behind.
    fn comes_back(&self) -> bool {
        match &self.progress {
            Ok(_) => false,
            Err(outage) if outage.is_transient() => {
                tracing::error!(event = "logout_delayed", record = self.place, %outage);
                true
            }
            Err(outage) => {
                tracing::error!(event = "logout_lost", record = self.place, %outage);
                false
            }
        }
    }
}
