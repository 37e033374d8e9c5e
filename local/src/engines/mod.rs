//! The two AWS endpoints: an embedded DynamoDB and our KMS, each behind the fault layer.

mod dynamodb;
mod endpoint;
mod stream;
mod writes;

use std::path::PathBuf;
use std::sync::Arc;

use dynoxide::Database;

use crate::background::Background;
use crate::kms::Kms;
use crate::net::http_client;
use crate::{Faults, Service, StartError};
use endpoint::Endpoint;
use serde_json::Value;
use stream::MAX_READ;
pub(crate) use stream::{Start, Stream};
use writes::Writes;

/// What to start.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// Keeps tables and keys in this folder (made if missing). `None`: in memory only.
    pub data_dir: Option<PathBuf>,
    /// Another DynamoDB instead of the embedded one. An `http` address stays behind the fault layer; an `https`
    /// address is used as it is, because requests to it are signed for its own name.
    pub dynamodb: Option<String>,
    /// Another KMS, likewise.
    pub kms: Option<String>,
}

/// The running endpoints. They stop when the last clone is dropped.
#[derive(Clone)]
pub struct Engines(Arc<Running>);

struct Running {
    background: Background,
    faults: Faults,
    dynamodb_url: String,
    kms_url: String,
    database: Option<Database>,
    writes: Writes,
}

impl Engines {
    /// Starts both endpoints on free loopback ports.
    ///
    /// Fails when the data folder cannot be used or the system gives no sockets. The endpoints live on their own
    /// threads: they may be shared by tests that each have a runtime of their own.
    pub async fn start(options: EngineOptions) -> Result<Self, StartError> {
        let background = Background::start()?;
        let faults = Faults::default();
        let started = background.run(start_endpoints(options, faults.clone())).await?;
        let StartedEndpoints { dynamodb_url, kms_url, database, writes } = started;
        Ok(Self(Arc::new(Running { background, faults, dynamodb_url, kms_url, database, writes })))
    }

    /// The address for `AWS_ENDPOINT_URL_DYNAMODB`, without a trailing slash.
    pub fn dynamodb_url(&self) -> &str {
        &self.0.dynamodb_url
    }

    /// The address for `AWS_ENDPOINT_URL_KMS`, without a trailing slash.
    pub fn kms_url(&self) -> &str {
        &self.0.kms_url
    }

    /// The faults in force, and the call counts.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Deletes the items whose TTL has passed and returns how many there were.
    ///
    /// Never happens by itself, as AWS may take days. Fails when DynamoDB is not the embedded one.
    pub fn sweep(&self) -> Result<usize, StartError> {
        let Some(database) = &self.0.database else {
            return Err(StartError::Endpoint("only the embedded DynamoDB can be swept".into()));
        };
        let swept = database.sweep_ttl().map_err(|error| StartError::Endpoint(format!("sweep: {error}")));
        self.0.writes.tell();
        swept
    }

    /// Every record of the stream with this ARN, the oldest first, as `GetRecords` has them.
    ///
    /// Fails when DynamoDB is not the embedded one, and when there is no such stream.
    pub async fn stream_records(&self, arn: &str) -> Result<Vec<Value>, StartError> {
        let Some(mut stream) = self.stream(arn, &Start::TrimHorizon)? else {
            return Err(StartError::Endpoint("only the embedded DynamoDB's streams can be read".into()));
        };
        let mut records = Vec::new();
        loop {
            let read = stream.read(MAX_READ).await.map_err(StartError::Endpoint)?;
            if read.is_empty() {
                return Ok(records);
            }
            records.extend(read);
        }
    }

    /// A reader of the table's stream with this ARN; nothing when DynamoDB is not the embedded one.
    ///
    /// It does not pass the fault layer: Lambda's own reading is nobody's call. Fails when there is no such stream.
    pub(crate) fn stream(&self, arn: &str, start: &Start) -> Result<Option<Stream>, StartError> {
        let Some(database) = &self.0.database else { return Ok(None) };
        Stream::open(database.clone(), self.0.writes.subscribe(), arn, start).map(Some)
    }

    pub(crate) fn background(&self) -> &Background {
        &self.0.background
    }
}

struct StartedEndpoints {
    dynamodb_url: String,
    kms_url: String,
    database: Option<Database>,
    writes: Writes,
}

async fn start_endpoints(options: EngineOptions, faults: Faults) -> Result<StartedEndpoints, StartError> {
    let client = http_client()?;
    let data_dir = options.data_dir.as_deref();
    if let Some(folder) = data_dir {
        std::fs::create_dir_all(folder)?;
    }
    let mut database = None;
    let engine = if let Some(url) = options.dynamodb {
        url
    } else {
        let opened = dynamodb::open(data_dir)?;
        dynamodb::serve(database.insert(opened).clone()).await?
    };
    let dynamodb = Endpoint::at(&engine, client.clone());
    let kms = match options.kms {
        Some(url) => Endpoint::at(&url, client),
        None => Endpoint::Kms(Kms::open(data_dir.map(|folder| folder.join("kms-keys.json")))?),
    };
    let writes = Writes::default();
    let dynamodb_url = dynamodb.listen(Service::DynamoDb, faults.clone(), writes.clone()).await?;
    let kms_url = kms.listen(Service::Kms, faults, Writes::default()).await?;
    Ok(StartedEndpoints { dynamodb_url, kms_url, database, writes })
}
