//! `/oauth2/token`: every grant type (RFC 6749 section 3.2); `/oauth2/par`: pushed requests (RFC 9126);
//! `/oauth2/device_authorization` (RFC 8628 section 3.1).

use std::sync::Arc;

use postern_aws::AwsEnvironment;
use postern_core::authorize::{self, PushStore};
use postern_core::clock::SystemClock;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::{Deployment, audit_days, client_documents, dpop_nonces};
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
    let server = server.reading_client_documents(client_documents(var)?);
    let server = server.needing_dpop_nonces(dpop_nonces(var)?);
    let server = &server.keeping_events_for(audit_days(var)?);
    serve(|request| async move {
        match request.path.as_str() {
            "/oauth2/par" => authorize::push(server, &request).await,
            "/oauth2/device_authorization" => token::authorize_device(server, &request).await,
            _ => token::handle(server, &request, Door::Token).await,
        }
    })
    .await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl PushStore + TokenStore {
    store
}
