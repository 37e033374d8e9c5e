//! Sessions that a change of their person's account has voided: they end as by a sign-out.

use futures_util::stream::{self, StreamExt as _};

use super::end::end_telling;
use crate::audit::{Event, Kind};
use crate::clock::Timestamp;
use crate::id::{SessionId, UserId};
use crate::outage::Outage;
use crate::server::Server;
use crate::session::Session;
use crate::store::{EndSessions, ListSessions, Window};

/// An account that was suspended or removed, or has got another password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voiding {
    /// Whose.
    pub user_id: UserId,
    /// The mark that it set: what is older is void.
    pub not_before: Timestamp,
}

/// How many of the person's sessions are read at once.
const PART: u16 = 100;
/// How many are ended at once.
const AT_ONCE: usize = 10;

/// Ends every session of the person that does not stand under the mark. Judged by the mark alone: however late it is
/// done, or how often, what began after it goes on. One that has run out is left alone, as ever. [`Outage`] where one of
/// them could not be ended: the others are, so that the next try has less to do.
pub async fn end_voided<S: EndSessions + ListSessions, V>(
    server: &Server<S, V>,
    voiding: &Voiding,
) -> Result<(), Outage> {
    let now = server.now();
    let is_void = |session: &Session| now < session.expires_at() && !session.stands(voiding.not_before);
    let (mut after, mut fault) = (None::<String>, None::<Outage>);
    loop {
        let window = Window { after: after.as_deref(), limit: PART };
        let part = server.store.load_sessions(&voiding.user_id, window, now).await?;
        let read = part.items.into_iter().filter_map(readable);
        let ends = read.filter(is_void).map(|session| end_one(server, session));
        let ended: Vec<Result<(), Outage>> = stream::iter(ends).buffer_unordered(AT_ONCE).collect().await;
        for outage in ended.into_iter().filter_map(Result::err) {
            // What may pass is what the record comes back for.
            if fault.as_ref().is_none_or(|fault| !fault.is_transient()) {
                fault = Some(outage);
            }
        }
        match part.next {
            Some(next) => after = Some(next),
            None => return fault.map_or(Ok(()), Err),
        }
    }
}

/// One that nobody can read lets nobody in either.
fn readable(read: Result<Session, Outage>) -> Option<Session> {
    read.inspect_err(|outage| tracing::error!(event = "session_unreadable", %outage)).ok()
}

async fn end_one<S: EndSessions, V>(server: &Server<S, V>, session: Session) -> Result<(), Outage> {
    let told = |id: &SessionId, now| {
        // Named by the session, so that it is told once.
        let id = format!("{id}.{}", Kind::SessionEnded.as_str());
        Event::of_server(Kind::SessionEnded, id, now).with("reason", "account_changed")
    };
    end_telling(server, &session, told).await
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::FutureExt as _;

    use super::*;
    use crate::clock::{Clock, SystemClock};
    use crate::credential::{CredentialKeys, Tag};
    use crate::entropy::OsEntropy;
    use crate::id::InteractionId;
    use crate::settings::{Issuer, Settings};
    use crate::store::{Ended, Listing, Receipt, SessionEnd};

    /// Sessions in parts of two, of which one cannot be read, and one cannot be ended now.
    struct Shelf {
        sessions: Vec<Session>,
        unreadable: Tag,
        stuck: Tag,
        ended: Mutex<Vec<Tag>>,
    }

    impl ListSessions for Shelf {
        async fn load_sessions(
            &self,
            _: &UserId,
            window: Window<'_>,
            _: Timestamp,
        ) -> Result<Listing<Result<Session, Outage>>, Outage> {
            let from = window.after.map_or(0, |after| after.parse().unwrap());
            let read = |it: &Session| {
                let corrupt = || Outage::Corrupt("session item".to_owned());
                if it.tag == self.unreadable { Err(corrupt()) } else { Ok(it.clone()) }
            };
            let items = self.sessions.iter().skip(from).take(2).map(read).collect();
            Ok(Listing { items, next: (from + 2 < self.sessions.len()).then(|| (from + 2).to_string()) })
        }
    }

    impl EndSessions for Shelf {
        async fn reload_session(&self, _: &Tag) -> Result<Option<Session>, Outage> {
            Ok(None)
        }

        async fn end_session_for_good(&self, end: &SessionEnd<'_>) -> Result<Ended, Outage> {
            if end.session.tag == self.stuck {
                return Err(Outage::Throttled);
            }
            self.ended.lock().unwrap().push(end.session.tag.clone());
            Ok(Ended::Committed(Receipt::committed()))
        }
    }

    #[test]
    fn one_that_cannot_be_read_or_ended_holds_up_no_other_in_any_part() {
        let (keys, user, now) =
            (CredentialKeys::new(&[7; 32]), UserId::generate(&OsEntropy), SystemClock.now());
        let begin = |_| {
            let request = InteractionId::generate(&OsEntropy);
            Session::begin(user.clone(), &request, &keys, &OsEntropy, now).1
        };
        let sessions: Vec<Session> = (0..5).map(begin).collect();
        let [unreadable, one, stuck, two, three] = sessions.as_slice() else { panic!("five") };
        let wanted = [one, two, three].map(|it| it.tag.clone());
        let (unreadable, stuck) = (unreadable.tag.clone(), stuck.tag.clone());
        let store = Shelf { sessions, unreadable, stuck, ended: Mutex::default() };
        let settings =
            Settings { issuer: Issuer::parse("https://auth.test").unwrap(), audience: String::new() };
        let server = Server::new(store, (), settings, Arc::new(SystemClock), Arc::new(OsEntropy));
        let voiding = Voiding { user_id: user, not_before: now.plus(1) };
        let met = end_voided(&server, &voiding).now_or_never().unwrap();
        assert!(
            met.is_err_and(|outage| outage.is_transient()),
            "the one that may end later brings the record back"
        );
        assert_eq!(*server.store.ended.lock().unwrap(), wanted);
    }
}
