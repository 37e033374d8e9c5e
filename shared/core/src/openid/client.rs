//! What a client registers for OpenID Connect (OpenID Connect Registration section 2).

use postern_jose::Algorithm;
use serde::{Deserialize, Serialize};
use url::Url;

use super::LogoutUri;
use crate::client::Client;
use crate::param::{RedirectUri, is_loopback};

/// A client's settings of OpenID Connect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenIdClient {
    /// Which `sub` it is told.
    #[serde(default)]
    pub subject_type: SubjectType,
    /// The sector of its pairwise subjects (section 8.1); the host of its redirect URIs where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector_identifier: Option<String>,
    /// `max_age` of requests that name none, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u64>,
    /// Whether it insists on `auth_time`. Every ID token has it.
    #[serde(default)]
    pub require_auth_time: bool,
    /// What signs its userinfo answers; plain JSON where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// Whether a confidential client may leave PKCE out. A public client never may (OAuth 2.1 section 7.5.1).
    #[serde(default)]
    pub pkce_optional: bool,
    /// Where people may be sent when they have signed out (RP-Initiated Logout section 3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it is told that a session has ended (Back-Channel Logout section 2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<LogoutUri>,
    /// Whether it insists on `sid` in logout tokens. Every one has it.
    #[serde(default)]
    pub backchannel_logout_session_required: bool,
}

/// Which `sub` a client is told (OpenID Connect Core section 8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// The same as every client.
    #[default]
    Public,
    /// One that clients of other sectors cannot match with theirs.
    Pairwise,
}

impl Client {
    /// Whether it registered this very address for people who have signed out.
    pub fn may_leave_to(&self, uri: &str) -> bool {
        self.openid.post_logout_redirect_uris.iter().any(|registered| registered.as_str() == uri)
    }

    /// Whether its authorization requests must have a PKCE challenge.
    pub const fn requires_pkce(&self) -> bool {
        self.is_public() || self.is_fapi() || !self.openid.pkce_optional
    }

    /// The sector of its pairwise subjects: what was named, else the one host of its redirect URIs. Where nobody vouched
    /// for it, these have to be its own.
    pub fn sector(&self) -> Option<String> {
        if let Some(sector) = &self.openid.sector_identifier {
            return Some(sector.clone());
        }
        if self.registration.is_unverified() {
            return sector_of(&self.redirect_uris);
        }
        one_host(&self.redirect_uris, |uri| Url::parse(uri.as_str()).ok()?.host_str().map(str::to_owned))
    }
}

/// The host that all of these URIs have; `None` where they have several, or none, or where one is not
/// [owned](owned_host).
pub(crate) fn sector_of(redirect_uris: &[RedirectUri]) -> Option<String> {
    one_host(redirect_uris, owned_host)
}

fn one_host(redirect_uris: &[RedirectUri], host: impl Fn(&RedirectUri) -> Option<String>) -> Option<String> {
    let mut hosts = redirect_uris.iter().map(host);
    let first = hosts.next()??;
    hosts.all(|host| host.as_deref() == Some(first.as_str())).then_some(first)
}

/// The host of an https URI. Anybody may claim a loopback address or a private scheme, whatever host it names (RFC 8252
/// section 8.6).
pub(crate) fn owned_host(uri: &RedirectUri) -> Option<String> {
    let url = Url::parse(uri.as_str()).ok()?;
    (url.scheme() == "https" && !is_loopback(&url)).then(|| url.host_str().map(str::to_owned)).flatten()
}
