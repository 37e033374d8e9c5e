//! The answer about one connection, to its customer and to who administers the customer.

use futures_util::future::try_join;
use postern_jose::Vault;
use serde::Serialize;

use super::{DAYS, Requests};
use crate::api_error::ApiError;
use crate::audit::{Event, Kind, LAST_MOMENT, Question, search};
use crate::clock::Timestamp;
use crate::connection::Connection;
use crate::http::{Request, Response, StatusCode};
use crate::query::{limit, parameter, parse_query};
use crate::server::Server;
use crate::store::{LoadKeys, LoadRequests, SearchEvents};

#[derive(Serialize)]
struct Activity<'a> {
    /// Beside the first page of events only.
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<Vec<Requests>>,
    data: &'a [Event],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What the connection has done: a page of its events, the latest first, as `limit` and `cursor` of the query ask; beside
/// the first page its requests by day. The asker may know of the connection.
pub(crate) async fn answer<S: LoadKeys + LoadRequests + SearchEvents, V: Vault>(
    server: &Server<S, V>,
    connection: &Connection,
    http: &Request,
) -> Result<Response, ApiError> {
    let query = parse_query(http)?;
    let Connection { tenant_id, client_id, .. } = connection;
    let question = Question {
        tenant_id: Some(tenant_id),
        client_id: Some(client_id),
        from: Timestamp::from_secs(0),
        to: LAST_MOMENT,
        limit: limit(&query)?,
        cursor: parameter(&query, "cursor")?,
    };
    let keys = server.credential_keys().await?;
    let events = async { Ok::<_, ApiError>(search(&server.store, &keys, &question).await?) };
    let requests = async {
        if question.cursor.is_some() {
            return Ok(None);
        }
        let since = server.now().day().days_before(DAYS - 1);
        Ok(Some(server.store.load_requests((tenant_id, client_id), since).await?))
    };
    let (mut found, requests) = try_join(events, requests).await?;
    found.events.retain(is_of_connection);
    let activity = Activity { requests, data: &found.events, next_cursor: found.cursor };
    Ok(Response::of(StatusCode::OK, &activity))
}

/// Where a platform is connected with its own organisation, that log tells of the platform itself too: its secrets, its
/// own tokens, signals about it. Those are its administrators'.
const fn is_of_connection(event: &Event) -> bool {
    event.account_id.is_some() || event.grant_id.is_some() || matches!(event.kind, Kind::ConsentDenied)
}
