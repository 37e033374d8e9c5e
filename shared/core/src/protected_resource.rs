//! `/.well-known/oauth-protected-resource`: where a client learns who issues tokens for an API (RFC 9728).
//!
//! Each API has up to two addresses: its own host's (section 3.1), where that host routes the path here, and one under
//! the issuer, with the host as the first segment, which works without any routing and which the challenges name.

use postern_jose::Algorithm;
use serde::Serialize;

use crate::api::{Apis, Resource};
use crate::http::{Request, header};
use crate::param::Scope;
use crate::settings::Issuer;

/// The well-known path (RFC 9728 section 3).
pub const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// RFC 9728 section 2.
#[derive(Serialize)]
pub(crate) struct ResourceMetadata<'a> {
    resource: String,
    authorization_servers: [&'a str; 1],
    scopes_supported: Vec<&'a str>,
    bearer_methods_supported: [&'static str; 1],
    dpop_signing_alg_values_supported: [&'static str; 4],
    resource_name: &'a str,
}

/// Where under the issuer the metadata of an API is; `None` for an audience that does not fit into a challenge.
pub fn metadata_url(issuer: &Issuer, audience: &str) -> Option<String> {
    let resource = Resource::parse(audience)?;
    let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'\'' | b'$');
    if !audience.bytes().all(fits) {
        return None;
    }
    let path = match audience.strip_prefix(issuer.as_str()) {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => resource.path.to_owned(),
        _ => format!("/{}{}", resource.authority, resource.path),
    };
    Some(issuer.url(&format!("{WELL_KNOWN}{path}")))
}

/// The metadata of the API that a request asks about; `None` where there is none.
///
/// What is told comes from the table alone: the host that was called only chooses among the APIs (J17). `resource` is
/// the very URL that the address was made from, or else the client must refuse it (section 3.3; D11).
pub(crate) fn describe<'a>(
    issuer: &'a Issuer,
    apis: &'a Apis,
    http: &Request,
) -> Option<ResourceMetadata<'a>> {
    let asked = asked_path(http)?;
    let host = http.single_header(&header::HOST).unwrap_or_default();
    let named = |authority, path| apis.iter().find_map(|api| Some((api, api.named(authority, path)?)));
    let own = issuer.as_str().split_once("://").map_or("", |(_, authority)| authority);
    let host_in_path =
        || asked.strip_prefix('/').map(split_authority).and_then(|(host, path)| named(host, path));
    let (api, resource) = named(host, &asked).or_else(|| named(own, &asked)).or_else(host_in_path)?;
    Some(ResourceMetadata {
        resource,
        authorization_servers: [issuer.as_str()],
        scopes_supported: api.catalogue.entries().keys().map(Scope::as_str).collect(),
        bearer_methods_supported: ["header"],
        dpop_signing_alg_values_supported: Algorithm::ALL.map(Algorithm::name),
        resource_name: &api.name,
    })
}

/// What follows the well-known path, query included, as it follows the host in the resource's own URL.
fn asked_path(http: &Request) -> Option<String> {
    let path = http.path.strip_prefix(WELL_KNOWN)?;
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    let path = if path == "/" { "" } else { path };
    Some(if http.query.is_empty() { path.to_owned() } else { format!("{path}?{}", http.query) })
}

fn split_authority(text: &str) -> (&str, &str) {
    text.split_at(text.find(['/', '?']).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d11_each_api_has_one_address_under_the_issuer() {
        let issuer = Issuer::parse("https://as.test:9443").unwrap();
        for (audience, path) in [
            ("https://as.test:9443/api", "/api"),
            ("https://as.test:9443/v1/?a=b", "/v1/?a=b"),
            ("https://as.test:9443", ""),
            ("https://api.test", "/api.test"),
            ("https://api.test/", "/api.test"),
            ("https://as.test:94431/x", "/as.test:94431/x"),
            ("https://api.test:8443/v1", "/api.test:8443/v1"),
        ] {
            let url = format!("https://as.test:9443{WELL_KNOWN}{path}");
            assert_eq!(metadata_url(&issuer, audience), Some(url), "{audience}");
        }
        for bad in ["", "urn:x", "https://", "https://a\"b", "https://a/$x", "https://a/b\\c", "https://a b"]
        {
            assert_eq!(metadata_url(&issuer, bad), None, "{bad}");
        }
    }
}
