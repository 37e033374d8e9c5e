//! `postern pat`.

use clap::Subcommand;
use reqwest::Method;

use super::Job;

#[derive(Subcommand)]
pub(crate) enum Pats {
    /// List a member's tokens for a tenant.
    List { tenant: String, user: String },
    /// Revoke one, by what `pat list` calls it.
    Revoke { tenant: String, user: String, pat: String },
}

impl Pats {
    pub(super) fn job(self) -> Job {
        match self {
            Self::List { tenant, user } => Job::get(format!("tenants/{tenant}/members/{user}/tokens"))
                .columns(&["id", "name", "resource", "scopes", "expires_at", "last_used_on", "revoked_at"]),
            Self::Revoke { tenant, user, pat } => {
                Job::new(Method::DELETE, format!("tenants/{tenant}/members/{user}/tokens/{pat}"))
            }
        }
    }
}
