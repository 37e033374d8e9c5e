//! The second reader of the table's stream: ends the sessions that changes of accounts void, and tells clients of every end.

// The SDK's futures nest deeper than the compiler looks by default.
#![recursion_limit = "256"]

use std::sync::Arc;

use lambda_runtime::{LambdaEvent, service_fn};
use logout_delivery::{Batch, deliver_all};
use postern_aws::AwsEnvironment;
use postern_core::backchannel::LogoutStore;
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::Deployment;
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;
use postern_lambda::{Error, init_log, var};
use postern_outbound::{Outbound, Outreach};
use tracing::Instrument;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_log();
    let Deployment { table, settings } = Deployment::from_vars(var)?;
    let aws = AwsEnvironment::from_vars(var)?;
    let vault = KmsVault::new(postern_kms::client(&aws), None);
    let store = ports(DynamoStore::new(&aws, table));
    let server = Server::new(store, vault, settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let server = &server.reaching(Arc::new(Outbound::new(&Outreach::from_vars(var)?)?));
    let deliver = |event: LambdaEvent<Batch>| async move {
        let span = tracing::info_span!("invocation", id = event.context.request_id);
        Ok::<_, Error>(deliver_all(server, &event.payload, tokio::time::sleep).instrument(span).await)
    };
    lambda_runtime::run(service_fn(deliver)).await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl LogoutStore {
    store
}
