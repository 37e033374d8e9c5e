//! The end of a session.

use super::Delivery;
use crate::audit::{Actor, Event, Kind};
use crate::clock::Timestamp;
use crate::http::Call;
use crate::id::{SessionId, TenantId, UserId};
use crate::outage::Outage;
use crate::server::Server;
use crate::session::Session;
use crate::store::{EndSessions, Ended, SessionEnd};

/// How often it looks again when the session was changed meanwhile: each change is somebody else's progress.
const MAX_ROUNDS: u32 = 5;

/// Ends a session, at the wish of `by`, for every client in it. What was ended before stays so. Who took over somebody
/// else's browser is not named in the log of a tenant that they may have nothing to do with.
pub(crate) async fn end<S: EndSessions, V>(
    server: &Server<S, V>,
    session: &Session,
    by: &UserId,
    call: &Call,
) -> Result<(), Outage> {
    let actor = if *by == session.user_id { Actor::User(by.clone()) } else { Actor::Server };
    end_telling(server, session, |_, now| Event::new(Kind::SessionEnded, actor.clone(), call, now)).await
}

/// The same for whatever reason: `told` begins the event of the session with this name.
pub(super) async fn end_telling<S: EndSessions, V>(
    server: &Server<S, V>,
    session: &Session,
    told: impl Fn(&SessionId, Timestamp) -> Event,
) -> Result<(), Outage> {
    let mut session = session.clone();
    for _ in 0..MAX_ROUNDS {
        let Some(id) = session.id.clone() else { return Ok(()) };
        let now = server.now();
        let deliveries = Delivery::of(&session, &id, now);
        let event = told(&id, now).to_user(&session.user_id).with("clients", &deliveries.len());
        let event = match the_only_tenant(&session) {
            Some(tenant) => event.in_tenant(tenant),
            None => event,
        };
        let end = SessionEnd { session: &session, id: &id, deliveries: &deliveries, event: &event };
        match server.store.end_session_for_good(&end).await? {
            Ended::Committed(_receipt) => {
                tracing::info!(event = "session_ended", user_id = %session.user_id, clients = deliveries.len());
                return Ok(());
            }
            Ended::Changed => match server.store.reload_session(&session.tag).await? {
                Some(changed) => session = changed,
                None => return Ok(()),
            },
        }
    }
    Err(Outage::Unavailable("the session changed under every round".into()))
}

/// In whose log the end belongs: that of the one tenant whose apps were used, else the deployment's.
fn the_only_tenant(session: &Session) -> Option<&TenantId> {
    let mut tenants = session.visits.values().map(|visit| &visit.tenant_id);
    let first = tenants.next()?;
    tenants.all(|tenant| tenant == first).then_some(first)
}
