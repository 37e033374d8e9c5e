//! Loopback HTTP: a server that may refuse to answer, a client, and the message types both use.

mod client;
mod server;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;

pub(crate) use client::{HttpClient, http_client};
pub(crate) use server::{bind_loopback, serve};

/// A request as a handler gets it.
pub(crate) type IncomingRequest = Request<Incoming>;

/// A complete response.
pub(crate) type HttpResponse = Response<Full<Bytes>>;

/// The handler's decision to close the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("connection dropped on purpose")]
pub(crate) struct Dropped;

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// Longer than the limit.
    TooLarge,
    /// The peer went away, or sent nonsense.
    Broken,
}

/// Reads a whole body of at most `limit` bytes.
///
/// Fails with [`BodyError::TooLarge`] past the limit and [`BodyError::Broken`] when the peer stops early.
pub(crate) async fn read_body(body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge),
        Err(_) => Err(BodyError::Broken),
    }
}

/// A response with a status, a content type and a body.
pub(crate) fn respond(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> HttpResponse {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}

/// A JSON response.
pub(crate) fn respond_json(status: u16, body: &serde_json::Value) -> HttpResponse {
    respond(status, "application/json", body.to_string())
}

/// Reads a request, body included, into memory.
///
/// Fails as [`read_body`] does.
pub(crate) async fn buffer(request: IncomingRequest, limit: usize) -> Result<Request<Bytes>, BodyError> {
    let (parts, body) = request.into_parts();
    Ok(Request::from_parts(parts, read_body(body, limit).await?))
}
