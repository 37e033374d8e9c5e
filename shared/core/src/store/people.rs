//! Reading people and tenants.

use std::future::Future;

use crate::audit::Event;
use crate::client::Client;
use crate::id::{TenantId, UserId};
use crate::keys::StoredKeys;
use crate::outage::Outage;
use crate::store::Receipt;
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

/// Writes what an operator decides. No function has this port: `postern bootstrap` does.
///
/// DynamoDB: PutItem on CLIENT#, EMAIL#, KEYS, LIST#, TENANT#, USER#
pub trait Provision: Send + Sync {
    /// Writes the server's keys unless there are some; gives whether it did.
    fn put_keys(&self, keys: &StoredKeys, event: &Event)
    -> impl Future<Output = Result<bool, Outage>> + Send;

    /// Writes a client.
    fn put_client(
        &self,
        client: &Client,
        event: &Event,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;

    /// Writes a tenant.
    fn put_tenant(
        &self,
        tenant: &Tenant,
        event: &Event,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;

    /// Writes a person with their memberships and their address. `event` tells of the person; each membership is
    /// written with [`Event::for_member`].
    fn put_account(
        &self,
        account: &Account,
        event: &Event,
    ) -> impl Future<Output = Result<Receipt, Outage>> + Send;
}
