//! One connection for each fetch: names are few, and a pool would have to remember which addresses were checked.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use postern_core::outbound::{Accepted, Fetch, FetchError, Fetched, Fetching};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use crate::message::{document, request};
use crate::place::Place;
use crate::settings::{Outreach, OutreachError};

/// What a fetch may take: resolution, connection, handshake and answer together.
const PATIENCE: Duration = Duration::from_secs(3);

/// The guarded way out. Cheap to make: the roots are parsed at the first connection that needs them.
pub struct Outbound {
    loopback: bool,
    roots: RootCertStore,
    tls: std::sync::OnceLock<Option<TlsConnector>>,
}

impl Outbound {
    /// A way out that reaches as far as `outreach` says; [`OutreachError`] where the file of further roots is none.
    pub fn new(outreach: &Outreach) -> Result<Self, OutreachError> {
        let mut roots = RootCertStore::empty();
        if let Some(path) = &outreach.extra_roots {
            let unusable = OutreachError("POSTERN_OUTBOUND_CA names no file of certificates");
            let file = File::open(path).map_err(|_| unusable.clone())?;
            for certificate in CertificateDer::pem_reader_iter(BufReader::new(file)) {
                let certificate = certificate.map_err(|_| unusable.clone())?;
                roots.add(certificate).map_err(|_| unusable.clone())?;
            }
        }
        Ok(Self { loopback: outreach.loopback, roots, tls: std::sync::OnceLock::new() })
    }

    async fn send(
        &self,
        url: &str,
        method: Method,
        body: Option<String>,
    ) -> Result<Response<Incoming>, FetchError> {
        let place = Place::parse(url, self.loopback)?;
        let request = request(&place, method, body)?;
        let resolved = lookup_host((place.host.as_str(), place.port)).await;
        let resolved = resolved.map_err(|_| FetchError::Failed("the name does not resolve".into()))?;
        let checked = place.verify(resolved, self.loopback)?;
        let stream = TcpStream::connect(checked.as_slice()).await;
        let stream = stream.map_err(|_| FetchError::Failed("no connection".into()))?;
        if !place.is_tls {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(place.host.clone());
        let name = name.map_err(|_| FetchError::Forbidden("not a host's name"))?;
        let secured = self.tls()?.connect(name, stream).await;
        exchange(secured.map_err(|error| FetchError::Failed(format!("TLS: {error}")))?, request).await
    }

    fn tls(&self) -> Result<&TlsConnector, FetchError> {
        let made = self.tls.get_or_init(|| {
            let mut roots = self.roots.clone();
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let config =
                ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
            let config = config.with_root_certificates(roots).with_no_client_auth();
            Some(TlsConnector::from(Arc::new(config)))
        });
        made.as_ref().ok_or_else(|| FetchError::Failed("no TLS here".into()))
    }
}

/// Sends one request and reads the head of the answer.
async fn exchange<C>(connection: C, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, FetchError>
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let failed = |error: hyper::Error| FetchError::Failed(format!("HTTP: {error}"));
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(connection)).await.map_err(failed)?;
    // Ends with the answer, or when the sender and the body are dropped.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    sender.send_request(request).await.map_err(failed)
}

async fn patiently<T>(work: impl Future<Output = Result<T, FetchError>>) -> Result<T, FetchError> {
    let done = tokio::time::timeout(PATIENCE, work).await;
    done.unwrap_or_else(|_| Err(FetchError::Failed("too slow".into())))
}

impl Fetch for Outbound {
    fn get<'a>(&'a self, url: &'a str, accepted: Accepted) -> Fetching<'a, Fetched> {
        Box::pin(patiently(async move { document(self.send(url, Method::GET, None).await?, accepted).await }))
    }

    fn post_form<'a>(&'a self, url: &'a str, form: String) -> Fetching<'a, StatusCode> {
        Box::pin(patiently(async move { Ok(self.send(url, Method::POST, Some(form)).await?.status()) }))
    }
}
