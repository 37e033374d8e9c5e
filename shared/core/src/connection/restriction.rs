//! From where a platform may act for a customer, as either the customer's members or who administers it says (R10).

use super::Connection;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::Event;
use crate::http::Request;
use crate::json_body::JsonBody;
use crate::network::{Networks, parse_listed};
use crate::store::{ManageConnections, Written};

/// The body: the member `networks` alone, where an empty list says from everywhere.
pub(crate) fn parse_restriction(http: &Request) -> Result<Networks, ApiError> {
    let mut body = JsonBody::parse(http)?;
    let texts = body.texts("networks")?.ok_or_else(|| ApiError::of_field("networks", "It is required."))?;
    body.finish()?;
    parse_listed(&texts)
}

/// Writes the networks of a connection over the state that was seen, and gives the connection with them. What is as it was
/// is neither written nor told of. [`ApiErrorCode::Conflict`] where it was ended, or changed meanwhile: whoever could do
/// this to what they saw may not be able to do it to what is there (S03).
pub(crate) async fn restrict<S: ManageConnections>(
    store: &S,
    seen: Connection,
    networks: Networks,
    event: Event,
) -> Result<Connection, ApiError> {
    let conflict = |description| ApiError::new(ApiErrorCode::Conflict, description);
    if !seen.is_active() {
        return Err(conflict("The connection was ended: nothing of it can be changed."));
    }
    if networks == seen.networks {
        return Ok(seen);
    }
    let event = event.about_connection(&seen).with("networks", &networks.iter().count());
    match store.restrict_connection(&seen, &networks, &event).await? {
        Written::Committed(_receipt) => Ok(Connection { networks, ..seen }),
        Written::Conflict => Err(conflict("The connection was changed or ended meanwhile: look again.")),
    }
}
