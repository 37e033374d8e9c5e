//! A description as the table keeps it, and the secrets that only the answer says.

use zeroize::Zeroizing;

use super::{Metadata, MetadataError};
use crate::client::{Client, ClientSecret, Entitlements, Origin};
use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::entropy::{Entropy, alphanumeric};
use crate::id::ClientId;
use crate::lifetime;

/// What begins a registration access token.
const PREFIX: &str = "psta_";
/// Characters of its secret: 256 bits.
const LENGTH: usize = 43;

/// The client that a description makes, without secrets. `pkce_optional` is for a confidential one alone.
pub(super) fn new_client(
    (metadata, rights): (Metadata, Entitlements),
    client_id: ClientId,
    pkce_optional: bool,
    now: Timestamp,
) -> Result<Client, MetadataError> {
    let mut client = Client::blank(client_id, metadata.kind);
    client.registration.origin = Origin::Registered;
    client.registration.created_at = Some(now);
    client.openid.pkce_optional = pkce_optional;
    replace(&mut client, (metadata, rights), now)?;
    Ok(client)
}

/// Puts a description in the place of what the client said before (RFC 7592 section 2.2).
pub(super) fn replace(
    client: &mut Client,
    (metadata, rights): (Metadata, Entitlements),
    now: Timestamp,
) -> Result<(), MetadataError> {
    metadata.apply(client, rights)?;
    client.registration.expires_at = Some(now.plus(lifetime::UNUSED_CLIENT));
    Ok(())
}

/// What only the answer says.
pub(super) struct Secrets {
    pub(super) client_secret: Option<Zeroizing<String>>,
    pub(super) access_token: Zeroizing<String>,
}

impl Secrets {
    /// Those of a new client.
    pub(super) fn issue(client: &mut Client, keys: &CredentialKeys, entropy: &dyn Entropy) -> Self {
        let token = format!("{PREFIX}{}", alphanumeric(entropy, LENGTH));
        client.registration.access_tag = Some(access_tag(&client.client_id, &token, keys));
        Self::renew(client, Zeroizing::new(token), keys, entropy)
    }

    /// Those of a client that may have changed its method: a secret where it needs one and has none, none where it
    /// needs none.
    pub(super) fn renew(
        client: &mut Client,
        access_token: Zeroizing<String>,
        keys: &CredentialKeys,
        entropy: &dyn Entropy,
    ) -> Self {
        let mut secrets = Self::kept(access_token);
        if !client.has_secret() {
            client.secrets.clear();
        } else if client.secrets.is_empty() {
            let (text, stored) = ClientSecret::generate(&client.client_id, keys, entropy);
            client.secrets.push(stored);
            secrets.client_secret = Some(text);
        }
        secrets
    }

    /// Those of a client that is only shown: its secret is known to itself alone.
    pub(super) const fn kept(access_token: Zeroizing<String>) -> Self {
        Self { client_secret: None, access_token }
    }
}

/// What the table keeps of a registration access token.
pub(super) fn access_tag(client_id: &ClientId, token: &str, keys: &CredentialKeys) -> Tag {
    keys.tag(Purpose::RegistrationAccess, &[client_id.as_str().as_bytes(), token.as_bytes()])
}
