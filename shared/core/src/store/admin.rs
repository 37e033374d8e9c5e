//! What administrators read and change. Each change is one transaction: the thing, its place in the lists, and the
//! event that tells of it.

use std::future::Future;

use crate::api::Api;
use crate::audit::Event;
use crate::client::Client;
use crate::id::{ClientId, TenantId, UserId};
use crate::outage::Outage;
use crate::store::Receipt;
use crate::tenant::{Member, Tenant, User};

/// Which state of an item a change starts from: `None` where there was none.
pub type Seen = Option<u64>;

/// A record with the number of its state, which every change through these ports raises.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The record.
    pub record: T,
    /// The number of its state.
    pub version: u64,
}

/// What came of a change.
#[derive(Debug)]
#[must_use]
pub enum Written {
    /// It is committed, now or by an earlier attempt of this very invocation.
    Committed(Receipt),
    /// The thing is no longer as it was seen, or something else has its name.
    Conflict,
}

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// Where the part before this one ended.
    pub after: Option<&'a str>,
    /// At most so many items.
    pub limit: u16,
}

/// The items of one part of a list.
#[derive(Debug)]
pub struct Listing<T> {
    /// The items; fewer than asked for where one was removed meanwhile.
    pub items: Vec<T>,
    /// Where the next part begins; `None` at the end.
    pub next: Option<String>,
}

/// A person with one membership.
#[derive(Clone)]
pub struct Membership {
    /// The person.
    pub user: User,
    /// The membership.
    pub member: Member,
}

/// A person who becomes a member.
pub struct Newcomer<'a> {
    /// The account to be made first, with the event that tells of it; `None` where the person has one.
    pub account: Option<(&'a User, &'a Event)>,
    /// The membership.
    pub member: &'a Member,
    /// The state of an earlier, ended membership.
    pub seen: Seen,
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// Tenants.
///
/// DynamoDB: BatchGetItem on TENANT#; PutItem on TENANT#; DeleteItem, PutItem, Query on LIST#
pub trait ManageTenants: Send + Sync {
    /// Tenants, in order of their identifiers.
    fn list_tenants(
        &self,
        window: Window<'_>,
    ) -> impl Future<Output = Result<Listing<Tenant>, Outage>> + Send;

    /// One tenant; `None` where there is none, or it was removed.
    fn read_tenant(
        &self,
        id: &TenantId,
    ) -> impl Future<Output = Result<Option<Versioned<Tenant>>, Outage>> + Send;

    /// Writes a tenant: a new one, or over the state that was seen.
    fn write_tenant(
        &self,
        tenant: &Tenant,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Removes a tenant: what is left under its identifier is switched off and listed no longer.
    fn remove_tenant(
        &self,
        tenant: &Tenant,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}

/// Members.
///
/// DynamoDB: DeleteItem, Query on TENANT#; PutItem on TENANT#; BatchGetItem on USER#; PutItem on USER#
/// DynamoDB: PutItem on EMAIL#
pub trait ManageMembers: Send + Sync {
    /// The members of a tenant, in order of their identifiers.
    fn list_members(
        &self,
        tenant: &TenantId,
        window: Window<'_>,
    ) -> impl Future<Output = Result<Listing<Membership>, Outage>> + Send;

    /// One membership with its person; `None` where there is none, or it has ended.
    fn read_member(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> impl Future<Output = Result<Option<Versioned<Membership>>, Outage>> + Send;

    /// The state of a membership that has ended.
    fn ended_member(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> impl Future<Output = Result<Option<Versioned<Member>>, Outage>> + Send;

    /// Makes a membership, and the account where the person has none: [`Written::Conflict`] where somebody else has
    /// the address.
    fn add_member(&self, newcomer: &Newcomer<'_>) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Writes a membership over the state that was seen.
    fn change_member(
        &self,
        member: &Member,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Ends a membership: as [`Self::change_member`], and it is listed no longer.
    fn end_member(
        &self,
        member: &Member,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}

/// Clients.
///
/// DynamoDB: BatchGetItem, PutItem on CLIENT#; DeleteItem, Query on LIST#, TENANT#; PutItem on LIST#, TENANT#
pub trait ManageClients: Send + Sync {
    /// The clients of a tenant, or all of them, in order of their identifiers.
    fn list_clients(
        &self,
        tenant: Option<&TenantId>,
        window: Window<'_>,
    ) -> impl Future<Output = Result<Listing<Client>, Outage>> + Send;

    /// One client; `None` where there is none, or it was removed.
    fn read_client(
        &self,
        id: &ClientId,
    ) -> impl Future<Output = Result<Option<Versioned<Client>>, Outage>> + Send;

    /// Writes a client: a new one, or over the state that was seen.
    fn write_client(
        &self,
        client: &Client,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Removes a client: what is left under its identifier is switched off and listed no longer.
    fn remove_client(
        &self,
        client: &Client,
        seen: Seen,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}

/// APIs.
///
/// DynamoDB: DeleteItem, PutItem, Query on APIS; DeleteItem, PutItem, Query on API#; BatchGetItem, PutItem on LIST#
pub trait ManageApis: Send + Sync {
    /// Every API, and the number of the state in which all of them are.
    fn read_apis(&self) -> impl Future<Output = Result<Versioned<Vec<Api>>, Outage>> + Send;

    /// The document that an API was loaded from; `None` where it was loaded without.
    fn read_document(&self, audience: &str) -> impl Future<Output = Result<Option<String>, Outage>> + Send;

    /// Loads an API, unless any API was loaded or removed since `seen`.
    fn write_api(
        &self,
        api: &Api,
        document: &str,
        seen: u64,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;

    /// Removes an API, unless any API was loaded or removed since `seen`.
    fn remove_api(
        &self,
        audience: &str,
        seen: u64,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
}
