//! A grant as an item: flat, so that conditions can name its parts.

use postern_core::audit::SeenNetworks;
use postern_core::clock::Timestamp;
use postern_core::credential::{Sealed, Tag};
use postern_core::dpop::Sender;
use postern_core::grant::{ActiveGrant, Grant, GrantState, RefreshState, Revocation, RevocationReason};
use postern_core::id::{ClientId, GrantId, InvocationId, TenantId, UserId};
use postern_core::openid::OpenIdGrant;
use postern_core::outage::Outage;
use postern_core::param::{CodeChallenge, ScopeSet};
use serde::{Deserialize, Serialize};

use crate::item::read;
use crate::table::Item;

/// Where in its life a grant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Code,
    Active,
    Revoked,
}

/// Every attribute that a grant's item can have.
#[derive(Serialize, Deserialize)]
pub(super) struct GrantRecord {
    pub(super) grant_id: GrantId,
    pub(super) status: Status,
    pub(super) client_id: ClientId,
    pub(super) user_id: UserId,
    pub(super) tenant_id: TenantId,
    pub(super) scopes: ScopeSet,
    pub(super) audience: String,
    pub(super) redirect_uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code_challenge: Option<CodeChallenge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nonce: Option<String>,
    pub(super) auth_time: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) code_tag: Tag,
    pub(super) code_exp: Timestamp,
    pub(super) changed_by: InvocationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) redeemed_by: Option<InvocationId>,
    #[serde(default, rename = "gen", skip_serializing_if = "Option::is_none")]
    pub(super) generation: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) head_tag: Option<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) prev_tag: Option<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sealed: Option<Sealed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sealed_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replays: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) confirmed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) idle_exp: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) revoked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) revoked_for: Option<RevocationReason>,
    #[serde(default)]
    pub(super) sender: Sender,
    #[serde(default)]
    pub(super) networks: SeenNetworks,
    #[serde(default)]
    pub(super) openid: OpenIdGrant,
}

/// Reads a grant.
pub(crate) fn read_grant(item: Item) -> Result<Grant, Outage> {
    let record: GrantRecord = read(item)?;
    let state = state(&record)
        .ok_or_else(|| Outage::Corrupt(format!("grant {}: {:?}", record.grant_id, record.status)))?;
    Ok(Grant {
        id: record.grant_id,
        client_id: record.client_id,
        user_id: record.user_id,
        tenant_id: record.tenant_id,
        scopes: record.scopes,
        audience: record.audience,
        redirect_uri: record.redirect_uri,
        code_challenge: record.code_challenge,
        nonce: record.nonce,
        auth_time: record.auth_time,
        created_at: record.created_at,
        expires_at: record.expires_at,
        code_tag: record.code_tag,
        code_expires_at: record.code_exp,
        changed_by: record.changed_by,
        redeemed_by: record.redeemed_by,
        sender: record.sender,
        networks: record.networks,
        openid: record.openid,
        state,
    })
}

/// `None` when the attributes do not fit the status.
fn state(record: &GrantRecord) -> Option<GrantState> {
    Some(match record.status {
        Status::Code => GrantState::Code,
        Status::Revoked => {
            GrantState::Revoked(Revocation { at: record.revoked_at?, reason: record.revoked_for? })
        }
        Status::Active => {
            GrantState::Active(ActiveGrant { generation: record.generation?, refresh: refresh(record) })
        }
    })
}

fn refresh(record: &GrantRecord) -> Option<RefreshState> {
    Some(RefreshState {
        head: record.head_tag.clone()?,
        previous: record.prev_tag.clone(),
        sealed: record.sealed.clone(),
        sealed_until: record.sealed_until?,
        replays: record.replays?,
        confirmed: record.confirmed?,
        idle_expires_at: record.idle_exp?,
    })
}

/// A grant that holds its code, as it is first written.
pub(super) fn new_record(grant: &Grant) -> GrantRecord {
    GrantRecord {
        grant_id: grant.id.clone(),
        status: Status::Code,
        client_id: grant.client_id.clone(),
        user_id: grant.user_id.clone(),
        tenant_id: grant.tenant_id.clone(),
        scopes: grant.scopes.clone(),
        audience: grant.audience.clone(),
        redirect_uri: grant.redirect_uri.clone(),
        code_challenge: grant.code_challenge.clone(),
        nonce: grant.nonce.clone(),
        auth_time: grant.auth_time,
        created_at: grant.created_at,
        expires_at: grant.expires_at,
        code_tag: grant.code_tag.clone(),
        code_exp: grant.code_expires_at,
        changed_by: grant.changed_by.clone(),
        redeemed_by: None,
        generation: None,
        head_tag: None,
        prev_tag: None,
        sealed: None,
        sealed_until: None,
        replays: None,
        confirmed: None,
        idle_exp: None,
        revoked_at: None,
        revoked_for: None,
        sender: grant.sender.clone(),
        networks: grant.networks.clone(),
        openid: grant.openid.clone(),
    }
}
