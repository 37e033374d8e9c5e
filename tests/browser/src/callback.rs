//! The app's own server: it writes down who comes back, and shows a page of its own.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postern_e2e::Outcome;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};
use url::Url;

/// How long a redirect may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A listening app.
pub struct Callback {
    origin: String,
    visits: Arc<Mutex<Vec<Visit>>>,
    server: AbortHandle,
}

/// One request.
#[derive(Clone)]
pub struct Visit {
    /// The address.
    pub url: Url,
    /// Everything before the body.
    pub head: String,
}

impl Callback {
    /// Starts one on a free port. `page` is the HTML that every request gets.
    pub async fn start(page: String) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let visits = Arc::<Mutex<Vec<Visit>>>::default();
        let (seen, base) = (Arc::clone(&visits), origin.clone());
        let server = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                if let Ok(Some(visit)) = answer(connection, &base, &page).await {
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(visit);
                }
            }
        });
        Ok(Self { origin, visits, server: server.abort_handle() })
    }

    /// An address of the app.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The first request for a path, once it has come. Fails when it does not.
    pub async fn visit(&self, path: &str) -> Outcome<Visit> {
        let give_up = Instant::now() + PATIENCE;
        while Instant::now() < give_up {
            if let Some(visit) = self.visits(path).into_iter().next() {
                return Ok(visit);
            }
            sleep(Duration::from_millis(20)).await;
        }
        Err(format!("nobody came to {path}").into())
    }

    /// Every request for a path so far.
    pub fn visits(&self, path: &str) -> Vec<Visit> {
        let visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        visits.iter().filter(|visit| visit.url.path() == path).cloned().collect()
    }
}

impl Visit {
    /// A parameter of the query; empty when there is none.
    pub fn parameter(&self, name: &str) -> String {
        postern_e2e::parameter(&self.url, name).unwrap_or_default()
    }

    /// The value of a header; nothing when there is none.
    pub fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// Reads one request's head and answers it. Browsers open connections that they then do not use: those are nothing.
async fn answer(mut connection: TcpStream, base: &str, page: &str) -> Outcome<Option<Visit>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return Ok(None),
        }
    }
    let head = String::from_utf8(head)?;
    let target = head.split(' ').nth(1).unwrap_or_default();
    let url = Url::parse(&format!("{base}{target}"))?;
    let length = page.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{page}"
    );
    connection.write_all(answer.as_bytes()).await?;
    Ok(Some(Visit { url, head }))
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.server.abort();
    }
}
