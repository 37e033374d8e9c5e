//! `/oauth2/register`: clients register (RFC 7591) and manage themselves (RFC 7592).

use std::sync::Arc;

use postern_aws::AwsEnvironment;
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::register::{self, RegisterStore};
use postern_core::server::Server;
use postern_core::settings::{Deployment, registration};
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;
use postern_lambda::{Error, init_log, serve, var};
use postern_outbound::{Outbound, Outreach};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_log();
    let Deployment { table, settings } = Deployment::from_vars(var)?;
    let aws = AwsEnvironment::from_vars(var)?;
    let vault = KmsVault::new(postern_kms::client(&aws), None);
    let store = ports(DynamoStore::new(&aws, table));
    let server = Server::new(store, vault, settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let server = server.reaching(Arc::new(Outbound::new(&Outreach::from_vars(var)?)?));
    let server = &server.admitting(registration(var)?);
    serve(|request| async move { register::handle(server, &request).await }).await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl RegisterStore {
    store
}
