//! `/.well-known/*`: metadata (RFC 8414, OpenID Connect Discovery), of APIs too (RFC 9728), and the JWKS.

use std::sync::Arc;

use postern_aws::AwsEnvironment;
use postern_core::clock::SystemClock;
use postern_core::discovery;
use postern_core::entropy::OsEntropy;
use postern_core::server::Server;
use postern_core::settings::{Deployment, client_documents, registration};
use postern_core::store::{LoadApis, LoadKeys};
use postern_dynamodb::DynamoStore;
use postern_lambda::{Error, init_log, serve, var};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    init_log();
    let Deployment { table, settings } = Deployment::from_vars(var)?;
    let store = ports(DynamoStore::new(&AwsEnvironment::from_vars(var)?, table));
    let server = Server::new(store, (), settings, Arc::new(SystemClock), Arc::new(OsEntropy));
    let server = server.admitting(registration(var)?);
    let server = &server.reading_client_documents(client_documents(var)?);
    serve(|request| async move { discovery::handle(server, &request).await }).await
}

/// What this function may do to the table. `tests/architecture` holds its role in the template to the same list.
fn ports(store: DynamoStore) -> impl LoadApis + LoadKeys {
    store
}
