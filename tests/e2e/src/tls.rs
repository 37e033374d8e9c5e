//! A TLS proxy, as a deployment of one's own has in front: it ends TLS and passes every byte on.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use crate::{Http, Outcome};

/// A listening proxy for one host name. Nothing is behind it yet.
pub(crate) struct FrontDoor {
    host: String,
    listener: TcpListener,
    acceptor: TlsAcceptor,
    roots: RootCertStore,
    certificate: String,
}

/// Serves until it is dropped.
pub(crate) struct OpenDoor(AbortHandle);

impl FrontDoor {
    /// Takes a free port and makes a certificate for `host`.
    pub(crate) async fn new(host: &str) -> Outcome<Self> {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([host.to_owned()])?;
        let key = PrivateKeyDer::try_from(signing_key.serialize_der())?;
        let config = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key)?;
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let certificate = pem(cert.der());
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { host: host.to_owned(), listener, acceptor, roots, certificate })
    }

    /// Where it is, as the world sees it: `https://<host>:<port>`.
    pub(crate) fn origin(&self) -> Outcome<String> {
        Ok(format!("https://{}:{}", self.host, self.listener.local_addr()?.port()))
    }

    /// The certificate, as PEM.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A client that trusts the certificate and finds the host on this machine.
    pub(crate) fn client(&self) -> Outcome<Http> {
        let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        let config = config.with_root_certificates(self.roots.clone()).with_no_client_auth();
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Http::build(reqwest::Client::builder().use_preconfigured_tls(config).resolve(&self.host, here))
    }

    /// Passes everything on to a port of this machine.
    pub(crate) fn open(self, port: u16) -> OpenDoor {
        let server = tokio::spawn(async move {
            while let Ok((connection, _)) = self.listener.accept().await {
                let acceptor = self.acceptor.clone();
                tokio::spawn(async move {
                    // Who hangs up has no use for an error.
                    pass_on(acceptor, connection, port).await.unwrap_or_default();
                });
            }
        });
        OpenDoor(server.abort_handle())
    }
}

async fn pass_on(acceptor: TlsAcceptor, connection: TcpStream, port: u16) -> std::io::Result<()> {
    let mut outside = acceptor.accept(connection).await?;
    let mut inside = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    copy_bidirectional(&mut outside, &mut inside).await.map(drop)
}

/// RFC 7468 section 2: lines of 64 characters.
fn pem(certificate: &[u8]) -> String {
    let text = STANDARD.encode(certificate);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

impl Drop for OpenDoor {
    fn drop(&mut self) {
        self.0.abort();
    }
}
