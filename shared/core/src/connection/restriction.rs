//! From where a platform may act for a customer, as either the customer's members or who administers it says (R10).

use super::Connection;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::Event;
use crate::http::Request;
use crate::json_body::JsonBody;
use crate::network::{Networks, parse_listed};
use crate::store::{Disconnected, ManageConnections};

/// The body: the member `networks` alone, where an empty list says from everywhere.
pub(crate) fn parse_restriction(http: &Request) -> Result<Networks, ApiError> {
    let mut body = JsonBody::parse(http)?;
    let texts = body.texts("networks")?.ok_or_else(|| ApiError::of_field("networks", "It is required."))?;
    body.finish()?;
    parse_listed(&texts)
}

/// Writes the networks that `connection` has now; [`ApiErrorCode::Conflict`] where it was ended.
pub(crate) async fn restrict<S: ManageConnections>(
    store: &S,
    connection: &Connection,
    event: Event,
) -> Result<(), ApiError> {
    let Connection { tenant_id, client_id, networks, .. } = connection;
    let event = event.about_connection(connection).with("networks", &networks.iter().count());
    match store.restrict_connection(tenant_id, client_id, networks, &event).await? {
        Disconnected::Committed(_receipt) => Ok(()),
        Disconnected::AlreadyEnded => {
            let description = "The connection was ended: nothing of it can be changed.";
            Err(ApiError::new(ApiErrorCode::Conflict, description))
        }
        Disconnected::Absent => Err(ApiError::NOT_FOUND),
    }
}
