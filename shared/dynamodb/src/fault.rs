//! A failed call, as the core sees it: a fault to be retried, never a verdict.

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
