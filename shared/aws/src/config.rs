//! The configuration that both SDK clients start from.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::AwsEnvironment;

/// An AWS service that we call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The table.
    DynamoDb,
    /// The keys.
    Kms,
}

/// Attempts of one operation, the first included.
const ATTEMPTS: u32 = 3;
/// The base of the jittered pause before another attempt; the SDK's own, a second, is for clients with more time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// One operation with all its attempts. Well below API Gateway's 29 seconds, above three attempts of either service.
const OPERATION: Duration = Duration::from_secs(3);

impl Service {
    /// How long one attempt may take, from connecting to the last byte of the answer.
    const fn attempt(self) -> Duration {
        match self {
            Self::DynamoDb => Duration::from_millis(500),
            Self::Kms => Duration::from_millis(800),
        }
    }
}

/// The configuration for a client of `service`: static credentials, at most three attempts with short pauses, an
/// attempt within 500 ms (DynamoDB) or 800 ms (KMS), an operation within 3 s. Makes no connection.
pub fn sdk_config(environment: &AwsEnvironment, service: Service) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(environment.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(environment.credentials.clone()))
        .http_client(environment.https.clone())
        .sleep_impl(TokioSleep::new())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(ATTEMPTS)
                .with_initial_backoff(FIRST_PAUSE)
                .with_max_backoff(LONGEST_PAUSE),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(service.attempt())
                .operation_timeout(OPERATION)
                .build(),
        )
        // It watches long streams; our answers are a few kilobytes and have a timeout.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(environment.endpoint(service).map(str::to_owned));
    config.build()
}
