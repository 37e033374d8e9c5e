//! The embedded DynamoDB.

use std::fmt::Display;
use std::path::Path;

use dynoxide::Database;
use dynoxide::storage::Storage;
use uuid::Uuid;

use crate::StartError;
use crate::net::bind_loopback;

/// At every write, and at every read of a stream, the engine looks through all stream records there are, and it never
/// drops one. With this index it finds its place: ten thousand records cost six milliseconds a write without it.
const STREAM_INDEX: &str = "CREATE INDEX IF NOT EXISTS stream_records_in_order
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";

/// Opens the database in `folder`, or in memory. Fails when the file is not a database.
pub(super) fn open(folder: Option<&Path>) -> Result<Database, StartError> {
    let failed = |error: &dyn Display| StartError::Endpoint(format!("DynamoDB: {error}"));
    let file = match folder {
        // A name of its own makes it one database for both connections below, and for nobody else.
        None => format!("file:{}?mode=memory&cache=shared", Uuid::new_v4()),
        Some(folder) => match folder.join("dynamodb.sqlite").to_str() {
            Some(file) => file.to_owned(),
            None => return Err(failed(&"the data folder's name is not UTF-8")),
        },
    };
    let storage = Storage::new(&file).map_err(|error| failed(&error))?;
    storage.conn().execute_batch(STREAM_INDEX).map_err(|error| failed(&error))?;
    // Before `storage` goes: a database in memory ends with its last connection.
    Database::new(&file).map_err(|error| failed(&error))
}

/// Serves the database on a free loopback port, without faults, and returns its address.
pub(super) async fn serve(database: Database) -> Result<String, StartError> {
    let (listener, port) = bind_loopback(0).await?;
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    Ok(format!("http://127.0.0.1:{port}"))
}
