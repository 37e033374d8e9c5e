//! The reader of the table's stream: from each change into the audit log.

// The SDK's futures nest deeper than the compiler looks by default.
#![recursion_limit = "256"]

use audit_copy::{Batch, Copier};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use postern_aws::AwsEnvironment;
use postern_core::settings::{audit_days, table_name};
use postern_core::store::{LoadTenants, RecordEvents};
use postern_dynamodb::DynamoStore;
use tracing::{Instrument, Level};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_log();
    let store = ports(DynamoStore::new(&AwsEnvironment::from_vars(var)?, table_name(var)?));
    let copier = &Copier::new(store, audit_days(var)?);
    let copy = |event: LambdaEvent<Batch>| async move {
        let span = tracing::info_span!("invocation", id = event.context.request_id);
        Ok::<_, Error>(copier.copy(&event.payload).instrument(span).await)
    };
    lambda_runtime::run(service_fn(copy)).await
}

/// One JSON object a line: ours from `info` on, everybody else's from `warn` on (L07). As `postern-lambda` does it,
/// which this function does not link.
fn init_log() {
    let targets = [("postern", Level::INFO), ("audit", Level::INFO)];
    let ours = Targets::new().with_default(Level::WARN).with_targets(targets);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).without_time();
    tracing_subscriber::registry().with(ours).with(lines).init();
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl LoadTenants + RecordEvents {
    store
}

#[expect(
    clippy::disallowed_methods,
    reason = "read once, at start; this function does not link postern-lambda"
)]
fn var(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
