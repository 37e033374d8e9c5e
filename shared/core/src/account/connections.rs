//! `/account/v1/connections`: the platforms that act for the tenant, listed, watched, bounded and ended by its
//! members (R7, R10).

use postern_jose::Vault;
use serde::Serialize;

use super::manager::Manager;
use super::{AccountStore, done};
use crate::activity;
use crate::api::{Catalogue, is_of_openid};
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::Kind;
use crate::clock::Timestamp;
use crate::connection::{Connection, Consented, parse_restriction, restrict as restrict_connection};
use crate::http::{Call, Request, Response, StatusCode};
use crate::id::{AccountId, ClientId, UserId};
use crate::network::Networks;
use crate::param::Scope;
use crate::server::Server;
use crate::store::Disconnected;

/// A connection as lists show it.
#[derive(Serialize)]
pub(crate) struct ConnectionView<'a> {
    client_id: &'a ClientId,
    /// The platform's name, while it is registered.
    name: Option<String>,
    connected_account_id: AccountId,
    /// What it may do, API by API.
    apis: Vec<ConsentedView<'a>>,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(skip_serializing_if = "Networks::is_empty")]
    networks: &'a Networks,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_on: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
}

/// The last consent for one API.
#[derive(Serialize)]
struct ConsentedView<'a> {
    audience: &'a str,
    scopes: Vec<&'a str>,
    authorized_by: &'a UserId,
    consented_at: Timestamp,
}

impl<'a> ConsentedView<'a> {
    fn of((audience, consented): (&'a String, &'a Consented)) -> Self {
        let scopes = consented.scopes.iter().map(Scope::as_str).collect();
        let (authorized_by, consented_at) = (&consented.authorized_by, consented.consented_at);
        Self { audience, scopes, authorized_by, consented_at }
    }
}

#[derive(Serialize)]
struct ConnectionList<'a> {
    data: Vec<ConnectionView<'a>>,
}

impl<'a> ConnectionView<'a> {
    pub(crate) fn of(connection: &'a Connection, name: Option<String>) -> Self {
        Self {
            client_id: &connection.client_id,
            name,
            connected_account_id: connection.account_id(),
            apis: connection.apis.iter().map(ConsentedView::of).collect(),
            created_at: connection.created_at,
            updated_at: connection.updated_at,
            networks: &connection.networks,
            last_used_on: connection.last_used_on,
            revoked_at: connection.revoked_at,
        }
    }
}

/// Every connection of the tenant, the latest consent first; ended ones too.
pub(super) async fn list<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
) -> Result<Response, ApiError> {
    let mut connections = server.store.load_connections(manager.tenant).await?;
    connections.sort_by(|a, b| (b.updated_at, &b.client_id).cmp(&(a.updated_at, &a.client_id)));
    let mut data = Vec::with_capacity(connections.len());
    for connection in &connections {
        let name = server.client(&connection.client_id).await?.map(|client| client.name);
        data.push(ConnectionView::of(connection, name));
    }
    Ok(Response::of(StatusCode::OK, &ConnectionList { data }))
}

/// What one of them has done: requests by day, and events. For every member, as the list.
pub(super) async fn show_activity<S: AccountStore, V: Vault>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    http: &Request,
    client: &ClientId,
) -> Result<Response, ApiError> {
    let connection = load(server, manager, client).await?;
    activity::answer(server, &connection, http).await
}

/// Says from where the platform may act for the tenant; for whoever could connect it now. Having connected it once is not
/// enough: the list may be an administrator's (S03).
pub(super) async fn restrict<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    http: &Request,
    client: &ClientId,
) -> Result<Response, ApiError> {
    let networks = parse_restriction(http)?;
    let connection = load(server, manager, client).await?;
    let description = "Only who has a role that permits all of its scopes can do this.";
    verify_role(server, manager, &connection, |_| false, description).await?;
    // Read before the write: after it nothing may fail.
    let name = server.client(client).await?.map(|client| client.name);
    server.verify_time_left(&http.call)?;
    let event = manager.event(Kind::ConnectionChanged, &http.call, server.now());
    let connection = restrict_connection(&server.store, connection, networks, event).await?;
    tracing::info!(event = "connection_changed", client_id = %client);
    Ok(Response::of(StatusCode::OK, &ConnectionView::of(&connection, name)))
}

/// Ends one of them. 204 also when it was ended before: consents given since are void too.
pub(super) async fn end<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    call: &Call,
    client: &ClientId,
) -> Result<Response, ApiError> {
    let connection = load(server, manager, client).await?;
    let description =
        "Only who made the connection, or has a role that permits all of its scopes, can do this.";
    let made = |consented: &Consented| consented.authorized_by == *manager.user;
    verify_role(server, manager, &connection, made, description).await?;
    server.verify_time_left(call)?;
    let event = manager.event(Kind::ConnectionRevoked, call, server.now()).about_connection(&connection);
    match server.store.disconnect(manager.tenant, client, &event).await? {
        Disconnected::Committed(_receipt) => {
            tracing::info!(event = "connection_revoked", client_id = %client);
            Ok(done())
        }
        Disconnected::AlreadyEnded => Ok(done()),
        Disconnected::Absent => Err(ApiError::NOT_FOUND),
    }
}

/// The tenant's connection with a platform; 404 for a platform that is not the tenant's, as for one that does not exist
/// (S01).
async fn load<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    client: &ClientId,
) -> Result<Connection, ApiError> {
    let connections = server.store.load_connections(manager.tenant).await?;
    connections.into_iter().find(|connection| connection.client_id == *client).ok_or(ApiError::NOT_FOUND)
}

/// A connection is the tenant's: its members do with it what their role lets them give, at every API of it; `is_theirs`
/// tells what is theirs whatever their role.
async fn verify_role<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    connection: &Connection,
    is_theirs: impl Fn(&Consented) -> bool,
    description: &'static str,
) -> Result<(), ApiError> {
    if !connection.apis.is_empty() && connection.apis.values().all(&is_theirs) {
        return Ok(());
    }
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let standing = server.store.load_standing(&manager.subject()).await?;
    let could = match (&standing.tenant, &standing.member) {
        (Some(tenant), Some(member)) if member.active => {
            let permits = |audience: &str, scope: &str| {
                let catalogue = apis.get(audience).map_or(&empty, |api| &api.catalogue);
                is_of_openid(scope) || tenant.permits(catalogue, &member.role, scope)
            };
            connection.apis.iter().all(|(audience, consented)| {
                is_theirs(consented) || consented.scopes.iter().all(|scope| permits(audience, scope.as_str()))
            })
        }
        _ => false,
    };
    if could { Ok(()) } else { Err(ApiError::new(ApiErrorCode::InsufficientRole, description)) }
}
