//! Requests as we send them, and what an answer must be.

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderMap, USER_AGENT};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use postern_core::outbound::{Accepted, FetchError, Fetched};

use crate::place::Place;

const FORM: &str = "application/x-www-form-urlencoded";

/// A request for the target of a place.
pub(crate) fn request(
    place: &Place,
    method: Method,
    body: Option<String>,
) -> Result<Request<Full<Bytes>>, FetchError> {
    let request = Request::builder()
        .method(method)
        .uri(&place.target)
        .header(HOST, place.authority())
        .header(ACCEPT, "application/json, */*;q=0.1")
        .header(USER_AGENT, "postern");
    let request = if body.is_some() { request.header(CONTENT_TYPE, FORM) } else { request };
    let body = Full::new(Bytes::from(body.unwrap_or_default()));
    request.body(body).map_err(|_| FetchError::Forbidden("not a target of a request"))
}

/// The document in an answer, if it is one that we accept. A redirect is no document.
pub(crate) async fn document(
    answer: http::Response<Incoming>,
    accepted: Accepted,
) -> Result<Fetched, FetchError> {
    if answer.status() != StatusCode::OK {
        return Err(FetchError::Failed(format!("status {}", answer.status().as_u16())));
    }
    let sent_as = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence =
        sent_as.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !accepted.media_types.contains(&essence.as_str()) {
        return Err(FetchError::Failed("another media type".into()));
    }
    let max_age = max_age(answer.headers());
    let whole = Limited::new(answer.into_body(), accepted.max_bytes).collect().await;
    let whole = whole.map_err(|_| FetchError::Failed("the body is too long, or broke off".into()))?;
    Ok(Fetched { body: whole.to_bytes().into(), max_age })
}

/// `Cache-Control` (RFC 9111 section 5.2.2), as far as it concerns us.
fn max_age(headers: &HeaderMap) -> Option<u64> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let directives: Vec<String> =
        values.flat_map(|value| value.split(',')).map(|it| it.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|it| it == "no-store" || it == "no-cache") {
        return Some(0);
    }
    directives.iter().find_map(|it| it.strip_prefix("max-age=")?.trim_matches('"').parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_publisher_s_word_on_caching_is_read() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, http::HeaderValue::from_static(value));
            }
            max_age(&headers)
        };
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["public, Max-Age=60"]), Some(60));
        assert_eq!(read(&["max-age=60", "no-store"]), Some(0));
        assert_eq!(read(&["max-age=-1"]), None);
        assert_eq!(read(&["max-age=99999999999999999999999"]), None);
    }
}
