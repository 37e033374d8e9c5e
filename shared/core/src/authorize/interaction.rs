//! An authorization request in flight: what was checked, and the browser that brought it.

use postern_jose::base64url;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::dpop::Sender;
use crate::entropy::{Entropy, random};
use crate::id::{ClientId, GrantId, InteractionId};
use crate::lifetime;
use crate::openid::OpenIdRequest;
use crate::param::{CodeChallenge, ScopeSet};
use crate::session::set_cookie;
use crate::settings::Issuer;

/// A checked authorization request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client.
    pub client_id: ClientId,
    /// The redirect URI as presented, and matched.
    pub redirect_uri: String,
    /// `state`, returned as it came.
    pub state: Option<String>,
    /// The scopes asked for.
    pub scopes: ScopeSet,
    /// The API that they are for (RFC 8707).
    pub audience: String,
    /// `nonce`.
    pub nonce: Option<String>,
    /// The PKCE challenge, unless the client may leave it out and does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<CodeChallenge>,
    /// Whether the client is a platform, so that what is allowed is a connection of the tenant.
    #[serde(default)]
    pub connects: bool,
    /// Whether nobody has vouched for the client, so that it learns nothing by redirect until a person is known (A07),
    /// and nothing silently at all (A15).
    #[serde(default)]
    pub unverified: bool,
    /// The keys that what comes of it is bound to.
    #[serde(default)]
    pub sender: Sender,
    /// The device authorization, where a device asks and not a client by redirect.
    #[serde(default)]
    pub device: Option<GrantId>,
    /// What it asks of OpenID Connect.
    #[serde(default)]
    pub openid: OpenIdRequest,
}

/// A request in flight.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Interaction {
    /// Its identifier: 131 random bits, worth nothing without the cookie.
    pub id: InteractionId,
    /// The tag of the cookie that the browser got.
    pub cookie_tag: Tag,
    /// What was asked.
    pub request: AuthorizationRequest,
    /// When it is over.
    pub expires_at: Timestamp,
}

impl Interaction {
    /// Begins an interaction: what the table keeps, and the cookie's value.
    pub fn begin(
        request: AuthorizationRequest,
        keys: &CredentialKeys,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> (Self, Zeroizing<String>) {
        let id = InteractionId::generate(entropy);
        let secret = Zeroizing::new(base64url::encode(*Zeroizing::new(random::<32>(entropy))));
        let cookie_tag = cookie_tag(keys, &id, &secret);
        (Self { id, cookie_tag, request, expires_at: now.plus(lifetime::INTERACTION) }, secret)
    }

    /// The token for one form of this interaction, in this browser, under this session (A19).
    pub fn form_token(&self, keys: &CredentialKeys, form: &str, session: Option<&Tag>) -> Tag {
        let session = session.map_or(&[][..], |tag| tag.as_bytes());
        keys.tag(Purpose::Csrf, &[form.as_bytes(), self.cookie_tag.as_bytes(), session])
    }
}

/// What the table keeps of the cookie.
pub(super) fn cookie_tag(keys: &CredentialKeys, id: &InteractionId, secret: &str) -> Tag {
    keys.tag(Purpose::Interaction, &[id.as_str().as_bytes(), secret.as_bytes()])
}

/// One cookie per interaction, so that parallel tabs work.
pub(super) fn cookie_name(issuer: &Issuer, id: &InteractionId) -> String {
    if issuer.is_secure() { format!("__Host-ix-{id}") } else { format!("ix-{id}") }
}

/// The `Set-Cookie` that ends an interaction in the browser.
pub(super) fn expired_cookie(issuer: &Issuer, id: &InteractionId) -> String {
    format!("{}; Max-Age=0", set_cookie(&cookie_name(issuer, id), "", issuer))
}
