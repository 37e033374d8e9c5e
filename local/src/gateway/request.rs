//! A request as API Gateway sees it.

use std::net::{IpAddr, SocketAddr};
use std::time::SystemTime;

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderMap, Request};
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;
use uuid::Uuid;

/// Headers between two hops, which never reach a function.
const HOP_HEADERS: [&str; 6] = ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

const CLF_TIME: &[FormatItem<'_>] =
    format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");

/// A request with what the gateway adds to it.
#[derive(Debug, Clone)]
pub(super) struct GatewayRequest {
    pub(super) method: String,
    /// As the API sees it: without the stage.
    pub(super) path: String,
    /// As the caller sent it: with the stage.
    pub(super) full_path: String,
    /// Without the question mark; empty for none.
    pub(super) query: String,
    /// Lower-cased names, in order, duplicates kept.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    pub(super) source_ip: IpAddr,
    pub(super) id: String,
    pub(super) time: SystemTime,
}

impl GatewayRequest {
    /// Adds the id, the time and the `x-forwarded-*` headers.
    pub(super) fn new(peer: SocketAddr, request: Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let source_ip = peer.ip().to_canonical();
        let path = parts.uri.path().to_owned();
        Self {
            method: parts.method.as_str().to_owned(),
            full_path: path.clone(),
            path,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: forwarded(&parts.headers, source_ip),
            body,
            source_ip,
            id: Uuid::new_v4().to_string(),
            time: SystemTime::now(),
        }
    }

    /// The same request inside a stage; nothing when it is outside.
    pub(super) fn under_stage(&self, stage: &str) -> Option<Self> {
        let inside = self.path.strip_prefix('/')?.strip_prefix(stage)?;
        let path = if inside.is_empty() { "/" } else { inside };
        path.starts_with('/').then(|| Self { path: path.to_owned(), ..self.clone() })
    }

    /// Every value of a header, by its lower-case name.
    pub(super) fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The header as one text, duplicates joined with commas; nothing when it is absent.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.header_values(name).collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// The domain that was called, without a port.
    pub(super) fn domain(&self) -> String {
        let host = self.header("host").and_then(|host| host.parse::<Authority>().ok());
        host.map_or_else(|| "localhost".to_owned(), |host| host.host().to_owned())
    }

    /// Decoded query parameters, in order, duplicates kept.
    pub(super) fn query_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The time as access logs write it.
    pub(super) fn clf_time(&self) -> String {
        OffsetDateTime::from(self.time).format(CLF_TIME).unwrap_or_default()
    }

    /// Milliseconds since the epoch.
    pub(super) fn epoch_millis(&self) -> u64 {
        let since = self.time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

/// The caller's headers with the gateway's own. Only `requestContext` can be trusted; these show the caller's view.
fn forwarded(headers: &HeaderMap, source_ip: IpAddr) -> Vec<(String, String)> {
    let own = ["x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"];
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut kept: Vec<(String, String)> = headers
        .iter()
        .filter(|(name, _)| !HOP_HEADERS.contains(&name.as_str()) && !own.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect();
    let before = headers.get_all("x-forwarded-for").iter().map(text);
    let chain = before.chain([source_ip.to_string()]).collect::<Vec<_>>().join(", ");
    let host = headers.get("host").map(text).unwrap_or_default();
    let port = host.rsplit_once(':').map_or("80", |(_, port)| port).to_owned();
    let trace = Uuid::new_v4().simple().to_string();
    let (start, rest) = trace.split_at_checked(8).unwrap_or_default();
    kept.push(("x-forwarded-for".to_owned(), chain));
    kept.push(("x-forwarded-port".to_owned(), port));
    kept.push(("x-forwarded-proto".to_owned(), "http".to_owned()));
    kept.push(("x-amzn-trace-id".to_owned(), format!("Root=1-{start}-{rest}")));
    kept
}
