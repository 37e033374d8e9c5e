//! `/admin/v1/tenants/{tenant}/connections`: the platforms that act for a tenant, listed, watched, bounded and ended by
//! whoever administers it (R7, R10).

use postern_jose::Vault;
use serde_json::json;

use super::AdminStore;
use super::desk::Desk;
use crate::account::ConnectionView;
use crate::activity;
use crate::api_error::ApiError;
use crate::audit::Kind;
use crate::connection::{Connection, parse_restriction, restrict as restrict_connection};
use crate::http::{Response, StatusCode};
use crate::id::ClientId;
use crate::store::Disconnected;

/// Every connection of the tenant, the latest consent first; ended ones too.
pub(super) async fn list<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
) -> Result<Response, ApiError> {
    let tenant = desk.tenant(tenant).await?.record.tenant_id;
    let mut connections = desk.server.store.load_connections(&tenant).await?;
    connections.sort_by(|a, b| (b.updated_at, &b.client_id).cmp(&(a.updated_at, &a.client_id)));
    let mut data = Vec::with_capacity(connections.len());
    for connection in &connections {
        data.push(ConnectionView::of(connection, platform(desk, connection).await?));
    }
    Ok(Response::of(StatusCode::OK, &json!({ "data": data })))
}

/// Says from where the platform may act for the tenant: the member `networks`, where an empty list says from everywhere.
pub(super) async fn restrict<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    client: &str,
) -> Result<Response, ApiError> {
    let connection = load(desk, tenant, client).await?;
    let networks = parse_restriction(desk.http)?;
    desk.verify_time_left()?;
    let event = desk.event(Kind::ConnectionChanged);
    let connection = restrict_connection(&desk.server.store, connection, networks, event).await?;
    let view = ConnectionView::of(&connection, platform(desk, &connection).await?);
    Ok(Response::of(StatusCode::OK, &view))
}

/// What a platform has done for the tenant: requests by day, and events.
pub(super) async fn show_activity<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    client: &str,
) -> Result<Response, ApiError> {
    let connection = load(desk, tenant, client).await?;
    activity::answer(desk.server, &connection, desk.http).await
}

/// Ends a connection. 204 also when it was ended before.
pub(super) async fn end<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    client: &str,
) -> Result<Response, ApiError> {
    let connection = load(desk, tenant, client).await?;
    desk.verify_time_left()?;
    let event = desk.event(Kind::ConnectionRevoked).about_connection(&connection);
    match desk.server.store.disconnect(&connection.tenant_id, &connection.client_id, &event).await? {
        Disconnected::Committed(_receipt) => {
            tracing::info!(event = "connection_revoked", client_id = %connection.client_id);
            Ok(super::done())
        }
        Disconnected::AlreadyEnded => Ok(super::done()),
        Disconnected::Absent => Err(ApiError::NOT_FOUND),
    }
}

/// The connection that a path names, if the caller may know of it (S01).
async fn load<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    client: &str,
) -> Result<Connection, ApiError> {
    let tenant = desk.tenant(tenant).await?.record.tenant_id;
    let client = ClientId::parse(client).map_err(|_| ApiError::NOT_FOUND)?;
    let connections = desk.server.store.load_connections(&tenant).await?;
    connections.into_iter().find(|it| it.client_id == client).ok_or(ApiError::NOT_FOUND)
}

/// The platform's name, while it is registered.
async fn platform<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    connection: &Connection,
) -> Result<Option<String>, ApiError> {
    let client = desk.server.store.read_client(&connection.client_id).await?;
    Ok(client.map(|client| client.record.name))
}
