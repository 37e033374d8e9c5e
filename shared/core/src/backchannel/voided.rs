//! Sessions that a change of their person's account has voided: they end as by a sign-out.

use super::end::end_telling;
use crate::audit::{Event, Kind};
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::outage::Outage;
use crate::server::Server;
use crate::store::{EndSessions, ListSessions};

/// An account that was suspended or removed, or has got another password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voiding {
    /// Whose.
    pub user_id: UserId,
    /// The mark that it set: what is older is void.
    pub not_before: Timestamp,
}

/// Ends every session of the person that does not stand under the mark. Judged by the mark alone: however late it is
/// done, or how often, what began after it goes on. One that has run out is left alone, as ever. [`Outage`] where one of
/// them could not be ended: the others are.
pub async fn end_voided<S: EndSessions + ListSessions, V>(
    server: &Server<S, V>,
    voiding: &Voiding,
) -> Result<(), Outage> {
    let now = server.now();
    let mut sessions = server.store.load_sessions(&voiding.user_id).await?;
    sessions.retain(|session| now < session.expires_at() && !session.stands(voiding.not_before));
    let mut fault = None;
    for session in &sessions {
        let ended = end_telling(server, session, |id, now| {
            // Named by the session, so that it is told once.
            let id = format!("{id}.{}", Kind::SessionEnded.as_str());
            Event::of_server(Kind::SessionEnded, id, now).with("reason", "account_changed")
        });
        // What may pass is what the record comes back for.
        if let Err(outage) = ended.await
            && fault.as_ref().is_none_or(|fault: &Outage| !fault.is_transient())
        {
            fault = Some(outage);
        }
    }
    fault.map_or(Ok(()), Err)
}
