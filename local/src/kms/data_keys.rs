//! Data keys and data key pairs: made here, used by the caller, kept by nobody but under a KMS key.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Kms;
use super::crypto::{EncryptionContext, seal};
use super::error::KmsError;
use super::key::{KeySpec, KeyUsage, Material};
use super::sign::usable;
use super::wire::Blob;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GenerateDataKey {
    key_id: String,
    key_spec: Option<String>,
    number_of_bytes: Option<usize>,
    #[serde(default)]
    encryption_context: EncryptionContext,
}

/// `GenerateDataKey`: `KeySpec` or `NumberOfBytes` (1 to 1024), exactly one of them.
pub(super) fn generate_data_key(kms: &Kms, request: &GenerateDataKey) -> Result<Value, KmsError> {
    let length = match (request.key_spec.as_deref(), request.number_of_bytes) {
        (Some("AES_256"), None) => 32,
        (Some("AES_128"), None) => 16,
        (None, Some(length @ 1..=1024)) => length,
        _ => return Err(KmsError::validation("Please specify either number of bytes or key spec.")),
    };
    let key = usable(kms, &request.key_id, KeyUsage::EncryptDecrypt)?;
    let mut plaintext = vec![0; length];
    SystemRandom::new().fill(&mut plaintext)?;
    let blob = seal(&key, &request.encryption_context, &plaintext)?;
    Ok(json!({ "KeyId": key.arn(), "Plaintext": Blob(plaintext), "CiphertextBlob": Blob(blob) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GenerateDataKeyPair {
    key_id: String,
    key_pair_spec: KeySpec,
    #[serde(default)]
    encryption_context: EncryptionContext,
}

/// `GenerateDataKeyPair`: the private half is PKCS#8 DER.
pub(super) fn generate_data_key_pair(kms: &Kms, request: &GenerateDataKeyPair) -> Result<Value, KmsError> {
    let key = usable(kms, &request.key_id, KeyUsage::EncryptDecrypt)?;
    let pair = Material::generate(request.key_pair_spec)?;
    let Some(public) = pair.public_der()? else {
        return Err(KmsError::validation("SYMMETRIC_DEFAULT is not a key pair spec"));
    };
    let private = pair.private_bytes()?;
    let blob = seal(&key, &request.encryption_context, &private)?;
    Ok(json!({
        "KeyId": key.arn(), "KeyPairSpec": request.key_pair_spec, "PublicKey": Blob(public),
        "PrivateKeyPlaintext": Blob(private), "PrivateKeyCiphertextBlob": Blob(blob),
    }))
}

/// The answer of the `...WithoutPlaintext` operations.
pub(super) fn without_plaintext(mut answer: Value) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.remove("Plaintext");
        members.remove("PrivateKeyPlaintext");
    }
    answer
}
