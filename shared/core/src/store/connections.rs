//! The verbs that change connections.

use std::future::Future;

use crate::audit::Event;
use crate::clock::Timestamp;
use crate::connection::Connection;
use crate::id::{ClientId, TenantId, UserId};
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
    /// The connection is in force with these scopes.
    Committed(Receipt),
    /// The connection was ended after the consent was given.
    Revoked,
}

/// What came of changing a connection.
#[derive(Debug)]
#[must_use]
pub enum Disconnected {
    /// It is ended, now or by an earlier attempt of this very invocation.
    Committed(Receipt),
    /// There is none in force.
    Absent,
}

/// Connects platforms.
///
/// DynamoDB: GetItem, UpdateItem on TENANT#
pub trait Connect: Send + Sync {
    /// Makes or renews a connection, unless it was ended after consent was given.
    fn connect(&self, connecting: &Connecting<'_>) -> impl Future<Output = Result<Connected, Outage>> + Send;
}

/// Ends and lists connections.
///
/// DynamoDB: GetItem, Query, UpdateItem on TENANT#
pub trait ManageConnections: Send + Sync {
    /// Every connection of a tenant, ended ones too, by platform.
    fn load_connections(
        &self,
        tenant: &TenantId,
    ) -> impl Future<Output = Result<Vec<Connection>, Outage>> + Send;

    /// Ends a connection. What was issued for it is void from then on.
    fn disconnect(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        event: &Event,
    ) -> impl Future<Output = Result<Disconnected, Outage>> + Send;
}
