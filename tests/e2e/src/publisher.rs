//! Somebody who publishes a document at an https address of this machine.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::Outcome;
use crate::tls::{FrontDoor, OpenDoor};

/// A published document. Dropping it takes it off the web.
pub struct Publisher {
    /// Its address.
    pub url: String,
    visits: Arc<AtomicUsize>,
    folder: TempDir,
    server: AbortHandle,
    _door: OpenDoor,
}

impl Publisher {
    /// Publishes what `describe` makes of the address.
    pub async fn of(describe: impl FnOnce(&str) -> Value) -> Outcome<Self> {
        let door = FrontDoor::new("localhost").await?;
        let url = format!("{}/client.json", door.origin()?);
        let (listener, folder) = (TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, TempDir::new()?);
        std::fs::write(folder.path().join("ca.pem"), door.certificate())?;
        let (port, visits) = (listener.local_addr()?.port(), Arc::<AtomicUsize>::default());
        let server = tokio::spawn(serve(listener, describe(&url).to_string(), Arc::clone(&visits)));
        Ok(Self { url, visits, folder, server: server.abort_handle(), _door: door.open(port) })
    }

    /// A file with the certificate to trust, as PEM.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// How often somebody came.
    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

async fn serve(listener: TcpListener, body: String, visits: Arc<AtomicUsize>) {
    while let Ok((connection, _)) = listener.accept().await {
        visits.fetch_add(1, Ordering::SeqCst);
        // Who hangs up has no use for an error.
        answer(connection, &body).await.unwrap_or_default();
    }
}

async fn answer(mut connection: TcpStream, body: &str) -> std::io::Result<()> {
    let _ = connection.read(&mut [0; 4096]).await?;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
    connection.write_all(format!("{head}\r\nconnection: close\r\n\r\n{body}").as_bytes()).await?;
    connection.shutdown().await
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.server.abort();
    }
}
