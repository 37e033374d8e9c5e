//! A failed call, as the core sees it: a fault to be retried, never a verdict.

use std::time::Duration;

use aws_sdk_dynamodb::Config;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use postern_core::outage::Outage;

/// Sorts an error that is no verdict.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(crate) fn outage<E: ProvideErrorMetadata>(error: SdkError<E, HttpResponse>) -> Outage {
    match postern_aws::classify(&error) {
        postern_aws::Outage::Throttled => Outage::Throttled,
        postern_aws::Outage::Unavailable => Outage::Unavailable(postern_aws::describe(&error)),
    }
}

/// For calls that are of no consequence: one attempt, of so long.
pub(crate) fn impatient(patience: Duration) -> Builder {
    let timeout = TimeoutConfig::builder().operation_timeout(patience).build();
    Config::builder().timeout_config(timeout).retry_config(RetryConfig::disabled())
}
