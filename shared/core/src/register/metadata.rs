//! Client metadata (RFC 7591 section 2, OpenID Connect Registration section 2): what a client says of itself, be it at
//! the registration endpoint or in its metadata document. What we know is checked, the rest is ignored.

mod authentication;
mod grants;
mod openid;
mod redirects;
#[cfg(test)]
mod tests;
mod told;

use std::collections::BTreeMap;

use postern_jose::Algorithm;
use serde_json::{Map, Value};

use self::authentication::Authentication;
use super::members::Members;
use super::refusal::MetadataError;
use crate::client::{
    AuthMethod, Client, ClientKind, Entitlements, GrantType, SenderRules, verify_logout_host,
};
use crate::openid::OpenIdClient;
use crate::param::{RedirectUri, ScopeSet};

/// Longest `scope`, in bytes: longer than a request's, since it names all that is ever asked for.
const LONGEST_SCOPE: usize = 16 * 1024;
/// What people read where an app gives no name.
const NAMELESS: &str = "An app without a name";

/// Where metadata comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The registration endpoint, which hands out secrets.
    Registration,
    /// A metadata document, whose client has no secret: it is public, or publishes keys.
    Document,
}

/// What a client says of itself, checked, with the defaults of RFC 7591 section 2.
#[derive(Debug)]
pub struct Metadata {
    /// What the client is: `Web`, `Spa` or `Native`.
    pub kind: ClientKind,
    /// `client_name`.
    pub name: Option<String>,
    /// `redirect_uris`.
    pub redirect_uris: Vec<RedirectUri>,
    /// `grant_types`, of those that anybody may use.
    pub grant_types: Vec<GrantType>,
    /// `scope` as it is asked for; nothing is known yet of what there is.
    pub scopes: Option<ScopeSet>,
    /// The settings of OpenID Connect. The sector identifier is not in them: see [`Self::sector_identifier_uri`].
    pub openid: OpenIdClient,
    /// `sector_identifier_uri`, which nobody has fetched yet (OpenID Connect Registration section 5).
    pub sector_identifier_uri: Option<String>,
    authentication: Authentication,
    id_token_algorithm: Option<Algorithm>,
    sender: SenderRules,
    told: BTreeMap<String, Vec<String>>,
}

impl Metadata {
    /// Reads a JSON object; `offered` are the algorithms that the server's keys sign with. [`MetadataError`] names what
    /// is wrong with it.
    pub fn parse(
        object: Map<String, Value>,
        source: Source,
        offered: &[Algorithm],
    ) -> Result<Self, MetadataError> {
        let members = &mut Members::new(object);
        if members.any("software_statement").is_some() {
            return Err(MetadataError::SoftwareStatement);
        }
        let authentication = Authentication::parse(members, source)?;
        let grant_types = grants::parse(members)?;
        let redirect_uris = redirects::parse(members, &grant_types)?;
        let is_native = redirects::is_native(members, &redirect_uris)?;
        let (openid, sector_identifier_uri) =
            openid::parse(members, (&redirect_uris, &grant_types), offered)?;
        let mut told = told::parse(members)?;
        if let Some(url) = &sector_identifier_uri {
            told.insert("sector_identifier_uri".to_owned(), vec![url.clone()]);
        }
        let application = if is_native { "native" } else { "web" };
        told.insert("application_type".to_owned(), vec![application.to_owned()]);
        Ok(Self {
            kind: kind(authentication.method, is_native),
            name: members.label("client_name")?,
            redirect_uris,
            grant_types,
            scopes: scopes(members)?,
            openid,
            sector_identifier_uri,
            authentication,
            id_token_algorithm: openid::algorithm(members, "id_token_signed_response_alg", offered)?,
            sender: sender(members)?,
            told,
        })
    }

    /// How the client authenticates.
    pub const fn auth_method(&self) -> AuthMethod {
        self.authentication.method
    }

    /// Puts the description, and the rights for which it asks, in the place of what the client said before, within the
    /// bound that operators set. Its secrets, its origin and what administrators decided about it stay, and so do the
    /// rights that they gave it at single APIs. [`MetadataError`] where the bound leaves nothing by which it could work, and
    /// where `backchannel_logout_uri` is at no host of the redirect URIs or of the client's metadata document.
    pub fn apply(self, client: &mut Client, rights: Entitlements) -> Result<(), MetadataError> {
        verify_logout_host(&self.openid, &self.redirect_uris, &client.client_id)?;
        let given = std::mem::take(&mut client.entitlements);
        let named = given.apis().iter();
        client.entitlements = named.fold(rights, |rights, (api, scopes)| rights.held_at(api, scopes.clone()));
        self.describe(client);
        client.keep_to_bound()?;
        client.drop_addresses();
        Ok(())
    }

    fn describe(self, client: &mut Client) {
        client.name = self.name.unwrap_or_else(|| NAMELESS.to_owned());
        client.kind = self.kind;
        client.redirect_uris = self.redirect_uris;
        client.grant_types = self.grant_types;
        client.signing_algorithm = self.id_token_algorithm;
        let pkce_optional = client.openid.pkce_optional && !client.is_public();
        client.openid = OpenIdClient { pkce_optional, ..self.openid };
        let SenderRules { dpop_nonce, profile, .. } = client.sender;
        // A nonce is of no use without a proof: whoever is held to the one is held to the other.
        let dpop_bound_access_tokens = self.sender.dpop_bound_access_tokens || dpop_nonce;
        client.sender = SenderRules { dpop_bound_access_tokens, dpop_nonce, profile, ..self.sender };
        client.registration.told = self.told;
        self.authentication.apply(&mut client.registration);
    }
}

/// A client without a secret or key is public: an app on a device, or in a browser.
const fn kind(method: AuthMethod, is_native: bool) -> ClientKind {
    match (method, is_native) {
        (AuthMethod::None, true) => ClientKind::Native,
        (AuthMethod::None, false) => ClientKind::Spa,
        _ => ClientKind::Web,
    }
}

fn scopes(members: &mut Members) -> Result<Option<ScopeSet>, MetadataError> {
    let Some(text) = members.text_of("scope", LONGEST_SCOPE)? else { return Ok(None) };
    let text = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    // An empty text narrows nothing: clients that know no scopes send it.
    let scopes = ScopeSet::try_from(text).map_err(|_| MetadataError::Member("scope", "it is malformed."))?;
    Ok(Some(scopes).filter(|scopes| !scopes.is_empty()))
}

/// RFC 9449 section 5.2, RFC 9126 section 6.
fn sender(members: &mut Members) -> Result<SenderRules, MetadataError> {
    Ok(SenderRules {
        dpop_bound_access_tokens: members.flag("dpop_bound_access_tokens")?,
        require_pushed_authorization_requests: members.flag("require_pushed_authorization_requests")?,
        ..SenderRules::default()
    })
}
