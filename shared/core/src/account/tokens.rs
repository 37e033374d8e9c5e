//! `/account/v1/tokens`: a member's personal access tokens for the tenant, listed and revoked (R17).

use futures_util::future::try_join;
use serde::Serialize;

use super::manager::Manager;
use super::{AccountStore, done};
use crate::api_error::ApiError;
use crate::audit::Kind;
use crate::clock::Timestamp;
use crate::http::{Call, Response, StatusCode};
use crate::id::PatId;
use crate::network::Networks;
use crate::param::Scope;
use crate::pat::Pat;
use crate::server::Server;

/// A token as lists show it: never its text, nor what tells the genuine one.
#[derive(Serialize)]
pub(crate) struct PatView<'a> {
    id: &'a PatId,
    name: &'a str,
    resource: &'a str,
    scopes: Vec<&'a str>,
    created_at: Timestamp,
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Networks::is_empty")]
    networks: &'a Networks,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_on: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct PatList<'a> {
    data: Vec<PatView<'a>>,
}

impl<'a> PatView<'a> {
    pub(crate) fn of(pat: &'a Pat) -> Self {
        Self {
            id: &pat.pat_id,
            name: &pat.name,
            resource: &pat.audience,
            scopes: pat.scopes.iter().map(Scope::as_str).collect(),
            created_at: pat.created_at,
            expires_at: pat.expires_at,
            networks: &pat.networks,
            last_used_on: pat.last_used_on,
            revoked_at: pat.revoked_at,
        }
    }
}

/// The member's tokens for the tenant, as they stand under the marks of both, the latest first; expired and revoked ones
/// too, as long as they are kept.
pub(super) async fn list<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
) -> Result<Response, ApiError> {
    let (subject, store) = (manager.subject(), &server.store);
    let pats = store.load_pats(manager.user, manager.tenant);
    let (standing, pats) = try_join(store.load_standing(&subject), pats).await?;
    let mark = standing.member_mark();
    let mut pats: Vec<_> = pats.into_iter().map(|pat| pat.under(mark)).collect();
    pats.sort_by(|a, b| (b.created_at, &b.pat_id).cmp(&(a.created_at, &a.pat_id)));
    Ok(Response::of(StatusCode::OK, &PatList { data: pats.iter().map(PatView::of).collect() }))
}

/// Revokes one of them, be it void already: then it is kept no longer than others. 204 also when it was revoked before; 404 for what is somebody else's or another tenant's, as
/// for what never was (S01).
pub(super) async fn revoke<S: AccountStore, V>(
    server: &Server<S, V>,
    manager: &Manager<'_>,
    call: &Call,
    id: &PatId,
) -> Result<Response, ApiError> {
    let pats = server.store.load_pats(manager.user, manager.tenant).await?;
    let pat = pats.into_iter().find(|pat| pat.pat_id == *id).ok_or(ApiError::NOT_FOUND)?;
    if pat.revoked_at.is_some() {
        return Ok(done());
    }
    server.verify_time_left(call)?;
    let now = server.now();
    let event = manager.event(Kind::PatRevoked, call, now).about_pat(&pat);
    let _receipt = server.store.revoke_pat(&pat, now, &event).await?;
    tracing::info!(event = "pat_revoked", pat_id = %pat.pat_id);
    Ok(done())
}
