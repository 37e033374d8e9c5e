//! A personal access token at the revocation endpoint: whoever has found one can end it, since having it is proof
//! enough (PT7).

use super::{RevokeError, RevokeStore};
use crate::audit::{Actor, Event, Kind};
use crate::credential::{PAT_PREFIX, PatText};
use crate::http::Call;
use crate::param::Parameters;
use crate::server::Server;
use crate::standing::{Actor as Acting, Subject};

/// The parameter `token`, where it looks like a personal access token: then no client needs to authenticate.
pub(super) fn presented(parameters: &Parameters) -> Option<&str> {
    parameters.get("token").ok().flatten().filter(|text| text.starts_with(PAT_PREFIX))
}

/// Revokes the token. Without effect, and without any call, for a text whose checksum is wrong (PT1); without effect
/// for one that is nobody's, or was revoked before.
pub(super) async fn revoke<S: RevokeStore, V>(
    server: &Server<S, V>,
    call: &Call,
    text: &str,
) -> Result<(), RevokeError> {
    let Some(text) = PatText::parse(text) else { return Ok(()) };
    let actor = Acting::Pat { user_id: text.user_id().clone(), pat_id: text.id() };
    let subject = Subject { tenant_id: text.tenant_id().clone(), actor, token_id: None };
    let found = server.store.load_standing(&subject).await?.pat;
    let genuine = found.filter(|pat| pat.tag == text.tag() && pat.tenant_id == *text.tenant_id());
    let Some(pat) = genuine.filter(|pat| pat.revoked_at.is_none()) else { return Ok(()) };
    server.verify_time_left(call)?;
    let now = server.now();
    let actor = Actor::Pat(pat.pat_id.clone());
    let event = Event::new(Kind::PatRevoked, actor, call, now).about_pat(&pat);
    let _receipt = server.store.revoke_pat(&pat, now, &event).await?;
    tracing::warn!(event = "pat_revoked_by_bearer", pat_id = %pat.pat_id);
    Ok(())
}
