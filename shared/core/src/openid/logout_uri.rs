//! `backchannel_logout_uri`: where a client is told that a session has ended (OpenID Connect Back-Channel Logout 1.0
//! section 2.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::param::RedirectUri;

/// An absolute `https` URI without fragment, or `http` on a loopback host: for clients on the machine of a developer, since
/// a deployment calls no such address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogoutUri(String);

/// A text that is no such URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALogoutUri;

impl LogoutUri {
    /// Takes a URI; [`NotALogoutUri`] where the server could not call it (D02).
    pub fn register(text: &str) -> Result<Self, NotALogoutUri> {
        // Redirect URIs may have private schemes too, which no server can call.
        let callable = text.starts_with("https://") || text.starts_with("http://");
        let registered = RedirectUri::register(text).map_err(|_| NotALogoutUri)?;
        if callable { Ok(Self(registered.into())) } else { Err(NotALogoutUri) }
    }

    /// The text as registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LogoutUri {
    type Error = NotALogoutUri;

    fn try_from(text: String) -> Result<Self, NotALogoutUri> {
        Self::register(&text)
    }
}

impl From<LogoutUri> for String {
    fn from(uri: LogoutUri) -> Self {
        uri.0
    }
}

impl fmt::Display for NotALogoutUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an absolute https URI without a fragment")
    }
}

impl std::error::Error for NotALogoutUri {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d02_only_what_a_server_may_call_is_registered() {
        for good in ["https://rp.example/logout?x=y", "http://localhost:9000/l", "http://127.0.0.1/l"] {
            assert_eq!(LogoutUri::register(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "/logout",
            "http://rp.example/logout",
            "com.example.app:/logout",
            "https://rp.example/#x",
            "https://user@rp.example/",
            "HTTPS://rp.example/",
            "ftp://rp.example/",
        ] {
            assert_eq!(LogoutUri::register(bad), Err(NotALogoutUri), "{bad}");
        }
    }
}
