//! Aliases.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Kms;
use super::error::KmsError;
use super::lifecycle::refuse_pending_deletion;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AliasRequest {
    alias_name: String,
    target_key_id: String,
}

/// `CreateAlias`.
pub(super) fn create_alias(kms: &Kms, request: AliasRequest) -> Result<Value, KmsError> {
    if !request.alias_name.starts_with("alias/") || request.alias_name.starts_with("alias/aws/") {
        return Err(KmsError::invalid_alias(
            "Alias must start with the prefix \"alias/\" and not \"alias/aws/\"",
        ));
    }
    refuse_alias_target(&request.target_key_id)?;
    let mut keyring = kms.keyring();
    if keyring.aliases.contains_key(&request.alias_name) {
        return Err(KmsError::already_exists(&request.alias_name));
    }
    let target = keyring.find(&request.target_key_id)?;
    refuse_pending_deletion(target)?;
    let id = target.key.id.clone();
    keyring.aliases.insert(request.alias_name, id);
    keyring.save()?;
    Ok(json!({}))
}

/// `UpdateAlias`: the new target must be symmetric or asymmetric as the old one is.
pub(super) fn update_alias(kms: &Kms, request: &AliasRequest) -> Result<Value, KmsError> {
    refuse_alias_target(&request.target_key_id)?;
    let mut keyring = kms.keyring();
    let old_usage = keyring.find(&request.alias_name)?.key.spec.usage();
    let target = keyring.find(&request.target_key_id)?;
    refuse_pending_deletion(target)?;
    if target.key.spec.usage() != old_usage {
        return Err(KmsError::validation("Alias cannot be changed between keys of different types"));
    }
    let id = target.key.id.clone();
    keyring.aliases.insert(request.alias_name.clone(), id);
    keyring.save()?;
    Ok(json!({}))
}

fn refuse_alias_target(target: &str) -> Result<(), KmsError> {
    if target.contains("alias/") {
        Err(KmsError::validation("Aliases must refer to keys. Not aliases"))
    } else {
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteAlias {
    alias_name: String,
}

/// `DeleteAlias`.
pub(super) fn delete_alias(kms: &Kms, request: &DeleteAlias) -> Result<Value, KmsError> {
    let mut keyring = kms.keyring();
    if keyring.aliases.remove(&request.alias_name).is_none() {
        return Err(KmsError::not_found(&request.alias_name));
    }
    keyring.save()?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListAliases {
    key_id: Option<String>,
}

/// `ListAliases`, of one key or all, always in one page.
pub(super) fn list_aliases(kms: &Kms, request: &ListAliases) -> Result<Value, KmsError> {
    let keyring = kms.keyring();
    let wanted = match &request.key_id {
        Some(name) => Some(keyring.find(name)?.key.id.clone()),
        None => None,
    };
    let aliases: Vec<Value> = keyring
        .aliases
        .iter()
        .filter(|(_, id)| wanted.as_ref().is_none_or(|wanted| wanted == *id))
        .map(|(name, id)| {
            let arn = format!("arn:aws:kms:us-east-1:{}:{name}", super::ACCOUNT);
            json!({ "AliasName": name, "AliasArn": arn, "TargetKeyId": id })
        })
        .collect();
    Ok(json!({ "Aliases": aliases, "Truncated": false }))
}
