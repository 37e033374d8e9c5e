//! The verbs that change connections.

use std::future::Future;

use crate::audit::Event;
use crate::clock::Timestamp;
use crate::connection::Connection;
use crate::id::{ClientId, PatId, TenantId, UserId};
use crate::network::Networks;
use crate::outage::Outage;
use crate::store::{Receipt, Written};

/// A connection that a consent makes or renews.
#[derive(Debug)]
pub struct Connecting<'a> {
    /// The connection as it was read; `None` where there was none.
    pub before: Option<&'a Connection>,
    /// What it becomes.
    pub after: &'a Connection,
    /// What happens, for the audit log.
    pub event: &'a Event,
}

/// What came of connecting.
#[derive(Debug)]
#[must_use]
pub enum Connected {
    /// The connection is as it was to become.
    Committed(Receipt),
    /// Somebody else has changed it meanwhile: as it is now.
    Changed(Option<Box<Connection>>),
}

/// What came of changing a connection.
#[derive(Debug)]
#[must_use]
pub enum Disconnected {
    /// It is done, now or by an earlier attempt of this very invocation.
    Committed(Receipt),
    /// It was ended before; by [`EndConnections::disconnect`], in the same second or later.
    AlreadyEnded,
    /// There never was one.
    Absent,
}

/// Connects platforms.
///
/// DynamoDB: GetItem on TENANT#; UpdateItem on TENANT#
pub trait Connect: Send + Sync {
    /// Writes a connection, if it is still as it was read: neither a later consent nor an end is written over.
    fn connect(&self, connecting: &Connecting<'_>) -> impl Future<Output = Result<Connected, Outage>> + Send;
}

/// Ends connections.
///
/// DynamoDB: GetItem on TENANT#; UpdateItem on TENANT#
pub trait EndConnections: Send + Sync {
    /// Ends a connection. What was issued for it is void from then on, and so is every consent given until now: ending
    /// it once more moves its end, so that a consent given since, and not yet collected, does not begin it afresh.
    fn disconnect(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        event: &Event,
    ) -> impl Future<Output = Result<Disconnected, Outage>> + Send;
}

/// Reads connections with one platform.
///
/// DynamoDB: BatchGetItem on TENANT#
pub trait LoadConnections: Send + Sync {
    /// Those that the tenants have with `client`, ended ones too.
    fn load_connections_with(
        &self,
        client: &ClientId,
        tenants: &[TenantId],
    ) -> impl Future<Output = Result<Vec<Connection>, Outage>> + Send;
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
    /// [`Written::Conflict`] where the connection is no longer as it was seen.
    fn restrict_connection(
        &self,
        seen: &Connection,
        networks: &Networks,
        event: &Event,
    ) -> impl Future<Output = Result<Written, Outage>> + Send;
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
