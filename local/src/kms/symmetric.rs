//! `Encrypt` and `Decrypt`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Kms;
use super::crypto::{EncryptionContext, open, seal, sealing_key};
use super::error::KmsError;
use super::key::KeyUsage;
use super::sign::{MAX_MESSAGE, usable};
use super::wire::Blob;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Encrypt {
    key_id: String,
    plaintext: Blob,
    #[serde(default)]
    encryption_context: EncryptionContext,
}

/// `Encrypt`: 1 to 4096 bytes.
pub(super) fn encrypt(kms: &Kms, request: &Encrypt) -> Result<Value, KmsError> {
    let key = usable(kms, &request.key_id, KeyUsage::EncryptDecrypt)?;
    let plaintext = &request.plaintext.0;
    if plaintext.is_empty() || plaintext.len() > MAX_MESSAGE {
        return Err(KmsError::validation("Plaintext must be between 1 and 4096 bytes long"));
    }
    let blob = seal(&key, &request.encryption_context, plaintext)?;
    Ok(
        json!({ "KeyId": key.arn(), "CiphertextBlob": Blob(blob), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT" }),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Decrypt {
    key_id: Option<String>,
    ciphertext_blob: Blob,
    #[serde(default)]
    encryption_context: EncryptionContext,
}

/// `Decrypt`: the blob names its key; a `KeyId` in the request must name the same one.
pub(super) fn decrypt(kms: &Kms, request: &Decrypt) -> Result<Value, KmsError> {
    let blob = &request.ciphertext_blob.0;
    let sealed_by = sealing_key(blob).ok_or_else(KmsError::invalid_ciphertext)?;
    if !kms.keyring().keys.contains_key(&sealed_by) {
        return Err(KmsError::invalid_ciphertext());
    }
    let key = usable(kms, request.key_id.as_ref().unwrap_or(&sealed_by), KeyUsage::EncryptDecrypt)?;
    if key.id != sealed_by {
        return Err(KmsError::incorrect_key());
    }
    let plaintext = open(&key, &request.encryption_context, blob)?;
    Ok(
        json!({ "KeyId": key.arn(), "Plaintext": Blob(plaintext), "EncryptionAlgorithm": "SYMMETRIC_DEFAULT" }),
    )
}
