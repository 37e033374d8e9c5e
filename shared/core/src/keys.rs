//! The server's keys as the table holds them: public halves, references into the vault, the wrapped data key.

use postern_jose::{Algorithm, Jwk, KeySet, PublicKey};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::outage::Outage;

/// All keys of the server: one item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredKeys {
    /// The keys that sign tokens, did, or will.
    pub signing: Vec<SigningKey>,
    /// The data key of credentials, wrapped by the vault, in base64url.
    pub credential_key: String,
}

/// One key that signs tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SigningKey {
    /// What the vault calls it: an ARN, never an alias (K08).
    pub key_ref: String,
    /// Where in its life it is.
    pub state: KeyState,
    /// The public half, with `kid` and `alg`.
    pub jwk: Jwk,
}

/// Where in its life a signing key is. All three are in the JWKS (J14, I13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Announced, so that every cache has it before the first signature.
    Published,
    /// Signs.
    Signing,
    /// Signs no more; kept until the last token that it signed has expired.
    Retired,
}

/// The same, parsed once and held.
#[derive(Debug)]
pub struct Keys {
    stored: StoredKeys,
    set: KeySet,
}

impl Keys {
    /// Parses the public keys; [`Outage::Corrupt`] when one is not a key.
    pub fn parse(stored: StoredKeys) -> Result<Self, Outage> {
        let parsed =
            stored.signing.iter().map(|key| PublicKey::from_jwk(&key.jwk)).collect::<Result<Vec<_>, _>>();
        let set = KeySet::new(parsed.map_err(|error| Outage::Corrupt(format!("signing key: {error}")))?);
        Ok(Self { stored, set })
    }

    /// Every public key.
    pub const fn set(&self) -> &KeySet {
        &self.set
    }

    /// The wrapped data key, in base64url.
    pub fn credential_key(&self) -> &str {
        &self.stored.credential_key
    }

    /// The key to sign with: the first that signs, of the wanted algorithm if one is wanted.
    /// [`Outage::Corrupt`] when there is none.
    pub fn signing(&self, wanted: Option<Algorithm>) -> Result<(&str, &PublicKey), Outage> {
        self.first_signing(|algorithm| wanted.is_none_or(|wanted| wanted == algorithm))
    }

    /// The key to sign with for this client: of the algorithm that it registered, if any, and that its profile allows.
    pub fn signing_for(&self, client: &Client) -> Result<(&str, &PublicKey), Outage> {
        let wanted = client.signing_algorithm;
        self.first_signing(|algorithm| {
            wanted.is_none_or(|wanted| wanted == algorithm) && client.may_be_signed_by(algorithm)
        })
    }

    fn first_signing(&self, fits: impl Fn(Algorithm) -> bool) -> Result<(&str, &PublicKey), Outage> {
        let mut pairs = self.stored.signing.iter().zip(self.set.iter());
        let found =
            pairs.find(|(stored, public)| stored.state == KeyState::Signing && fits(public.algorithm()));
        let (stored, public) = found.ok_or_else(|| Outage::Corrupt("no signing key".into()))?;
        Ok((stored.key_ref.as_str(), public))
    }

    /// The public keys as a JWKS publishes them (RFC 7517 section 5).
    pub fn jwks(&self) -> Jwks<'_> {
        Jwks { keys: self.set.iter().map(PublicKey::jwk).collect() }
    }

    /// The algorithms of the keys that sign, each once.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let mut all: Vec<Algorithm> = Vec::new();
        for key in self.stored.signing.iter().filter(|key| key.state == KeyState::Signing) {
            if let Some(algorithm) = key.jwk.algorithm().filter(|it| !all.contains(it)) {
                all.push(algorithm);
            }
        }
        all
    }
}

/// A JWK set (RFC 7517 section 5).
#[derive(Debug, Serialize)]
pub struct Jwks<'a> {
    keys: Vec<&'a Jwk>,
}
