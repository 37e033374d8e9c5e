//! `/admin/v1/audit`: a tenant's log, the latest event first (R12).

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::cursor::{limit, parameter};
use super::desk::Desk;
use crate::api_error::ApiError;
use crate::audit::{Event, Question, SearchError, search};
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::param::Parameters;

/// The end of time, as far as logs go: what a search without an end means, so that its cursors stay good.
const END: Timestamp = Timestamp::from_secs(999_999_999_999);

#[derive(Serialize)]
struct Page<'a> {
    data: &'a [Event],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// One page of the log of the tenant that the query names; without one, of the caller's own, or for an operator the
/// deployment's.
pub(super) async fn list<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    let query = desk.query()?;
    let asked = parameter(&query, "tenant")?.map(|text| desk.tenant_id(text)).transpose()?;
    let own = (!desk.is_operator).then(|| desk.caller.tenant_id.clone());
    let tenant = asked.or(own);
    let question = Question {
        tenant_id: tenant.as_ref(),
        from: moment(&query, "from")?.unwrap_or(Timestamp::from_secs(0)),
        to: moment(&query, "to")?.unwrap_or(END),
        limit: limit(&query)?,
        cursor: parameter(&query, "cursor")?,
    };
    let keys = desk.server.credential_keys().await?;
    let found = search(&desk.server.store, &keys, &question).await.map_err(|error| match error {
        SearchError::Cursor => ApiError::of_field("cursor", "It is none of this search's."),
        SearchError::Outage(outage) => outage.into(),
    })?;
    Ok(Response::of(StatusCode::OK, &Page { data: &found.events, next_cursor: found.cursor }))
}

/// A moment in seconds since 1970.
fn moment(query: &Parameters, name: &'static str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = parameter(query, name)? else { return Ok(None) };
    let seconds = text.parse().ok().filter(|seconds| *seconds <= END.as_secs());
    let seconds = seconds.ok_or_else(|| ApiError::of_field(name, "It must be seconds since 1970."))?;
    Ok(Some(Timestamp::from_secs(seconds)))
}
