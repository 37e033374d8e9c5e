//! How a key describes itself.

use serde_json::{Value, json};

use super::key::{KeySpec, KeyUsage};
use super::keyring::{Entry, KeyState};

/// The `KeyMetadata` structure of `CreateKey` and `DescribeKey`.
pub(super) fn metadata(entry: &Entry) -> Value {
    let key = &entry.key;
    let mut metadata = json!({
        "AWSAccountId": super::ACCOUNT,
        "KeyId": key.id,
        "Arn": key.arn(),
        "CreationDate": key.created,
        "Description": key.description,
        "Enabled": entry.state == KeyState::Enabled,
        "KeyState": state_name(entry.state),
        "KeySpec": key.spec,
        "CustomerMasterKeySpec": key.spec,
        "KeyUsage": key.spec.usage(),
        "KeyManager": "CUSTOMER",
        "Origin": "AWS_KMS",
        "MultiRegion": false,
    });
    if let Some(members) = metadata.as_object_mut() {
        let (name, value) = algorithms(key.spec);
        members.insert(name.to_owned(), value);
        if let KeyState::PendingDeletion(date) = entry.state {
            members.insert("DeletionDate".to_owned(), json!(date));
        }
    }
    metadata
}

/// The member that lists what a key type can do, and its value.
pub(super) fn algorithms(spec: KeySpec) -> (&'static str, Value) {
    match spec.usage() {
        KeyUsage::SignVerify => ("SigningAlgorithms", json!(spec.signing_algorithms())),
        KeyUsage::EncryptDecrypt => ("EncryptionAlgorithms", json!(["SYMMETRIC_DEFAULT"])),
    }
}

/// The state's name on the wire.
pub(super) fn state_name(state: KeyState) -> &'static str {
    match state {
        KeyState::Enabled => "Enabled",
        KeyState::Disabled => "Disabled",
        KeyState::PendingDeletion(_) => "PendingDeletion",
    }
}
