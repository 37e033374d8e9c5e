//! AWS SDK clients for the two endpoints: the same clients that the functions use.

use aws_sdk_dynamodb as dynamodb;
use aws_sdk_kms as kms;
use kms::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use postern_local::{EngineOptions, Engines};

/// Fresh endpoints in memory.
pub(super) async fn engines() -> Engines {
    Engines::start(EngineOptions::default()).await.unwrap()
}

/// A KMS client without retries.
pub(super) fn kms(engines: &Engines) -> kms::Client {
    let config = kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(engines.kms_url())
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    kms::Client::from_conf(config)
}

/// A DynamoDB client without retries.
pub(super) fn dynamodb(engines: &Engines) -> dynamodb::Client {
    let config = dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(engines.dynamodb_url())
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    dynamodb::Client::from_conf(config)
}
