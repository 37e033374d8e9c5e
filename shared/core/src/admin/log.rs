//! `/admin/v1/audit`: a tenant's log, the latest event first (R12).

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::desk::Desk;
use crate::api_error::ApiError;
use crate::audit::{Event, LAST_MOMENT, Question, search};
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::id::ClientId;
use crate::param::Parameters;
use crate::query::{limit, parameter};

#[derive(Serialize)]
struct Page<'a> {
    data: &'a [Event],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// One page of the log of the tenant that the query names; without one, of the caller's own, or for an operator the
/// deployment's. Of one client alone, where the query names one.
pub(super) async fn list<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    let query = desk.query()?;
    let asked = parameter(&query, "tenant")?.map(|text| desk.tenant_id(text)).transpose()?;
    let own = (!desk.is_operator).then(|| desk.caller.tenant_id.clone());
    let tenant = asked.or(own);
    let client = parameter(&query, "client_id")?.map(ClientId::parse).transpose();
    let client = client.map_err(|_| ApiError::of_field("client_id", "It is no `client_id`."))?;
    let question = Question {
        tenant_id: tenant.as_ref(),
        client_id: client.as_ref(),
        from: moment(&query, "from")?.unwrap_or(Timestamp::from_secs(0)),
        to: moment(&query, "to")?.unwrap_or(LAST_MOMENT),
        limit: limit(&query)?,
        cursor: parameter(&query, "cursor")?,
    };
    let keys = desk.server.credential_keys().await?;
    let found = search(&desk.server.store, &keys, &question).await?;
    Ok(Response::of(StatusCode::OK, &Page { data: &found.events, next_cursor: found.cursor }))
}

/// A moment in seconds since 1970.
fn moment(query: &Parameters, name: &'static str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = parameter(query, name)? else { return Ok(None) };
    let seconds = text.parse().ok().filter(|seconds| *seconds <= LAST_MOMENT.as_secs());
    let seconds = seconds.ok_or_else(|| ApiError::of_field(name, "It must be seconds since 1970."))?;
    Ok(Some(Timestamp::from_secs(seconds)))
}
