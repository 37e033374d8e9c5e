//! `/oauth2/userinfo` (OpenID Connect Core section 5.3).

use std::sync::Arc;

use postern_aws::AwsEnvironment;
use postern_core::access::standing_cache;
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::{Deployment, dpop_nonces, revocation_seconds};
use postern_core::userinfo::{self, UserinfoStore};
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;
use postern_lambda::{Error, init_log, serve, var};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_log();
    let Deployment { table, settings } = Deployment::from_vars(var)?;
    let cache = &standing_cache(revocation_seconds(var)?);
    let aws = AwsEnvironment::from_vars(var)?;
    let vault = KmsVault::new(postern_kms::client(&aws), None);
    let store = ports(DynamoStore::new(&aws, table));
    let server = Server::new(store, vault, settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let server = &server.needing_dpop_nonces(dpop_nonces(var)?);
    serve(|request| async move { userinfo::handle(server, cache, &request).await }).await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl UserinfoStore {
    store
}
