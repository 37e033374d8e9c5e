//! Which client identifiers are URLs of documents (section 3).

use postern_jose::base64url;
use url::{Host, Url};

use crate::id::ClientId;

/// What such an identifier begins with where it is a segment of a path: no other identifier has a `_`.
const IN_PATHS: &str = "doc_";

/// A client identifier that is the URL of a metadata document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentUrl(ClientId);

impl DocumentUrl {
    /// What such identifiers begin with, and no other does.
    pub const SCHEME: &'static str = "https://";

    /// `None` unless the identifier is an `https` URL with a path, in the one form in which URLs are compared: without
    /// dot segments, default port, user name, password and fragment, and with a name, not an address, as its host.
    pub fn of(id: &ClientId) -> Option<Self> {
        let text = id.as_str();
        let url =
            Url::parse(text).ok().filter(|url| text.starts_with(Self::SCHEME) && url.as_str() == text)?;
        let named = matches!(url.host(), Some(Host::Domain(name)) if !name.ends_with('.'));
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let has_path = url.path() != "/" && url.query() != Some("");
        (named && bare && has_path).then(|| Self(id.clone()))
    }

    /// The client of one segment of a path, as [`Self::segment`] writes it.
    pub fn of_segment(segment: &str) -> Option<Self> {
        let bytes = base64url::decode(segment.strip_prefix(IN_PATHS)?).ok()?;
        Self::of(&ClientId::parse(std::str::from_utf8(&bytes).ok()?).ok()?)
    }

    /// As one segment of a path: gateways and libraries would not leave an encoded URL alone.
    pub fn segment(&self) -> String {
        format!("{IN_PATHS}{}", base64url::encode(self.as_str()))
    }

    /// As a client identifier.
    pub const fn id(&self) -> &ClientId {
        &self.0
    }

    /// As a URL.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<DocumentUrl> {
        ClientId::parse(text).ok().as_ref().and_then(DocumentUrl::of)
    }

    #[test]
    fn urls_of_documents() {
        for url in [
            "https://app.example/client.json",
            "https://app.example:8443/oauth/client",
            "https://app.example/a/",
            "https://app.example/client?v=2",
            "https://xn--bcher-kva.example/client",
        ] {
            assert_eq!(read(url).as_ref().map(DocumentUrl::as_str), Some(url));
            let segment = read(url).unwrap().segment();
            assert!(segment.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-".contains(&it)));
            assert_eq!(DocumentUrl::of_segment(&segment), read(url));
        }
    }

    #[test]
    fn everything_else_is_an_identifier_and_no_url() {
        for text in [
            "abc123",
            "http://app.example/client.json",
            "https://app.example",
            "https://app.example/",
            "https://app.example/?",
            "https://app.example/a?",
            "https://app.example/./a",
            "https://app.example/a/../b",
            "https://app.example/a/%2e%2e/b",
            "https://user@app.example/a",
            "https://user:secret@app.example/a",
            "https://app.example:443/a",
            "https://APP.example/a",
            "HTTPS://app.example/a",
            "https:app.example/a",
            "https://app.example\\@evil.example/a",
            "https://app.example./a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://2130706433/a",
            "https:///a",
            &format!("https://app.example/{}", "x".repeat(255)),
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
