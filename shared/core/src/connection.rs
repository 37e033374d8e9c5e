//! Connections: a tenant's consent that a platform acts for it (R5, R7).

mod renewal;
mod restriction;
mod rights;

pub(crate) use renewal::{Renewal, Renewed};
pub(crate) use restriction::{parse_restriction, restrict};
pub(crate) use rights::{grantable, kept, lost};

use std::collections::BTreeMap;

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
    /// What was consented to, by audience: at an API that is not here the platform may do nothing for the tenant.
    #[serde(default)]
    pub apis: BTreeMap<String, Consented>,
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
    /// The event of the last change, by which a writer knows that nothing has changed since it read.
    #[serde(default, rename = "audit", skip_serializing)]
    pub last_change: Option<LastChange>,
}

/// The last consent for one API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consented {
    /// What the platform may do there.
    pub scopes: ScopeSet,
    /// The member who could give all of it.
    pub authorized_by: UserId,
    /// When consent was given.
    pub consented_at: Timestamp,
}

/// The name of a change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LastChange {
    /// The identifier of its event.
    pub id: String,
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

    /// What the platform may do at an API; `None` where nobody consented to anything there.
    pub fn scopes_for(&self, audience: &str) -> Option<&ScopeSet> {
        self.apis.get(audience).map(|consented| &consented.scopes)
    }
}
