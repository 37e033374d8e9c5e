//! Identity sources: what a request must carry before its authorizer is asked.

use super::event_v2::route_key;
use super::request::GatewayRequest;
use super::router::Match;
use crate::template::IdentitySource;

/// The sources' values, in order; nothing when one of them is missing or empty.
pub(super) fn values(
    sources: &[IdentitySource],
    request: &GatewayRequest,
    matched: &Match<'_>,
) -> Option<Vec<String>> {
    sources.iter().map(|source| value(source, request, matched).filter(|value| !value.is_empty())).collect()
}

fn value(source: &IdentitySource, request: &GatewayRequest, matched: &Match<'_>) -> Option<String> {
    match source {
        IdentitySource::Header(name) => request.header(name),
        IdentitySource::Query(name) => {
            request.query_pairs().into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
        }
        IdentitySource::Context(name) => match name.as_str() {
            "httpMethod" => Some(request.method.clone()),
            "identity.sourceIp" => Some(request.source_ip.to_string()),
            "path" => Some(request.full_path.clone()),
            "resourcePath" => Some(matched.route.path.clone()),
            "routeKey" => Some(route_key(matched)),
            _ => None,
        },
    }
}
