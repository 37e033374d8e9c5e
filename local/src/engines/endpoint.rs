//! What answers behind a fault layer: our KMS in this process, or an engine at an address.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};

use super::writes::{Writes, changes_items};
use crate::faults::around;
use crate::kms::Kms;
use crate::net::{Dropped, HttpClient, HttpResponse, bind_loopback, buffer, respond, serve};
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

    /// Opens the fault layer for this engine and returns the address that callers use. `writes` is told of changes.
    pub(super) async fn listen(
        self,
        service: Service,
        faults: Faults,
        writes: Writes,
    ) -> Result<String, StartError> {
        if let Self::Direct { url } = self {
            return Ok(url);
        }
        let (listener, port) = bind_loopback(0).await?;
        tokio::spawn(serve(listener, move |_, request| {
            let (endpoint, faults, writes) = (self.clone(), faults.clone(), writes.clone());
            async move {
                let request = buffer(request, MAX_REQUEST).await.map_err(|_| Dropped)?;
                let operation = operation(&request);
                let effect = endpoint.perform_and_tell(operation.clone(), request, writes);
                around(faults, service, operation, effect).await
            }
        }));
        Ok(format!("http://127.0.0.1:{port}"))
    }

    /// Tells after the effect, so that who hears of a change can see it.
    async fn perform_and_tell(
        self,
        operation: String,
        request: Request<Bytes>,
        writes: Writes,
    ) -> HttpResponse {
        let changes = changes_items(&operation);
        let response = self.perform(operation, request).await;
        if changes {
            writes.tell();
        }
        response
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

/// The operation's name on the wire, after the dot of `x-amz-target`.
fn operation(request: &Request<Bytes>) -> String {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
    target.and_then(|target| target.rsplit('.').next()).unwrap_or_default().to_owned()
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
