//! `Sign` and `GetPublicKey`.

use std::sync::Arc;

use aws_lc_rs::digest::{Digest, SHA256};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Kms;
use super::error::KmsError;
use super::key::{Key, KeyUsage, Material};
use super::keyring::{Entry, KeyState};
use super::lifecycle::refuse_pending_deletion;
use super::metadata::algorithms;
use super::wire::{Blob, KeyRequest};

/// KMS takes no longer message.
pub(super) const MAX_MESSAGE: usize = 4096;

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum MessageType {
    #[default]
    Raw,
    Digest,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sign {
    key_id: String,
    message: Blob,
    #[serde(default)]
    message_type: MessageType,
    signing_algorithm: String,
}

/// `Sign`: ECDSA signatures are DER, RSA ones as RFC 8017 has them.
pub(super) fn sign(kms: &Kms, request: &Sign) -> Result<Value, KmsError> {
    let key = usable(kms, &request.key_id, KeyUsage::SignVerify)?;
    if !key.spec.signing_algorithms().contains(&request.signing_algorithm.as_str()) {
        return Err(KmsError::invalid_usage(format!(
            "Algorithm {} is incompatible with key spec {:?}.",
            request.signing_algorithm, key.spec
        )));
    }
    let message = &request.message.0;
    if message.is_empty() || message.len() > MAX_MESSAGE {
        return Err(KmsError::validation("Message must be between 1 and 4096 bytes long"));
    }
    let signature = match request.message_type {
        MessageType::Raw => sign_message(&key.material, &request.signing_algorithm, message)?,
        MessageType::Digest => sign_digest(&key.material, &request.signing_algorithm, message)?,
    };
    Ok(json!({
        "KeyId": key.arn(), "Signature": Blob(signature), "SigningAlgorithm": request.signing_algorithm,
    }))
}

fn sign_message(material: &Material, algorithm: &str, message: &[u8]) -> Result<Vec<u8>, KmsError> {
    let random = SystemRandom::new();
    Ok(match material {
        Material::Rsa(pair) => {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(rsa_padding(algorithm), &random, message, &mut signature)?;
            signature
        }
        Material::Ec(pair) => pair.sign(&random, message)?.as_ref().to_vec(),
        Material::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        Material::Symmetric(_) => return Err(cannot_sign()),
    })
}

fn sign_digest(material: &Material, algorithm: &str, digest: &[u8]) -> Result<Vec<u8>, KmsError> {
    if matches!(material, Material::Ed25519(_)) {
        return Err(KmsError::validation("ED25519_SHA_512 requires MessageType RAW"));
    }
    let digest = Digest::import_less_safe(digest, &SHA256)
        .map_err(|_| KmsError::validation(format!("Digest is invalid length for algorithm {algorithm}.")))?;
    Ok(match material {
        Material::Rsa(pair) => rsa_digest(pair, algorithm, &digest)?,
        Material::Ec(pair) => pair.sign_digest(&digest)?.as_ref().to_vec(),
        Material::Ed25519(_) | Material::Symmetric(_) => return Err(cannot_sign()),
    })
}

fn rsa_digest(pair: &rsa::KeyPair, algorithm: &str, digest: &Digest) -> Result<Vec<u8>, KmsError> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign_digest(rsa_padding(algorithm), digest, &mut signature)?;
    Ok(signature)
}

fn rsa_padding(algorithm: &str) -> &'static dyn RsaEncoding {
    if algorithm == "RSASSA_PSS_SHA_256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 }
}

fn cannot_sign() -> KmsError {
    KmsError::invalid_usage("The key usage is ENCRYPT_DECRYPT, which is not valid for this operation.")
}

/// `GetPublicKey`: `SubjectPublicKeyInfo` DER.
pub(super) fn get_public_key(kms: &Kms, request: &KeyRequest) -> Result<Value, KmsError> {
    let key = enabled(kms.keyring().find(&request.key_id)?)?;
    let Some(public) = key.material.public_der()? else {
        return Err(KmsError::unsupported(format!(
            "{} is a symmetric key: it has no public part",
            key.arn()
        )));
    };
    let (name, value) = algorithms(key.spec);
    Ok(json!({
        "KeyId": key.arn(), "PublicKey": Blob(public), "KeySpec": key.spec, "CustomerMasterKeySpec": key.spec,
        "KeyUsage": key.spec.usage(), name: value,
    }))
}

/// Finds a key that may be used now for `usage`.
///
/// Fails with `NotFoundException`, `DisabledException`, `KMSInvalidStateException` or `InvalidKeyUsageException`.
pub(super) fn usable(kms: &Kms, name: &str, usage: KeyUsage) -> Result<Arc<Key>, KmsError> {
    let key = enabled(kms.keyring().find(name)?)?;
    if key.spec.usage() != usage {
        let message = format!(
            "{} key usage is {:?} which is not valid for this operation.",
            key.arn(),
            key.spec.usage()
        );
        return Err(KmsError::invalid_usage(message));
    }
    Ok(key)
}

fn enabled(entry: &Entry) -> Result<Arc<Key>, KmsError> {
    refuse_pending_deletion(entry)?;
    if entry.state == KeyState::Disabled {
        return Err(KmsError::disabled(&entry.key.arn()));
    }
    Ok(Arc::clone(&entry.key))
}
