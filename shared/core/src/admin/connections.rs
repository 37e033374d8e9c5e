//! `/admin/v1/tenants/{tenant}/connections`: the platforms that act for a tenant, listed, bounded and ended by whoever
//! administers it (R7, R10).

use postern_jose::Vault;
use serde_json::json;

use super::AdminStore;
use super::client_form::networks;
use super::desk::Desk;
use crate::account::ConnectionView;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::{Event, Kind};
use crate::connection::Connection;
use crate::http::{Response, StatusCode};
use crate::id::{ClientId, TenantId};
use crate::json_body::JsonBody;
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
    let mut connection = load(desk, tenant, client).await?;
    let mut body = JsonBody::parse(desk.http)?;
    let texts = body.texts("networks")?.ok_or_else(|| ApiError::of_field("networks", "It is required."))?;
    body.finish()?;
    connection.networks = networks(&texts)?;
    let Connection { tenant_id, client_id, networks, .. } = &connection;
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::ConnectionChanged), &connection);
    let event = event.with("networks", &networks.iter().count());
    match desk.server.store.restrict_connection(tenant_id, client_id, networks, &event).await? {
        Disconnected::Committed(_receipt) => {}
        Disconnected::AlreadyEnded => {
            let description = "The connection was ended: nothing of it can be changed.";
            return Err(ApiError::new(ApiErrorCode::Conflict, description));
        }
        Disconnected::Absent => return Err(ApiError::NOT_FOUND),
    }
    let view = ConnectionView::of(&connection, platform(desk, &connection).await?);
    Ok(Response::of(StatusCode::OK, &view))
}

/// Ends a connection. 204 also when it was ended before.
pub(super) async fn end<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    tenant: &str,
    client: &str,
) -> Result<Response, ApiError> {
    let connection = load(desk, tenant, client).await?;
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::ConnectionRevoked), &connection);
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
    let tenant: TenantId = desk.tenant_id(tenant)?;
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

fn about(event: Event, connection: &Connection) -> Event {
    let event = event.in_tenant(&connection.tenant_id).with_client(&connection.client_id);
    Event { account_id: Some(connection.account_id()), ..event }
}
