//! How a client came to be, how it authenticates, and what it says of itself (RFC 7591 section 2).

use std::collections::BTreeMap;

use postern_jose::{Algorithm, Jwk};
use serde::{Deserialize, Serialize};

use super::{Bound, Client};
use crate::clock::Timestamp;
use crate::credential::Tag;
use crate::limit::Limits;

/// What is known of a client besides what every client has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// Who registered it.
    pub origin: Origin,
    /// The one method by which it authenticates; `None` leaves a confidential client both ways of sending its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_method: Option<AuthMethod>,
    /// The one algorithm of its assertions; any that we know where it said none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assertion_algorithm: Option<Algorithm>,
    /// Its public keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jwks: Vec<Jwk>,
    /// Where it publishes them instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The tag of the token by which it manages itself (RFC 7592).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_tag: Option<Tag>,
    /// When it registered itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it ceases to exist unless somebody uses it (D01).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Until when its metadata document need not be fetched again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh_until: Option<Timestamp>,
    /// What operators leave it of all that it says.
    #[serde(skip_serializing_if = "Bound::is_none")]
    pub bound: Bound,
    /// What else it said, to be given back as it came: names of RFC 7591 section 2.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<String, Vec<String>>,
}

/// Who registered a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// An administrator, who knows whose it is.
    #[default]
    Administrator,
    /// Anybody, over the registration endpoint (RFC 7591).
    Registered,
    /// Nobody: its identifier is the URL of its metadata document.
    Document,
}

/// How a client authenticates (OpenID Connect Core section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Its secret, in the header.
    ClientSecretBasic,
    /// Its secret, in the form.
    ClientSecretPost,
    /// An assertion, signed with a key that it published.
    PrivateKeyJwt,
    /// Not at all: a public client.
    None,
}

impl AuthMethod {
    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }
}

impl Registration {
    /// Whether nobody has vouched for it: people are told, and asked each time (A07, A15, A17).
    pub const fn is_unverified(&self) -> bool {
        match self.origin {
            Origin::Administrator => false,
            Origin::Registered | Origin::Document => true,
        }
    }

    /// Whether it has ceased to exist. The table may still hold it for days.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}

impl Client {
    /// Whether its record has to outlast all that its document says: whoever publishes that chooses the identifier, so that
    /// a record that was swept would begin again without what operators decided.
    pub fn outlasts_its_document(&self) -> bool {
        let is_bound = !self.registration.bound.is_none() || !self.entitlements.apis().is_empty();
        let is_held = self.sender.dpop_nonce || self.sender.profile.is_some() || self.openid.pkce_optional;
        let is_limited = !self.networks.is_empty() || self.limits != Limits::default();
        self.registration.origin == Origin::Document && (!self.active || is_bound || is_held || is_limited)
    }

    /// Whether it authenticates by a secret.
    pub fn has_secret(&self) -> bool {
        !self.is_public() && self.registration.auth_method != Some(AuthMethod::PrivateKeyJwt)
    }

    /// Whether it is there at all: switched on, and not expired unused.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.active && !self.registration.has_expired(now)
    }
}
