//! Personal access tokens (R17, R25): what the table knows of one.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::credential::PatTag;
use crate::id::{PatId, TenantId, UserId};
use crate::network::Networks;
use crate::param::ScopeSet;

/// A personal access token at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pat {
    /// Its name in lists and logs.
    pub pat_id: PatId,
    /// What tells the genuine token.
    pub tag: PatTag,
    /// The member who made it, and as whom it acts.
    pub user_id: UserId,
    /// The tenant for which it acts.
    pub tenant_id: TenantId,
    /// What its maker calls it.
    pub name: String,
    /// The API that it is for.
    pub audience: String,
    /// What it may do, as long as its maker may.
    pub scopes: ScopeSet,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// From where it may be used.
    #[serde(default, skip_serializing_if = "Networks::is_empty")]
    pub networks: Networks,
    /// When it was revoked, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// The day of its last use, coarse: its first second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_on: Option<Timestamp>,
}

impl Pat {
    /// The token under the mark of its member: what is older is void since then, as if it had been revoked.
    #[must_use]
    pub fn under(self, not_before: Timestamp) -> Self {
        let voided_at = Some(not_before).filter(|_| self.created_at < not_before);
        Self { revoked_at: self.revoked_at.or(voided_at), ..self }
    }

    /// Whether the token itself is still good; whether its maker stands is another question.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}
