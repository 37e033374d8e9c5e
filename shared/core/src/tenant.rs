//! Tenants, users and members: who may act, and where.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::Catalogue;
use crate::client::Client;
use crate::clock::Timestamp;
use crate::credential::PasswordHash;
use crate::id::{TenantId, UserId};
use crate::openid::Profile;

/// A customer organisation.
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own, and stored as one")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its identifier.
    pub tenant_id: TenantId,
    /// The name that people see.
    pub name: String,
    /// Whether anybody may act for it.
    pub active: bool,
    /// What was issued for it earlier is void.
    pub not_before: Timestamp,
    /// Its roles: a name, and the permissions in the vocabulary of scopes; see [`crate::api::Catalogue::permits`]. They
    /// are names over all catalogues, and so are the features: what permits a name permits it at every API that has it.
    pub roles: BTreeMap<String, Vec<String>>,
    /// What the tenant may do at all, whoever acts for it, in the form of a role's permissions; `None` sets no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// The host at which the API serves this tenant's data; `None` where every host of the API does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_domain: Option<String>,
    /// For how many days its audit log is kept; as the deployment says where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_days: Option<u32>,
    /// Whether it is a real customer, not one for tests. The two never meet (S13).
    #[serde(default = "live")]
    pub livemode: bool,
    /// How many days a personal access token for the tenant may live at most.
    #[serde(default = "pat_max_days")]
    pub pat_max_days: u32,
    /// Whether clients that nobody vouched for may act for it: those that registered themselves, and those of metadata
    /// documents.
    #[serde(default = "unverified_clients")]
    pub unverified_clients: bool,
    /// Whether it is the operators' own: its administrators administer every tenant.
    #[serde(default)]
    pub operator: bool,
}

/// A year.
const fn pat_max_days() -> u32 {
    365
}

/// As far as the deployment admits any.
const fn unverified_clients() -> bool {
    true
}

/// What was written before there was a test mode is live.
pub(crate) const fn live() -> bool {
    true
}

/// A person.
#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    /// The `sub` of their tokens.
    pub user_id: UserId,
    /// The address that they sign in with, in lower case.
    pub email: String,
    /// Whether the address was proved to be theirs.
    pub email_verified: bool,
    /// The name that people see.
    pub name: String,
    /// The password at rest; `None` where they have none.
    pub password: Option<PasswordHash>,
    /// Whether they may sign in and be acted for.
    pub active: bool,
    /// What was issued for them earlier is void.
    pub not_before: Timestamp,
    /// What else is known of them.
    #[serde(default)]
    pub profile: Profile,
}

/// A person's membership of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub tenant_id: TenantId,
    /// Their role: a name in the tenant's [`Tenant::roles`].
    pub role: String,
    /// Whether the membership is in force.
    pub active: bool,
    /// What was issued for this membership earlier is void: who comes back starts afresh.
    pub not_before: Timestamp,
}

/// A person with their memberships.
#[derive(Clone)]
pub struct Account {
    /// The person.
    pub user: User,
    /// Where they belong.
    pub memberships: Vec<Member>,
}

/// Longest name of a role, in bytes.
const LONGEST_ROLE: usize = 40;

/// Whether a role may be called this: 1 to 40 lower-case letters, digits, `-` and `_`.
pub(crate) fn is_role_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=LONGEST_ROLE).contains(&text.len()) && text.bytes().all(fits)
}

/// The form in which addresses are stored and compared: without surrounding white space, in lower case.
pub fn normalise_email(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Tenant {
    /// A live tenant without bounds.
    pub fn new(
        tenant_id: TenantId,
        name: String,
        roles: BTreeMap<String, Vec<String>>,
        now: Timestamp,
    ) -> Self {
        let (features, api_domain, audit_days) = (None, None, None);
        Self {
            tenant_id,
            name,
            active: true,
            not_before: now,
            roles,
            features,
            api_domain,
            audit_days,
            livemode: true,
            pat_max_days: pat_max_days(),
            unverified_clients: unverified_clients(),
            operator: false,
        }
    }

    /// Whether the client may act for it at all, as far as that depends on who vouched for it.
    pub fn admits(&self, client: &Client) -> bool {
        self.unverified_clients || !client.registration.is_unverified()
    }

    /// The permissions of a role of this tenant; none where it has no such role.
    pub fn permissions(&self, role: &str) -> &[String] {
        self.roles.get(role).map_or(&[][..], Vec::as_slice)
    }

    /// Whether the tenant has what is needed, whoever acts for it.
    pub fn offers(&self, catalogue: &Catalogue, needed: &str) -> bool {
        self.features.as_deref().is_none_or(|features| covers(catalogue, features, needed))
    }

    /// Whether this role of the tenant permits what is needed.
    pub fn permits(&self, catalogue: &Catalogue, role: &str, needed: &str) -> bool {
        covers(catalogue, self.permissions(role), needed)
    }
}

fn covers(catalogue: &Catalogue, permissions: &[String], needed: &str) -> bool {
    permissions.iter().any(|permission| catalogue.permits(permission, needed))
}
