//! The API Gateway authorizer: called on every request to the API, by HTTP and REST APIs alike.

// The SDK's futures nest deeper than the compiler looks by default.
#![recursion_limit = "256"]

use std::sync::Arc;

use authorizer_decision::{Authorizer, Event};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use postern_aws::AwsEnvironment;
use postern_core::access::AccessStore;
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::{Deployment, account_header, revocation_seconds};
use postern_dynamodb::DynamoStore;
use tracing::{Instrument, Level};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_log();
    let Deployment { table, settings } = Deployment::from_vars(var)?;
    let (seconds, account_header) = (revocation_seconds(var)?, account_header(var)?);
    let store = ports(DynamoStore::new(&AwsEnvironment::from_vars(var)?, table));
    let server = Server::new(store, (), settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let authorizer = &Authorizer::new(server, seconds, account_header);
    authorizer.prepare().await;
    let decide = |event: LambdaEvent<Event>| async move {
        let span = tracing::info_span!("invocation", id = event.context.request_id);
        authorizer.authorize(&event.payload).instrument(span).await
    };
    // Boxed once: the decision is a large future.
    Box::pin(lambda_runtime::run(service_fn(decide))).await
}

/// One JSON object a line: ours from `info` on, everybody else's from `warn` on (L07). As `postern-lambda` does it,
/// which this function does not link.
fn init_log() {
    let targets = [("postern", Level::INFO), ("authorizer", Level::INFO)];
    let ours = Targets::new().with_default(Level::WARN).with_targets(targets);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).without_time();
    tracing_subscriber::registry().with(ours).with(lines).init();
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl AccessStore {
    store
}

#[expect(
    clippy::disallowed_methods,
    reason = "read once, at start; this function does not link postern-lambda"
)]
fn var(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
