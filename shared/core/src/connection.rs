//! Connections: a tenant's consent that a platform acts for it (R5, R7).

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{AccountId, ClientId, TenantId, UserId};
use crate::network::Networks;
use crate::param::ScopeSet;

/// A platform's standing with one tenant. Its address is the two of them, so that whoever connects again finds the
/// same one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The platform.
    pub client_id: ClientId,
    /// The customer.
    pub tenant_id: TenantId,
    /// What was consented to last: a new authorization replaces it.
    pub scopes: ScopeSet,
    /// The member who consented last.
    pub authorized_by: UserId,
    /// When the platform was first connected.
    pub created_at: Timestamp,
    /// When consent was given last.
    pub updated_at: Timestamp,
    /// When either side ended it, if it is ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// What was issued for this connection earlier is void: who connects again starts afresh.
    pub not_before: Timestamp,
    /// The day of the last request for this account, coarse: its first second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_on: Option<Timestamp>,
    /// From where the platform may act for this tenant.
    #[serde(default, skip_serializing_if = "Networks::is_empty")]
    pub networks: Networks,
}

impl Connection {
    /// What the platform calls it.
    pub fn account_id(&self) -> AccountId {
        AccountId::of(&self.tenant_id)
    }

    /// Whether it is in force.
    pub const fn is_active(&self) -> bool {
        self.revoked_at.is_none()
    }
}
