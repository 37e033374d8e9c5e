//! The API Gateway authorizer: called on every request to the API, by HTTP and REST APIs alike.

use std::sync::Arc;

use authorizer_decision::{Authorizer, Event};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use postern_aws::AwsEnvironment;
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::{Deployment, revocation_seconds};
use postern_core::store::{ConfirmTokens, LoadKeys, LoadStanding};
use postern_dynamodb::DynamoStore;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().json().flatten_event(true).without_time().init();
    let Deployment { table, settings } = Deployment::from_vars(var)?;
    let seconds = revocation_seconds(var)?;
    let store = ports(DynamoStore::new(&AwsEnvironment::from_vars(var)?, table));
    let server = Server::new(store, (), settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let authorizer = &Authorizer::new(server, seconds);
    let decide = |event: LambdaEvent<Event>| async move { authorizer.authorize(&event.payload).await };
    lambda_runtime::run(service_fn(decide)).await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl ConfirmTokens + LoadKeys + LoadStanding {
    store
}

#[expect(
    clippy::disallowed_methods,
    reason = "read once, at start; this function does not link postern-lambda"
)]
fn var(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
