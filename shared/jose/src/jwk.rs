//! Public JSON Web Keys (RFC 7517; RFC 7518 section 6; RFC 8037 section 2) and their thumbprints (RFC 7638).

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::{Algorithm, base64url};

/// A public signing key as a JWKS publishes it. It cannot hold private or symmetric key material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct Jwk {
    pub(crate) kid: Option<String>,
    pub(crate) alg: Option<Algorithm>,
    pub(crate) material: Material,
}

/// The numbers of the key, still encoded, by key type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Material {
    Rsa { n: String, e: String },
    P256 { x: String, y: String },
    Ed25519 { x: String },
}

/// The members do not describe one public signing key of a type we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedJwk {
    /// `d`, `k`, `p` or `q` is present: such a key must never be sent to anybody.
    #[error("the JWK holds a private or symmetric key")]
    NotPublic,
    /// `use` is present and not `sig`.
    #[error("the JWK is not for signatures")]
    NotForSignatures,
    /// Unknown `kty` or `crv`, or members missing or of another key type.
    #[error("the JWK is of an unknown type, or incomplete")]
    UnknownType,
}

impl Jwk {
    /// The key's name. A JWKS of ours always has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The one algorithm that the key is for.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.alg
    }
}

/// The SHA-256 thumbprint of the key (RFC 7638 section 3), base64url: 43 characters that only this key has.
pub fn thumbprint(jwk: &Jwk) -> String {
    // The values are base64url, which needs no escaping in JSON, once a key is loaded; a value that is not
    // gives a thumbprint that no loadable key has.
    let required = match &jwk.material {
        Material::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        Material::P256 { x, y } => format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
        Material::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
    };
    base64url::encode(digest(&SHA256, required.as_bytes()))
}

/// The members as they stand in JSON. A repeated member is an error; members that we do not know are not.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Members {
    kty: String,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    key_use: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<Algorithm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing)]
    d: Option<serde::de::IgnoredAny>,
    #[serde(skip_serializing)]
    k: Option<serde::de::IgnoredAny>,
    #[serde(skip_serializing)]
    p: Option<serde::de::IgnoredAny>,
    #[serde(skip_serializing)]
    q: Option<serde::de::IgnoredAny>,
}

impl TryFrom<Members> for Jwk {
    type Error = MalformedJwk;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        let private = [members.d, members.k, members.p, members.q];
        if private.iter().any(Option::is_some) {
            return Err(MalformedJwk::NotPublic);
        }
        if members.key_use.is_some_and(|key_use| key_use != "sig") {
            return Err(MalformedJwk::NotForSignatures);
        }
        let numbers = (members.n, members.e, members.x, members.y);
        let material = match (members.kty.as_str(), members.crv.as_deref(), numbers) {
            ("RSA", None, (Some(n), Some(e), None, None)) => Material::Rsa { n, e },
            ("EC", Some("P-256"), (None, None, Some(x), Some(y))) => Material::P256 { x, y },
            ("OKP", Some("Ed25519"), (None, None, Some(x), None)) => Material::Ed25519 { x },
            _ => return Err(MalformedJwk::UnknownType),
        };
        Ok(Self { kid: members.kid, alg: members.alg, material })
    }
}

impl From<Jwk> for Members {
    fn from(jwk: Jwk) -> Self {
        let named = Self { key_use: Some("sig".into()), alg: jwk.alg, kid: jwk.kid, ..Self::default() };
        let text = |value: &str| Some(value.to_owned());
        match jwk.material {
            Material::Rsa { n, e } => Self { kty: "RSA".into(), n: Some(n), e: Some(e), ..named },
            Material::P256 { x, y } => {
                Self { kty: "EC".into(), crv: text("P-256"), x: Some(x), y: Some(y), ..named }
            }
            Material::Ed25519 { x } => Self { kty: "OKP".into(), crv: text("Ed25519"), x: Some(x), ..named },
        }
    }
}
