//! A reader of one table's stream in the embedded DynamoDB, which has one shard per table and trims nothing.

use std::time::Duration;

use dynoxide::Database;
use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use serde_json::Value;
use tokio::sync::watch;

use crate::StartError;

/// `GetRecords` gives at most this many.
pub(super) const MAX_READ: usize = 1000;

/// Writes that come this close together are read together: each read looks through the whole stream.
const GATHER: Duration = Duration::from_millis(20);

/// Where to begin to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// At the oldest record.
    TrimHorizon,
    /// After the newest record.
    Latest,
    /// After the record with this sequence number.
    After(String),
}

/// A position in a stream.
pub(crate) struct Stream {
    database: Database,
    iterator: String,
    writes: watch::Receiver<u64>,
}

impl Stream {
    /// Takes a position. Fails when there is no such stream, or the sequence number is none of its.
    pub(super) fn open(
        database: Database,
        writes: watch::Receiver<u64>,
        arn: &str,
        start: &Start,
    ) -> Result<Self, StartError> {
        let failed = |error: &dyn std::fmt::Display| StartError::Endpoint(format!("stream {arn}: {error}"));
        let describe = DescribeStreamRequest { stream_arn: arn.to_owned(), ..Default::default() };
        let described = database.describe_stream(describe).map_err(|error| failed(&error))?;
        let [shard] = described.stream_description.shards.as_slice() else {
            return Err(failed(&"expected one shard"));
        };
        let (kind, sequence_number) = match start {
            Start::TrimHorizon => ("TRIM_HORIZON", None),
            Start::Latest => ("LATEST", None),
            Start::After(sequence) => ("AFTER_SEQUENCE_NUMBER", Some(sequence.clone())),
        };
        let request = GetShardIteratorRequest {
            stream_arn: arn.to_owned(),
            shard_id: shard.shard_id.clone(),
            shard_iterator_type: kind.to_owned(),
            sequence_number,
        };
        let answer = database.get_shard_iterator(request).map_err(|error| failed(&error))?;
        let iterator = answer.shard_iterator.ok_or_else(|| failed(&"no iterator"))?;
        Ok(Self { database, iterator, writes })
    }

    /// The next records, at most `limit`, as `GetRecords` has them; none at the end of the stream.
    ///
    /// Fails, and may be asked again, when the engine refuses.
    pub(crate) async fn read(&mut self, limit: usize) -> Result<Vec<Value>, String> {
        // Before the read: a write in between must wake the next wait.
        self.writes.mark_unchanged();
        let request =
            GetRecordsRequest { shard_iterator: self.iterator.clone(), limit: Some(limit.min(MAX_READ)) };
        let database = self.database.clone();
        let reading = tokio::task::spawn_blocking(move || database.get_records(request));
        let answer = reading
            .await
            .map_err(|_| "the read was stopped".to_owned())?
            .map_err(|error| error.to_string())?;
        let records = answer.records.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
        let records = records.map_err(|error| error.to_string())?;
        if let Some(next) = answer.next_shard_iterator {
            self.iterator = next;
        }
        Ok(records)
    }

    /// Waits until something was written since the last read, and a moment longer.
    pub(crate) async fn written(&mut self) {
        if self.writes.changed().await.is_err() {
            // The endpoints are gone: nothing will be written any more.
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GATHER).await;
    }
}
