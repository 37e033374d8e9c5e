//! `redirect_uri`: registered strictly, compared exactly (RFC 9700 section 2.1, RFC 8252 section 7.3).

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Longest URI, in bytes.
const MAX_LENGTH: usize = 2048;

/// A URI that a client registered. Not necessarily the text that a request presents: see [`RedirectMatched`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(String);

/// Why a URI cannot be registered: `invalid_redirect_uri` (RFC 7591 section 3.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectUriError {
    /// Not an absolute URI of at most 2,048 visible ASCII characters without `\` and fragment.
    Malformed,
    /// Neither `https`, nor `http` on a loopback host, nor a private-use scheme that holds a dot.
    Scheme,
    /// Carries a user name or a password.
    UserInfo,
}

/// Proof that a request's URI is one that its client registered. Holds the URI as presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectMatched(String);

impl RedirectUri {
    /// Takes a URI for registration; [`RedirectUriError`] says what is wrong with it (A03, A04).
    pub fn register(text: &str) -> Result<Self, RedirectUriError> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
        if !plain || text.len() > MAX_LENGTH {
            return Err(RedirectUriError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::Malformed)?;
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(RedirectUriError::UserInfo);
        }
        match url.scheme() {
            "https" if starts_with_authority(text) => Ok(()),
            "http" if starts_with_authority(text) && is_loopback(&url) => Ok(()),
            // RFC 8252 section 7.1: a reversed domain name, so it cannot be `javascript` or `data`.
            scheme if scheme.contains('.') => Ok(()),
            _ => Err(RedirectUriError::Scheme),
        }?;
        Ok(Self(text.to_owned()))
    }

    /// Compares byte by byte. Only for `http` on `127.0.0.1` and `[::1]` is the port free (RFC 8252 section 7.3).
    pub fn matches(&self, presented: &str) -> Option<RedirectMatched> {
        let equal = self.0 == presented
            || without_port(&self.0).is_some_and(|it| Some(it) == without_port(presented));
        equal.then(|| RedirectMatched(presented.to_owned()))
    }

    /// The text as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether its scheme is `https` or `http`. Anybody may claim a private one, whatever it begins with and whatever host
    /// it names.
    pub fn is_of_web(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
    }
}

impl RedirectMatched {
    /// The URI as presented.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The only URI of a client that registered just one, for requests that leave it out (RFC 6749 section 3.1.2.3).
    pub fn the_only(registered: &[RedirectUri]) -> Option<Self> {
        match registered {
            [one] => Some(Self(one.0.clone())),
            _ => None,
        }
    }
}

/// `https:evil.example` parses as a URL with a host; we want the slashes written out (A03).
fn starts_with_authority(text: &str) -> bool {
    text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//") && !rest.starts_with("///"))
}

/// Whether the URL names this very machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A loopback literal's scheme and host, and what follows the port; `None` for every other URI.
fn without_port(text: &str) -> Option<(&str, &str)> {
    let (host, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| Some((host, text.strip_prefix(host)?)))?;
    let Some(after) = rest.strip_prefix(':') else {
        return rest
            .starts_with(['/', '?'])
            .then_some((host, rest))
            .or_else(|| rest.is_empty().then_some((host, rest)));
    };
    let end = after.find(|character: char| !character.is_ascii_digit()).unwrap_or(after.len());
    let (port, tail) = after.split_at_checked(end)?;
    let valid = port.parse::<u16>().is_ok() && (tail.is_empty() || tail.starts_with(['/', '?']));
    valid.then_some((host, tail))
}

impl TryFrom<String> for RedirectUri {
    type Error = RedirectUriError;

    fn try_from(text: String) -> Result<Self, RedirectUriError> {
        Self::register(&text)
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.0
    }
}

impl fmt::Display for RedirectUriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an absolute URI in plain ASCII without a fragment",
            Self::Scheme => "the scheme must be https, http on a loopback host, or a private one with a dot",
            Self::UserInfo => "a URI must not carry a user name or password",
        })
    }
}

impl std::error::Error for RedirectUriError {}

#[cfg(test)]
mod tests;
