//! HTTPS connections that trust Amazon's roots and nobody else.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// The roots that every AWS endpoint chains to, as published at <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("../roots/Amazon_Root_CA_1.pem"),
    include_bytes!("../roots/Amazon_Root_CA_2.pem"),
    include_bytes!("../roots/Amazon_Root_CA_3.pem"),
    include_bytes!("../roots/Amazon_Root_CA_4.pem"),
    include_bytes!("../roots/Starfield_Services_Root_Certificate_Authority_-_G2.pem"),
];

/// How long a connection, with its TLS handshake, may take.
const CONNECT: Duration = Duration::from_millis(500);

/// One pool of connections, made when first used and shared by all clients of an environment.
///
/// The SDK's own client builder would parse the roots twice for each client: once at start, to throw the result
/// away, and again for the first request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Https(Arc<OnceLock<SharedHttpConnector>>);

impl HttpClient for Https {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.0.get_or_init(connector).clone()
    }
}

fn connector() -> SharedHttpConnector {
    let roots = AMAZON_ROOTS.into_iter().fold(TrustStore::empty(), TrustStore::with_pem_certificate);
    match TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => SharedHttpConnector::new(
            Connector::builder()
                .connector_settings(HttpConnectorSettings::builder().connect_timeout(CONNECT).build())
                .sleep_impl(TokioSleep::new())
                .tls_provider(tls::Provider::rustls(CryptoMode::AwsLc))
                .tls_context(context)
                .build(),
        ),
        Err(_) => SharedHttpConnector::new(NoTls),
    }
}

/// Stands in where no TLS context could be built: each request fails, and the process goes on.
#[derive(Debug)]
struct NoTls;

impl HttpConnector for NoTls {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Err(ConnectorError::user("the TLS roots cannot be used".into())))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::{AMAZON_ROOTS, connector};

    /// SHA-256 of each certificate, as the Amazon Trust Services repository lists them.
    const FINGERPRINTS: [&str; 5] = [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
    ];

    #[test]
    fn the_roots_are_the_published_ones() {
        for (pem, fingerprint) in AMAZON_ROOTS.into_iter().zip(FINGERPRINTS) {
            let body: String =
                std::str::from_utf8(pem).unwrap().lines().filter(|line| !line.starts_with('-')).collect();
            let der = STANDARD.decode(body).unwrap();
            let hex = digest(&SHA256, &der).as_ref().iter().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").unwrap();
                hex
            });
            assert_eq!(hex, fingerprint);
        }
    }

    #[test]
    fn the_roots_make_a_connector() {
        // The library panics here if it cannot read one of them.
        let _ = connector();
    }
}
