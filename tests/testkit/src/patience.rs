//! AWS clients as a function makes them, with time for a machine that is busy: a call that is slow and not struck is
//! answered in the end, and nobody sends it twice.

use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use postern_aws::{AwsEnvironment, Service, sdk_config};

/// Above what a test may take: it bounds nothing but a wait.
const PATIENCE: Duration = Duration::from_mins(5);

/// A client of the table.
pub(crate) fn dynamodb(aws: &AwsEnvironment) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::config::Builder::from(&sdk_config(aws, Service::DynamoDb));
    let config = config.timeout_config(patient()).http_client(plain_http());
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

/// A client of the keys.
pub(crate) fn kms(aws: &AwsEnvironment) -> aws_sdk_kms::Client {
    let config = aws_sdk_kms::config::Builder::from(&sdk_config(aws, Service::Kms));
    let config = config.timeout_config(patient()).http_client(plain_http());
    aws_sdk_kms::Client::from_conf(config.build())
}

fn patient() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        .operation_attempt_timeout(PATIENCE)
        .operation_timeout(PATIENCE)
        .build()
}

/// Endpoints on loopback speak plain HTTP.
fn plain_http() -> aws_sdk_dynamodb::config::SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}
