//! The verbs that change connections.

use std::future::Future;

use crate::audit::Event;
use crate::clock::Timestamp;
use crate::connection::Connection;
use crate::id::{ClientId, PatId, TenantId, UserId};
use crate::network::Networks;
use crate::outage::Outage;
use crate::param::ScopeSet;
use crate::store::Receipt;

/// A customer's consent, at the moment when the platform collects it.
#[derive(Debug)]
pub struct Connecting<'a> {
    /// The platform.
    pub client_id: &'a ClientId,
    /// The customer.
    pub tenant_id: &'a TenantId,
    /// The member who consented.
    pub user_id: &'a UserId,
    /// What was consented to.
    pub scopes: &'a ScopeSet,
    /// When consent was given: not when the code was exchanged.
    pub consented_at: Timestamp,
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// What came of connecting.
#[derive(Debug)]
#[must_use]
pub enum Connected {
    /// The connection is in force with these scopes: written now, or by an earlier attempt to collect this very consent.
    Committed(Receipt),
    /// The connection was ended after the consent was given, or in the same second.
    Revoked,
    /// A later consent is in force: an older one does not come back.
    Superseded,
}

/// What came of changing a connection.
#[derive(Debug)]
#[must_use]
pub enum Disconnected {
    /// It is done, now or by an earlier attempt of this very invocation.
    Committed(Receipt),
    /// It was ended before.
    AlreadyEnded,
    /// There never was one.
    Absent,
}

/// Connects platforms.
///
/// DynamoDB: GetItem on TENANT#; UpdateItem on TENANT#
pub trait Connect: Send + Sync {
    /// Makes or renews a connection, unless it was ended after consent was given. While it is in force a consent replaces
    /// its scopes and nothing else; after its end a consent begins it afresh, and what was issued before stays void.
    fn connect(&self, connecting: &Connecting<'_>) -> impl Future<Output = Result<Connected, Outage>> + Send;
}

/// Ends connections.
///
/// DynamoDB: GetItem on TENANT#; UpdateItem on TENANT#
pub trait EndConnections: Send + Sync {
    /// Ends a connection. What was issued for it is void from then on.
    fn disconnect(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        event: &Event,
    ) -> impl Future<Output = Result<Disconnected, Outage>> + Send;
}

/// Lists and bounds connections, and ends them: what a customer does.
///
/// DynamoDB: Query on TENANT#
pub trait ManageConnections: EndConnections {
    /// Every connection of a tenant, ended ones too, by platform.
    fn load_connections(
        &self,
        tenant: &TenantId,
    ) -> impl Future<Output = Result<Vec<Connection>, Outage>> + Send;

    /// Says from which networks the platform may act for the tenant; an empty list says from everywhere.
    fn restrict_connection(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        networks: &Networks,
        event: &Event,
    ) -> impl Future<Output = Result<Disconnected, Outage>> + Send;
}

/// Whose last use is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Used {
    /// A connection.
    Connection {
        /// The customer.
        tenant_id: TenantId,
        /// The platform.
        client_id: ClientId,
    },
    /// A personal access token.
    Pat {
        /// The member.
        user_id: UserId,
        /// The token.
        pat_id: PatId,
    },
}

/// Marks the day of the last use.
///
/// DynamoDB: UpdateItem on TENANT#, USER#
pub trait MarkUse: Send + Sync {
    /// Records that it was used on `day`, given by its first second, unless that or a later day is recorded. Best
    /// effort: losing it only makes a list older.
    fn mark_use(&self, used: &Used, day: Timestamp) -> impl Future<Output = Result<(), Outage>> + Send;
}
