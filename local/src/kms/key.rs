//! A key: its identity, which never changes, and its material.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};

use super::error::KmsError;

/// The key types this endpoint makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum KeySpec {
    #[serde(rename = "SYMMETRIC_DEFAULT")]
    SymmetricDefault,
    #[serde(rename = "RSA_2048")]
    Rsa2048,
    #[serde(rename = "ECC_NIST_P256")]
    EccNistP256,
    #[serde(rename = "ECC_NIST_EDWARDS25519")]
    EccNistEdwards25519,
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum KeyUsage {
    EncryptDecrypt,
    SignVerify,
}

impl KeySpec {
    /// The only usage each type has here.
    pub(super) fn usage(self) -> KeyUsage {
        if self == Self::SymmetricDefault { KeyUsage::EncryptDecrypt } else { KeyUsage::SignVerify }
    }

    /// The signing algorithms of the type, as `DescribeKey` lists them.
    pub(super) fn signing_algorithms(self) -> &'static [&'static str] {
        match self {
            Self::SymmetricDefault => &[],
            Self::Rsa2048 => &["RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PSS_SHA_256"],
            Self::EccNistP256 => &["ECDSA_SHA_256"],
            Self::EccNistEdwards25519 => &["ED25519_SHA_512"],
        }
    }
}

/// Parsed key material.
pub(super) enum Material {
    Symmetric([u8; 32]),
    Rsa(rsa::KeyPair),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Material {
    /// Makes fresh material. Fails when the system has no randomness.
    pub(super) fn generate(spec: KeySpec) -> Result<Self, KmsError> {
        Ok(match spec {
            KeySpec::SymmetricDefault => {
                let mut bytes = [0; 32];
                SystemRandom::new().fill(&mut bytes)?;
                Self::Symmetric(bytes)
            }
            KeySpec::Rsa2048 => Self::Rsa(rsa::KeyPair::generate(KeySize::Rsa2048)?),
            KeySpec::EccNistP256 => Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?),
            KeySpec::EccNistEdwards25519 => Self::Ed25519(Ed25519KeyPair::generate()?),
        })
    }

    /// Parses what [`Material::private_bytes`] wrote. Returns nothing for anything else.
    pub(super) fn parse(spec: KeySpec, bytes: &[u8]) -> Option<Self> {
        Some(match spec {
            KeySpec::SymmetricDefault => Self::Symmetric(bytes.try_into().ok()?),
            KeySpec::Rsa2048 => Self::Rsa(rsa::KeyPair::from_pkcs8(bytes).ok()?),
            KeySpec::EccNistP256 => {
                Self::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, bytes).ok()?)
            }
            KeySpec::EccNistEdwards25519 => Self::Ed25519(Ed25519KeyPair::from_pkcs8(bytes).ok()?),
        })
    }

    /// The private key: PKCS#8 DER, or the 32 bytes of a symmetric key.
    pub(super) fn private_bytes(&self) -> Result<Vec<u8>, KmsError> {
        Ok(match self {
            Self::Symmetric(bytes) => bytes.to_vec(),
            Self::Rsa(pair) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair)?.as_ref().to_vec(),
            Self::Ec(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
            Self::Ed25519(pair) => pair.to_pkcs8v1()?.as_ref().to_vec(),
        })
    }

    /// The public key as `SubjectPublicKeyInfo` DER; nothing for a symmetric key.
    pub(super) fn public_der(&self) -> Result<Option<Vec<u8>>, KmsError> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Symmetric(_) => return Ok(None),
            Self::Rsa(pair) => pair.public_key().as_der()?,
            Self::Ec(pair) => pair.public_key().as_der()?,
            Self::Ed25519(pair) => pair.public_key().as_der()?,
        };
        Ok(Some(der.as_ref().to_vec()))
    }
}

/// A key of the account.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) spec: KeySpec,
    pub(super) description: String,
    /// Seconds since the epoch.
    pub(super) created: f64,
    pub(super) material: Material,
}

impl Key {
    /// The key's ARN.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:kms:us-east-1:{}:key/{}", super::ACCOUNT, self.id)
    }
}
