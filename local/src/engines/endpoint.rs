//! What answers behind a fault layer: our KMS in this process, or an engine at an address.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};

use crate::faults::around;
use crate::kms::Kms;
use crate::net::{Dropped, HttpClient, HttpResponse, IncomingRequest, bind_loopback, buffer, respond, serve};
use crate::{Faults, Service, StartError};

/// DynamoDB's own limit for a request.
const MAX_REQUEST: usize = 16 * 1024 * 1024;

/// One engine.
#[derive(Clone)]
pub(super) enum Endpoint {
    /// Our KMS.
    Kms(Kms),
    /// An engine reached over plain HTTP.
    Proxied { url: String, client: Box<HttpClient> },
    /// An engine that callers reach themselves.
    Direct { url: String },
}

impl Endpoint {
    /// The engine at `url`: behind the fault layer when the address is `http`.
    pub(super) fn at(url: &str, client: HttpClient) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        if url.starts_with("http://") {
            Self::Proxied { url, client: Box::new(client) }
        } else {
            Self::Direct { url }
        }
    }

    /// Opens the fault layer for this engine and returns the address that callers use.
    pub(super) async fn listen(self, service: Service, faults: Faults) -> Result<String, StartError> {
        if let Self::Direct { url } = self {
            return Ok(url);
        }
        let (listener, port) = bind_loopback(0).await?;
        tokio::spawn(serve(listener, move |_, request| {
            answer(self.clone(), service, faults.clone(), request)
        }));
        Ok(format!("http://127.0.0.1:{port}"))
    }

    async fn perform(self, operation: String, request: Request<Bytes>) -> HttpResponse {
        match self {
            Self::Kms(kms) => kms.answer(operation, request).await,
            Self::Proxied { url, client } => forward(&url, &client, request)
                .await
                .unwrap_or_else(|| respond(502, "text/plain", "engine unreachable")),
            Self::Direct { .. } => respond(502, "text/plain", "this engine is not behind the fault layer"),
        }
    }
}

async fn answer(
    endpoint: Endpoint,
    service: Service,
    faults: Faults,
    request: IncomingRequest,
) -> Result<HttpResponse, Dropped> {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default().to_owned();
    let request = buffer(request, MAX_REQUEST).await.map_err(|_| Dropped)?;
    let effect = endpoint.perform(operation.clone(), request);
    around(faults, service, operation, effect).await
}

/// Sends the request on unchanged; nothing when the engine does not answer.
async fn forward(url: &str, client: &HttpClient, request: Request<Bytes>) -> Option<HttpResponse> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = format!("{url}{path}").parse::<Uri>().ok()?;
    parts.headers.remove(header::CONNECTION);
    if let Some(authority) = parts.uri.authority() {
        parts.headers.insert(header::HOST, HeaderValue::from_str(authority.as_str()).ok()?);
    }
    let response = client.request(Request::from_parts(parts, Full::new(body))).await.ok()?;
    let (mut parts, body) = response.into_parts();
    let body = body.collect().await.ok()?.to_bytes();
    parts.headers.remove(header::TRANSFER_ENCODING);
    parts.headers.remove(header::CONNECTION);
    Some(Response::from_parts(parts, Full::new(body)))
}
