//! Making, listing, switching off and deleting keys.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Kms;
use super::error::KmsError;
use super::key::{Key, KeySpec, KeyUsage, Material};
use super::keyring::{Entry, KeyState};
use super::metadata::{metadata, state_name};
use super::wire::KeyRequest;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// A tag, with the members' names that KMS uses.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    tag_key: String,
    tag_value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateKey {
    key_spec: Option<KeySpec>,
    customer_master_key_spec: Option<KeySpec>,
    key_usage: Option<KeyUsage>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// `CreateKey`. The policy, if any, is not kept: this endpoint authorizes nobody.
pub(super) fn create_key(kms: &Kms, request: CreateKey) -> Result<Value, KmsError> {
    let spec = request.key_spec.or(request.customer_master_key_spec).unwrap_or(KeySpec::SymmetricDefault);
    let usage = request.key_usage.unwrap_or(KeyUsage::EncryptDecrypt);
    if usage != spec.usage() {
        return Err(KmsError::validation(format!(
            "KeyUsage {usage:?} is not compatible with KeySpec {spec:?}"
        )));
    }
    let key = Key {
        id: Uuid::new_v4().to_string(),
        spec,
        description: request.description,
        created: seconds_now(),
        material: Material::generate(spec)?,
    };
    let tags = request.tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect();
    let entry = Entry { key: Arc::new(key), state: KeyState::Enabled, tags };
    let mut keyring = kms.keyring();
    keyring.keys.insert(entry.key.id.clone(), entry.clone());
    keyring.save()?;
    Ok(json!({ "KeyMetadata": metadata(&entry) }))
}

/// `DescribeKey`.
pub(super) fn describe_key(kms: &Kms, request: &KeyRequest) -> Result<Value, KmsError> {
    Ok(json!({ "KeyMetadata": metadata(kms.keyring().find(&request.key_id)?) }))
}

/// `ListKeys`, always in one page.
pub(super) fn list_keys(kms: &Kms) -> Value {
    let keyring = kms.keyring();
    let keys: Vec<Value> = keyring
        .keys
        .values()
        .map(|entry| json!({ "KeyId": entry.key.id, "KeyArn": entry.key.arn() }))
        .collect();
    json!({ "Keys": keys, "Truncated": false })
}

/// `EnableKey`.
pub(super) fn enable_key(kms: &Kms, request: &KeyRequest) -> Result<Value, KmsError> {
    switch(kms, &request.key_id, KeyState::Enabled)
}

/// `DisableKey`.
pub(super) fn disable_key(kms: &Kms, request: &KeyRequest) -> Result<Value, KmsError> {
    switch(kms, &request.key_id, KeyState::Disabled)
}

fn switch(kms: &Kms, name: &str, state: KeyState) -> Result<Value, KmsError> {
    let mut keyring = kms.keyring();
    let entry = keyring.find_mut(name)?;
    refuse_pending_deletion(entry)?;
    entry.state = state;
    keyring.save()?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScheduleKeyDeletion {
    key_id: String,
    pending_window_in_days: Option<u8>,
}

/// `ScheduleKeyDeletion`, 7 to 30 days ahead (30 unless told).
pub(super) fn schedule_key_deletion(kms: &Kms, request: &ScheduleKeyDeletion) -> Result<Value, KmsError> {
    let days = request.pending_window_in_days.unwrap_or(30);
    if !(7..=30).contains(&days) {
        return Err(KmsError::validation("PendingWindowInDays must be between 7 and 30"));
    }
    let mut keyring = kms.keyring();
    let entry = keyring.find_mut(&request.key_id)?;
    refuse_pending_deletion(entry)?;
    let date = seconds_now() + f64::from(days) * SECONDS_PER_DAY;
    entry.state = KeyState::PendingDeletion(date);
    let answer = json!({
        "KeyId": entry.key.arn(), "DeletionDate": date, "KeyState": state_name(entry.state),
        "PendingWindowInDays": days,
    });
    keyring.save()?;
    Ok(answer)
}

/// `CancelKeyDeletion`: the key comes back disabled.
pub(super) fn cancel_key_deletion(kms: &Kms, request: &KeyRequest) -> Result<Value, KmsError> {
    let mut keyring = kms.keyring();
    let entry = keyring.find_mut(&request.key_id)?;
    if !matches!(entry.state, KeyState::PendingDeletion(_)) {
        return Err(KmsError::invalid_state(&entry.key.arn(), "not pending deletion"));
    }
    entry.state = KeyState::Disabled;
    let answer = json!({ "KeyId": entry.key.arn() });
    keyring.save()?;
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagResource {
    key_id: String,
    tags: Vec<Tag>,
}

/// `TagResource`.
pub(super) fn tag_resource(kms: &Kms, request: TagResource) -> Result<Value, KmsError> {
    let mut keyring = kms.keyring();
    let entry = keyring.find_mut(&request.key_id)?;
    refuse_pending_deletion(entry)?;
    let added: BTreeMap<_, _> = request.tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect();
    entry.tags.extend(added);
    keyring.save()?;
    Ok(json!({}))
}

/// `ListResourceTags`, always in one page.
pub(super) fn list_resource_tags(kms: &Kms, request: &KeyRequest) -> Result<Value, KmsError> {
    let keyring = kms.keyring();
    let tags = &keyring.find(&request.key_id)?.tags;
    let tags: Vec<Value> =
        tags.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value })).collect();
    Ok(json!({ "Tags": tags, "Truncated": false }))
}

/// Fails with `KMSInvalidStateException` when the key waits for deletion.
pub(super) fn refuse_pending_deletion(entry: &Entry) -> Result<(), KmsError> {
    match entry.state {
        KeyState::PendingDeletion(_) => Err(KmsError::invalid_state(&entry.key.arn(), "pending deletion")),
        KeyState::Enabled | KeyState::Disabled => Ok(()),
    }
}

/// Seconds since the epoch.
pub(super) fn seconds_now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64().floor())
}
