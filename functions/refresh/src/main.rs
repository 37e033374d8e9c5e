//! `/oauth2/refresh`: the refresh grant alone, throttled apart from the token endpoint (RFC 6749 section 6).

use std::sync::Arc;

use postern_aws::AwsEnvironment;
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::{Deployment, audit_days, dpop_nonces};
use postern_core::token::{self, Door, TokenStore};
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
    let server = server.needing_dpop_nonces(dpop_nonces(var)?);
    let server = &server.keeping_events_for(audit_days(var)?);
    serve(|request| async move { token::handle(server, &request, Door::Refresh).await }).await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl TokenStore {
    store
}
