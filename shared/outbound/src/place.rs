//! Where a URL leads: checked before anything is sent.

use std::net::{IpAddr, SocketAddr};

use postern_core::outbound::FetchError;
use url::{Host, Url};

use crate::address::is_public;

/// Longest URL, in bytes.
const MAX_URL: usize = 2048;

/// A URL that we may call, as far as its text tells.
pub(crate) struct Place {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) is_tls: bool,
    /// Path and query, as sent.
    pub(crate) target: String,
}

impl Place {
    /// Reads a URL: absolute, `https` (or `http` to a loopback host where that is allowed), without user information.
    pub(crate) fn parse(text: &str, loopback: bool) -> Result<Self, FetchError> {
        let refused = |reason| Err(FetchError::Forbidden(reason));
        if text.len() > MAX_URL || text.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'\\') {
            return refused("not a plain URL");
        }
        let Ok(url) = Url::parse(text) else { return refused("not a URL") };
        if !url.username().is_empty() || url.password().is_some() {
            return refused("user information");
        }
        let Some(host) = url.host() else { return refused("no host") };
        let is_tls = match url.scheme() {
            "https" => true,
            "http" if loopback && is_local(&host) => false,
            _ => return refused("not https"),
        };
        let port = url.port_or_known_default().unwrap_or(443);
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        // Brackets belong into a URL, not into a name to resolve or to find in a certificate.
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        Ok(Self { host, port, is_tls, target: format!("{}{query}", url.path()) })
    }

    /// The addresses to connect to, one of them: all that the name has, if we may call every one.
    pub(crate) fn verify(
        &self,
        resolved: impl Iterator<Item = SocketAddr>,
        loopback: bool,
    ) -> Result<Vec<SocketAddr>, FetchError> {
        let addresses: Vec<SocketAddr> = resolved.collect();
        let callable = |address: IpAddr| {
            if self.is_tls {
                is_public(address) || (loopback && address.is_loopback())
            } else {
                address.is_loopback()
            }
        };
        if !addresses.iter().all(|address| callable(address.ip())) {
            return Err(FetchError::Forbidden("an address that is not public"));
        }
        if addresses.is_empty() {
            Err(FetchError::Failed("the name has no address".into()))
        } else {
            Ok(addresses)
        }
    }

    /// The `Host` header (RFC 9112 section 3.2).
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let default = if self.is_tls { 443 } else { 80 };
        if self.port == default { host } else { format!("{host}:{}", self.port) }
    }
}

fn is_local(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d02_only_https_without_credentials_is_a_place() {
        for url in [
            "http://example.com/",
            "http://localhost/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://example.com",
            "data:application/json,{}",
            "https://user@example.com/",
            "https://user:secret@example.com/",
            "https://:secret@example.com/",
            "https:///",
            "https://exa mple.com/",
            "https://example.com\\@127.0.0.1/",
            "//example.com/",
            "",
            &format!("https://example.com/{}", "x".repeat(MAX_URL)),
        ] {
            assert!(matches!(Place::parse(url, false), Err(FetchError::Forbidden(_))), "{url}");
        }
        let place = Place::parse("https://example.com:8443/a?b=c#d", false).unwrap_or_else(|_| panic!());
        assert_eq!((place.authority().as_str(), place.target.as_str()), ("example.com:8443", "/a?b=c"));
    }

    #[test]
    fn d02_one_private_address_among_public_ones_spoils_the_name() {
        let place = Place::parse("https://example.com/", false).unwrap_or_else(|_| panic!());
        let at = |texts: &[&str]| {
            let all: Vec<SocketAddr> = texts.iter().map(|text| text.parse().unwrap()).collect();
            place.verify(all.into_iter(), false)
        };
        assert!(at(&["8.8.8.8:443", "1.1.1.1:443"]).is_ok());
        assert!(at(&["8.8.8.8:443", "127.0.0.1:443"]).is_err());
        assert!(at(&["[::ffff:10.0.0.1]:443"]).is_err());
        assert!(at(&[]).is_err());
    }

    #[test]
    fn d02_numbers_in_disguise_are_the_addresses_that_they_are() {
        for url in ["https://2130706433/", "https://0x7f.1/", "https://017700000001/", "https://127.1/"] {
            let place = Place::parse(url, false).unwrap_or_else(|_| panic!("{url}"));
            assert_eq!(place.host, "127.0.0.1", "{url}");
        }
    }
}
