//! `/admin/v1`: tenants, members, roles, clients, APIs. The gateway asks the authorizer before each request.

use std::sync::Arc;

use admin_documents::OpenApi;
use postern_aws::AwsEnvironment;
use postern_core::admin::{self, AdminStore};
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::Deployment;
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;
use postern_lambda::{Error, init_log, serve, var};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_log();
    let Deployment { table, settings } = Deployment::from_vars(var)?;
    let aws = AwsEnvironment::from_vars(var)?;
    let vault = KmsVault::new(postern_kms::client(&aws), None);
    let store = ports(DynamoStore::new(&aws, table));
    let server = Server::new(store, vault, settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let server = &server;
    serve(|request| async move { admin::handle(server, &OpenApi, &request).await }).await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl AdminStore {
    store
}
