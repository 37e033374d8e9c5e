//! Where a deployment is, and whether secrets may be sent there.

use url::{Host, Url};

use crate::bootstrap::Failure;

/// The base URL of a deployment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Without a slash at its end.
    pub(crate) base: String,
    /// Whether it is on this machine.
    pub(crate) is_loopback: bool,
}

impl Origin {
    /// Takes an https URL, or an http URL on this machine: everywhere else plain HTTP would show the secret to
    /// whoever is on the way (RFC 6749 section 3.2).
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let url = Url::parse(text).map_err(|_| "--url is no URL")?;
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            _ => return Err("--url must begin with https://, except on this machine".into()),
        }
        Ok(Self { base: text.trim_end_matches('/').to_owned(), is_loopback })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_by_tls_or_not_at_all() {
        for (text, is_loopback) in [
            ("https://id.acme.com/", false),
            ("http://localhost:8080", true),
            ("http://127.0.0.1:8080/", true),
            ("http://[::1]:8080", true),
            ("https://localhost:8443", true),
        ] {
            let base = text.trim_end_matches('/').to_owned();
            assert_eq!(Origin::parse(text).unwrap(), Origin { base, is_loopback }, "{text}");
        }
        for text in [
            "http://id.acme.com",
            "http://localhost.acme.com",
            "http://10.0.0.1",
            "http://localhost@acme.com",
            "ftp://localhost",
            "localhost:8080",
            "",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }
}
