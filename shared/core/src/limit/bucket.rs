//! What is limited.

use crate::id::{ClientId, TenantId, UserId};
use crate::param::Scope;

/// One bucket of tokens: a name for the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bucket(String);

impl Bucket {
    /// A client's requests to the APIs.
    pub fn of_client(client: &ClientId) -> Self {
        Self(format!("API#{client}"))
    }

    /// A platform's requests for one account.
    pub fn of_account(client: &ClientId, tenant: &TenantId) -> Self {
        Self(format!("ACCOUNT#{client}#{tenant}"))
    }

    /// A client's requests to the token endpoint.
    pub fn of_token_endpoint(client: &ClientId) -> Self {
        Self(format!("TOKEN#{client}"))
    }

    /// What a client does with one scope for one tenant.
    pub fn of_client_scope(client: &ClientId, tenant: &TenantId, scope: &Scope) -> Self {
        Self(format!("SCOPE#{client}#{tenant}#{}", scope.as_str()))
    }

    /// What a member does with one scope by personal access tokens.
    pub fn of_member_scope(user: &UserId, tenant: &TenantId, scope: &Scope) -> Self {
        Self(format!("SCOPE#{user}#{tenant}#{}", scope.as_str()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
