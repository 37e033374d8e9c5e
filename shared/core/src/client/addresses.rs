//! Addresses at which others are called, or people sent, for a client: as long as something speaks for them.

use url::Url;

use super::{Client, DocumentUrl, GrantType};
use crate::id::ClientId;
use crate::openid::OpenIdClient;
use crate::param::RedirectUri;
use crate::register::MetadataError;

/// Holds the address to hosts that the client called `id` shows people anyway, be it as that of its metadata document:
/// nobody has us call whomever they like (D02).
pub(crate) fn verify_logout_host(
    openid: &OpenIdClient,
    redirect_uris: &[RedirectUri],
    id: &ClientId,
) -> Result<(), MetadataError> {
    let Some(uri) = &openid.backchannel_logout_uri else { return Ok(()) };
    let of_web = redirect_uris.iter().filter(|uri| uri.is_of_web()).map(RedirectUri::as_str);
    let host = host_of(uri.as_str());
    let is_own = host.is_some() && (host == document_host(id) || of_web.map(host_of).any(|it| it == host));
    let wrong = "its host must be that of a redirect URI, or of the client's metadata document.";
    if is_own { Ok(()) } else { Err(MetadataError::Member("backchannel_logout_uri", wrong)) }
}

impl Client {
    /// Takes away the addresses for which nothing speaks any more where a bound has left less than was said: of a client
    /// that nobody vouched for, what is at no host that is left.
    pub(crate) fn drop_addresses(&mut self) {
        if !self.may_use(GrantType::AuthorizationCode) {
            // No code is ever sent there, and nobody signs in at it.
            self.redirect_uris.clear();
            self.openid.post_logout_redirect_uris.clear();
            self.openid.backchannel_logout_uri = None;
        }
        if verify_logout_host(&self.openid, &self.redirect_uris, &self.client_id).is_err() {
            self.openid.backchannel_logout_uri = None;
        }
        if self.registration.bound.redirect_uris.is_some() {
            let left: Vec<_> = self.redirect_uris.iter().map(|uri| origin_of(uri.as_str())).collect();
            self.openid.post_logout_redirect_uris.retain(|uri| left.contains(&origin_of(uri.as_str())));
        }
    }

    /// The web host of the address that somebody was sent to, of a client that nobody vouched for.
    pub(crate) fn visited_host(&self, redirect_uri: &str) -> Option<String> {
        let uri = RedirectUri::register(redirect_uri).ok()?;
        host_of(uri.as_str()).filter(|_| self.registration.is_unverified() && uri.is_of_web())
    }

    /// Whether it has an address at which it may be told of the end of a session: a client that nobody vouched for only at
    /// the host that people have been to, or at that of its document (D02).
    pub(crate) fn may_be_told(&self, been_to: Option<&str>) -> bool {
        let Some(uri) = &self.openid.backchannel_logout_uri else { return false };
        let host = host_of(uri.as_str());
        let is_known =
            host.is_some() && (host.as_deref() == been_to || host == document_host(&self.client_id));
        is_known || !self.registration.is_unverified()
    }
}

/// Scheme and host; of a private scheme, which names an app and no host, the scheme.
fn origin_of(uri: &str) -> Option<(String, Option<String>)> {
    let url = Url::parse(uri).ok()?;
    let host = url.host_str().filter(|_| url.scheme().starts_with("http"));
    Some((url.scheme().to_owned(), host.map(str::to_owned)))
}

fn document_host(id: &ClientId) -> Option<String> {
    host_of(DocumentUrl::of(id)?.as_str())
}

fn host_of(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_owned)
}
