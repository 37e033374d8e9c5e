//! The AWS side of a world: both endpoints in memory, and clients made as a function makes them.

use postern_aws::AwsEnvironment;
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;
use postern_local::{EngineOptions, Engines};

use crate::patience;
use crate::table::Table;

/// Endpoints of a world's own, so that its faults strike nobody else.
pub(crate) struct Laptop {
    pub(crate) engines: Engines,
    pub(crate) kms: aws_sdk_kms::Client,
    pub(crate) table: Table,
    pub(crate) store: DynamoStore,
    pub(crate) vault: KmsVault,
}

impl Laptop {
    /// Starts the endpoints and creates the table.
    pub(crate) async fn start() -> Self {
        let engines = Engines::start(EngineOptions::default()).await.expect("endpoints");
        let aws = environment(&engines);
        let (kms, dynamodb) = (patience::kms(&aws), patience::dynamodb(&aws));
        let table = Table::create(dynamodb.clone()).await;
        let store = DynamoStore::with_client(dynamodb, Table::NAME);
        let vault = KmsVault::new(kms.clone(), None);
        Self { engines, kms, table, store, vault }
    }
}

fn environment(engines: &Engines) -> AwsEnvironment {
    let read = |name: &str| {
        let value = match name {
            "AWS_REGION" => "us-east-1",
            "AWS_ENDPOINT_URL_DYNAMODB" => engines.dynamodb_url(),
            "AWS_ENDPOINT_URL_KMS" => engines.kms_url(),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "local",
            _ => return None,
        };
        Some(value.to_owned())
    };
    AwsEnvironment::from_vars(read).expect("environment")
}
