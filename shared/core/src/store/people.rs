//! Reading people and tenants.

use std::future::Future;

use crate::id::{TenantId, UserId};
use crate::outage::Outage;
use crate::tenant::{Account, Tenant};

/// Reads people.
///
/// DynamoDB: GetItem on EMAIL#; Query on USER#
pub trait LoadAccounts: Send + Sync {
    /// The person who signs in with this address, in its normal form.
    fn load_account_by_email(
        &self,
        email: &str,
    ) -> impl Future<Output = Result<Option<Account>, Outage>> + Send;

    /// The person with this identifier.
    fn load_account(&self, id: &UserId) -> impl Future<Output = Result<Option<Account>, Outage>> + Send;
}

/// Reads tenants.
///
/// DynamoDB: BatchGetItem on TENANT#
pub trait LoadTenants: Send + Sync {
    /// Those of the tenants that exist.
    fn load_tenants(&self, ids: &[TenantId]) -> impl Future<Output = Result<Vec<Tenant>, Outage>> + Send;
}
