//! The embedded DynamoDB.

use std::path::Path;

use dynoxide::Database;

use crate::StartError;
use crate::net::bind_loopback;

/// Opens the database in `folder`, or in memory. Fails when the file is not a database.
pub(super) fn open(folder: Option<&Path>) -> Result<Database, StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::Endpoint(format!("DynamoDB: {error}"));
    match folder {
        None => Database::memory().map_err(|error| failed(&error)),
        Some(folder) => {
            let file = folder.join("dynamodb.sqlite");
            let Some(file) = file.to_str() else {
                return Err(failed(&"the data folder's name is not UTF-8"));
            };
            Database::new(file).map_err(|error| failed(&error))
        }
    }
}

/// Serves the database on a free loopback port, without faults, and returns its address.
pub(super) async fn serve(database: Database) -> Result<String, StartError> {
    let (listener, port) = bind_loopback(0).await?;
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    Ok(format!("http://127.0.0.1:{port}"))
}
