//! Clients (RFC 6749 section 2) and how they authenticate (section 2.3).

mod addresses;
mod assertion;
mod authenticate;
mod bound;
mod document;
mod entitlements;
mod key_cache;
mod profile;
mod registration;
mod secret;
mod sender;
mod unusual;

pub(crate) use addresses::verify_logout_host;
pub use assertion::{AuthenticationFailed, authenticate};
pub(crate) use assertion::{count_opening, count_public};
pub use authenticate::{AuthenticatedClient, ClientAuthError, PresentedClient};
pub use bound::Bound;
pub(crate) use document::load_client;
pub use document::{DocumentError, DocumentUrl};
pub use entitlements::{Entitlements, Everywhere};
pub(crate) use entitlements::{is_posterns_own, split};
pub(crate) use key_cache::KeyCache;
pub use profile::Profile;
pub use registration::{AuthMethod, Origin, Registration};
pub use secret::ClientSecret;
pub use sender::SenderRules;
pub(crate) use unusual::note_failure;

use postern_jose::Algorithm;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{ClientId, TenantId};
use crate::limit::Limits;
use crate::network::Networks;
use crate::openid::OpenIdClient;
use crate::param::{RedirectMatched, RedirectUri};
use crate::tenant::live;

/// A registered client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`.
    pub client_id: ClientId,
    /// The name that the consent page shows.
    pub name: String,
    /// What it is.
    pub kind: ClientKind,
    /// The tenant that a `service` acts for; a client that acts for users has none.
    pub tenant: Option<TenantId>,
    /// Where codes may be sent.
    pub redirect_uris: Vec<RedirectUri>,
    /// The grants that it may use.
    pub grant_types: Vec<GrantType>,
    /// What it may ask for, API by API.
    #[serde(default)]
    pub entitlements: Entitlements,
    /// Its live secrets: none for a public client, two while one replaces the other.
    pub secrets: Vec<ClientSecret>,
    /// Whether a confidential client's refresh tokens rotate. A public client's always do.
    pub rotate_refresh_tokens: bool,
    /// What signs its tokens; the server's first signing key when absent.
    pub signing_algorithm: Option<Algorithm>,
    /// Whether it may do anything at all.
    pub active: bool,
    /// What was issued to it earlier is void.
    pub not_before: Timestamp,
    /// From where its tokens may be used.
    #[serde(default, skip_serializing_if = "Networks::is_empty")]
    pub networks: Networks,
    /// How often it may ask.
    #[serde(default)]
    pub limits: Limits,
    /// How it shows that a request is its own, beyond its secret.
    #[serde(default)]
    pub sender: SenderRules,
    /// Whether it is for real customers, not for tests (S13).
    #[serde(default = "live")]
    pub livemode: bool,
    /// How it came to be, and what it says of itself.
    #[serde(default)]
    pub registration: Registration,
    /// Its settings of OpenID Connect.
    #[serde(default)]
    pub openid: OpenIdClient,
}

/// What a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// An app with a backend, acting for users. Confidential.
    Web,
    /// An app in a browser, acting for users. Public.
    Spa,
    /// An app on a device, acting for users. Public.
    Native,
    /// A server that acts for its tenant. Confidential.
    Service,
    /// A server that acts for connected accounts. Confidential.
    Platform,
}

/// A grant type that a client may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 8628 section 3.4.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// RFC 8693 section 2.1.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:token-exchange")]
    TokenExchange,
}

impl Client {
    /// A client of which nothing is said yet: it may do nothing, and is switched on.
    pub fn blank(client_id: ClientId, kind: ClientKind) -> Self {
        Self {
            client_id,
            name: String::new(),
            kind,
            tenant: None,
            redirect_uris: Vec::new(),
            grant_types: Vec::new(),
            entitlements: Entitlements::default(),
            secrets: Vec::new(),
            rotate_refresh_tokens: true,
            signing_algorithm: None,
            active: true,
            not_before: Timestamp::from_secs(0),
            networks: Networks::default(),
            limits: Limits::default(),
            sender: SenderRules::default(),
            livemode: true,
            registration: Registration::default(),
            openid: OpenIdClient::default(),
        }
    }

    /// Whether it can keep no secret (RFC 6749 section 2.1).
    pub const fn is_public(&self) -> bool {
        match self.kind {
            ClientKind::Spa | ClientKind::Native => true,
            ClientKind::Web | ClientKind::Service | ClientKind::Platform => false,
        }
    }

    /// Whether its refresh tokens rotate: a public client's always do (RFC 9700 section 4.14.2), those of the FAPI profile
    /// never (FAPI 2.0 section 5.3.2.1).
    pub const fn rotates(&self) -> bool {
        self.is_public() || (self.rotate_refresh_tokens && !self.is_fapi())
    }

    /// Whether it may use a grant type: by the FAPI profile not that of devices, whose requests nobody pushes.
    pub fn may_use(&self, grant_type: GrantType) -> bool {
        let profiled = !self.is_fapi() || grant_type != GrantType::DeviceCode;
        profiled && self.grant_types.contains(&grant_type)
    }

    /// The proof that a request may be answered at `presented`; without one, the only registered URI.
    pub fn match_redirect(&self, presented: Option<&str>) -> Option<RedirectMatched> {
        match presented {
            Some(text) => self.redirect_uris.iter().find_map(|registered| registered.matches(text)),
            None => RedirectMatched::the_only(&self.redirect_uris),
        }
    }
}
