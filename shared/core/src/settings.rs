//! What a deployment decides: read once, at start.

use std::fmt;

use url::Url;

/// The settings that endpoints share.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer identifier (RFC 8414 section 2).
    pub issuer: Issuer,
    /// The audience of access tokens: the URI of the API.
    pub audience: String,
}

/// An issuer identifier: a URL without query, fragment and trailing slash; `https`, or `http` on a loopback host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    secure: bool,
}

/// Why a text is not an issuer identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnIssuer;

impl Issuer {
    /// Takes an issuer identifier; [`NotAnIssuer`] otherwise.
    pub fn parse(text: &str) -> Result<Self, NotAnIssuer> {
        let url = Url::parse(text).map_err(|_| NotAnIssuer)?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && local);
        if !bare || !scheme_fits || text.ends_with('/') || url.path() != "/" {
            return Err(NotAnIssuer);
        }
        Ok(Self { text: text.to_owned(), secure: url.scheme() == "https" })
    }

    /// The text: also the origin, since it has no path.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL of one of our paths.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Whether the browser comes by TLS, so that cookies are `Secure` and carry the prefix `__Host-`.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for NotAnIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "must be an https URL (or http on localhost) without path, query, fragment and trailing slash",
        )
    }
}

impl std::error::Error for NotAnIssuer {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers() {
        for good in ["https://as.example", "http://localhost:8080", "https://as.test:9443"] {
            assert!(Issuer::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://as.example",
            "https://as.example/",
            "https://as.example/x",
            "https://a.example?x",
            "as.example",
        ] {
            assert!(Issuer::parse(bad).is_err(), "{bad}");
        }
    }
}
