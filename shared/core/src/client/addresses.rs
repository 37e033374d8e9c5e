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
    let own = DocumentUrl::of(id).and_then(|url| host_of(url.as_str()));
    let of_web = redirect_uris.iter().filter(|uri| uri.is_of_web()).map(RedirectUri::as_str);
    let host = host_of(uri.as_str());
    let is_own = host.is_some() && (host == own || of_web.map(host_of).any(|it| it == host));
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

    /// Whether it may be told of the end of a session in which somebody was sent to `redirect_uri`: a client that nobody
    /// vouched for only at the host that people have been to, or at that of its document (D02).
    pub(crate) fn may_be_told(&self, redirect_uri: &str) -> bool {
        let been_to = RedirectUri::register(redirect_uri).ok();
        !self.registration.is_unverified()
            || verify_logout_host(&self.openid, been_to.as_slice(), &self.client_id).is_ok()
    }
}

/// Scheme and host: of a private scheme, which anybody may claim, the scheme.
fn origin_of(uri: &str) -> Option<(String, Option<String>)> {
    let url = Url::parse(uri).ok()?;
    Some((url.scheme().to_owned(), url.host_str().map(str::to_owned)))
}

fn host_of(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_owned)
}
