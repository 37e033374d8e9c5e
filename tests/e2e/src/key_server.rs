//! Where a client publishes its keys: one document by TLS, on this machine.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::Outcome;
use crate::tls::{FrontDoor, OpenDoor};

/// Serves until it is dropped.
pub struct KeyServer {
    /// Where the document is.
    pub url: String,
    folder: TempDir,
    _door: OpenDoor,
    server: AbortHandle,
}

impl KeyServer {
    /// Publishes a document, whatever is asked for.
    pub async fn start(document: &str) -> Outcome<Self> {
        let door = FrontDoor::new("localhost").await?;
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("ca.pem"), door.certificate())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (url, port) = (format!("{}/jwks.json", door.origin()?), listener.local_addr()?.port());
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{document}",
            document.len()
        );
        let server = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                // Who hangs up has no use for an error.
                tell(connection, &answer).await.unwrap_or_default();
            }
        });
        Ok(Self { url, folder, _door: door.open(port), server: server.abort_handle() })
    }

    /// Its certificate, as PEM.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

async fn tell(mut connection: TcpStream, answer: &str) -> std::io::Result<()> {
    let (mut asked, mut buffer) = (Vec::new(), [0; 1024]);
    while !asked.ends_with(b"\r\n\r\n") {
        match connection.read(&mut buffer).await? {
            0 => return Ok(()),
            read => asked.extend(buffer.iter().take(read)),
        }
    }
    connection.write_all(answer.as_bytes()).await?;
    connection.shutdown().await
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}
