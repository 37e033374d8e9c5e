//! The guard against real listeners.

#![cfg(test)]

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_core::outbound::{Accepted, Fetch as _, FetchError};
use postern_outbound::{Outbound, Outreach};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A listener on loopback that counts who comes.
struct Listener {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
}

impl Listener {
    async fn plain(answer: String) -> Self {
        let (listener, address, visits) = bind().await;
        let seen = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(reply(stream, answer.clone()));
            }
        });
        Self { address, visits }
    }

    async fn tls(answer: String, config: ServerConfig) -> Self {
        let (listener, address, visits) = bind().await;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        reply(stream, answer).await;
                    }
                });
            }
        });
        Self { address, visits }
    }

    fn url(&self) -> String {
        format!("http://{}/x", self.address)
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

async fn bind() -> (TcpListener, SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address, Arc::default())
}

async fn reply(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: String) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn json(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncache-control: max-age=90\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn guarded() -> Outbound {
    Outbound::new(&Outreach::default()).unwrap()
}

fn unguarded() -> Outbound {
    Outbound::new(&Outreach { loopback: true, extra_roots: None }).unwrap()
}

#[tokio::test]
async fn d02_a_canary_on_loopback_is_never_reached_without_the_switch() {
    let canary = Listener::plain(json("{}")).await;
    let port = canary.address.port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1", "0.0.0.0"] {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{port}/");
            let fetched = guarded().get(&url, Accepted::METADATA).await;
            assert!(matches!(fetched, Err(FetchError::Forbidden(_))), "{url}: {fetched:?}");
            let posted = guarded().post_form(&url, "a=b".into()).await;
            assert!(matches!(posted, Err(FetchError::Forbidden(_))), "{url}: {posted:?}");
        }
    }
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn with_the_switch_a_document_is_read_with_its_age() {
    let publisher = Listener::plain(json("{\"a\":1}")).await;
    let fetched = unguarded().get(&publisher.url(), Accepted::METADATA).await.unwrap();
    assert_eq!((fetched.body.as_slice(), fetched.max_age), (&b"{\"a\":1}"[..], Some(90)));
}

#[tokio::test]
async fn d02_redirects_are_not_followed() {
    let canary = Listener::plain(json("{}")).await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let lure = format!("HTTP/1.1 {status}\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", canary.url());
        let publisher = Listener::plain(lure).await;
        let fetched = unguarded().get(&publisher.url(), Accepted::METADATA).await;
        assert!(matches!(fetched, Err(FetchError::Failed(_))), "{fetched:?}");
    }
    assert_eq!(canary.visits(), 0);
}

#[tokio::test]
async fn d02_bodies_are_bounded_and_of_the_right_type() {
    let long = format!("\"{}\"", "x".repeat(5 * 1024));
    let endless = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{long}");
    let html = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n{}".to_owned();
    let bare = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned();
    let broken =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{}".to_owned();
    let missing = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned();
    for answer in [json(&long), endless, html, bare, broken, missing, "nonsense".into(), String::new()] {
        let publisher = Listener::plain(answer.clone()).await;
        let fetched = unguarded().get(&publisher.url(), Accepted::METADATA).await;
        assert!(matches!(fetched, Err(FetchError::Failed(_))), "{answer:.60}: {fetched:?}");
    }
    let publisher = Listener::plain(json(&long)).await;
    assert!(unguarded().get(&publisher.url(), Accepted::KEYS).await.is_ok());
}

#[tokio::test]
async fn a_form_is_posted_and_the_status_told() {
    let receiver = Listener::plain("HTTP/1.1 204 No Content\r\n\r\n".to_owned()).await;
    let status = unguarded().post_form(&receiver.url(), "logout_token=x".into()).await.unwrap();
    assert_eq!(status.as_u16(), 204);
}

#[tokio::test]
async fn certificates_are_checked_and_a_further_root_is_trusted() {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let publisher = Listener::tls(json("{}"), config).await;
    let port = publisher.address.port();
    let url = format!("https://localhost:{port}/");
    assert!(matches!(unguarded().get(&url, Accepted::METADATA).await, Err(FetchError::Failed(_))));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let body = STANDARD.encode(cert.der());
    writeln!(file, "-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----").unwrap();
    let extra_roots = Some(file.path().display().to_string());
    let trusting = Outbound::new(&Outreach { loopback: true, extra_roots }).unwrap();
    assert!(trusting.get(&url, Accepted::METADATA).await.is_ok());
    let other_name = trusting.get(&format!("https://127.0.0.1:{port}/"), Accepted::METADATA).await;
    assert!(matches!(other_name, Err(FetchError::Failed(_))), "{other_name:?}");
}

#[test]
fn a_file_of_roots_that_is_none_is_refused() {
    let outreach = Outreach { loopback: false, extra_roots: Some("/nowhere.pem".into()) };
    assert!(Outbound::new(&outreach).is_err());
}
