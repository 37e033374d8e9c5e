//! How a login takes over its browser: what becomes of the session that was there, and room for one more.

use super::AuthorizeStore;
use super::page::PageError;
use crate::backchannel;
use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, PasswordHash};
use crate::http::{Call, Request};
use crate::id::UserId;
use crate::outage::Outage;
use crate::server::Server;
use crate::session::{self, MAX_SESSIONS, Session};
use crate::store::{Begun, EndSessions, Sessions};

/// How often it tries again when something was changed meanwhile: each change is another tab's progress.
const MAX_ROUNDS: u32 = 5;

/// A login that was proved.
pub(super) struct Login {
    /// What it begins.
    pub(super) session: Session,
    /// The person's not-before mark, as it was read.
    pub(super) mark: Timestamp,
    /// The password at rest that was proved.
    pub(super) proved: PasswordHash,
}

/// Writes the new session in the place of the one that this browser had. The same person goes on under its name, unless
/// their not-before mark has voided it; any other ends, and the clients that were used in it are told. `None` where the
/// person's account has voided the login meanwhile: nothing is written then.
pub(super) async fn take_over<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    login: &Login,
    keys: &CredentialKeys,
) -> Result<Option<Session>, PageError> {
    let tag = session::claimed_tag(http, &server.settings.issuer, keys);
    let old = match &tag {
        Some(tag) => server.store.load_session(tag).await?.filter(|old| server.now() < old.expires_at()),
        None => None,
    };
    match old {
        Some(old) if old.user_id == login.session.user_id && old.stands(login.mark) => {
            go_on(server, &http.call, old, login).await
        }
        Some(old) => begin_instead(server, &http.call, &old, login).await,
        None => begin(server, &http.call, login).await,
    }
}

/// Writes the session in the place of the same person's older one, under its name; under a name of its own where that one
/// has ended meanwhile, or changes all the time.
async fn go_on<S: Sessions + EndSessions, V>(
    server: &Server<S, V>,
    call: &Call,
    mut old: Session,
    login: &Login,
) -> Result<Option<Session>, PageError> {
    for _ in 0..MAX_ROUNDS {
        if old.id.is_none() {
            break;
        }
        let session = login.session.clone().continuing(&old);
        match server.store.replace_session(&old, &session, &login.proved).await? {
            Begun::Committed(_receipt) => return Ok(Some(session)),
            Begun::Void => return Ok(None),
            Begun::Changed => match server.store.load_session(&old.tag).await? {
                Some(changed) => old = changed,
                None => return begin(server, call, login).await,
            },
        }
    }
    begin_instead(server, call, &old, login).await
}

/// Begins a session under a name of its own, and ends the one that nobody has a cookie of any more.
async fn begin_instead<S: Sessions + EndSessions, V>(
    server: &Server<S, V>,
    call: &Call,
    old: &Session,
    login: &Login,
) -> Result<Option<Session>, PageError> {
    let begun = begin(server, call, login).await?;
    if begun.is_some() {
        backchannel::end(server, old, &login.session.user_id, call).await?;
    }
    Ok(begun)
}

async fn begin<S: Sessions + EndSessions, V>(
    server: &Server<S, V>,
    call: &Call,
    login: &Login,
) -> Result<Option<Session>, PageError> {
    make_room(server, call, &login.session.user_id).await?;
    for _ in 0..MAX_ROUNDS {
        match server.store.put_session(&login.session, &login.proved).await? {
            Begun::Committed(_receipt) => return Ok(Some(login.session.clone())),
            Begun::Void => return Ok(None),
            // Another login of this person.
            Begun::Changed => {}
        }
    }
    Err(Outage::Unavailable("the account was written under every round".into()).into())
}

/// Ends the oldest sessions of somebody who has as many as one may: whoever changes an account ends all of them at once.
async fn make_room<S: Sessions + EndSessions, V>(
    server: &Server<S, V>,
    call: &Call,
    user: &UserId,
) -> Result<(), Outage> {
    for tag in server.store.load_surplus(user, MAX_SESSIONS - 1).await? {
        let kept = server.store.reload_session(&tag).await?;
        match kept.filter(|session| server.now() < session.expires_at()) {
            Some(session) => backchannel::end(server, &session, user, call).await?,
            None => {
                let _receipt = server.store.forget_session(user, &tag).await?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::FutureExt as _;

    use super::*;
    use crate::clock::SystemClock;
    use crate::credential::Tag;
    use crate::entropy::OsEntropy;
    use crate::id::{InteractionId, InvocationId};
    use crate::settings::{Issuer, Settings};
    use crate::store::{Ended, Receipt, SessionEnd};

    /// One session, which changes whenever somebody would replace it; what was done to it.
    struct Busy {
        old: Session,
        met: Begun,
        done: Mutex<Vec<String>>,
    }

    impl Busy {
        fn note(&self, what: &str, tag: &Tag) {
            self.done.lock().unwrap().push(format!("{what} {tag}"));
        }
    }

    impl Sessions for Busy {
        async fn put_session(&self, session: &Session, _: &PasswordHash) -> Result<Begun, Outage> {
            self.note("put", &session.tag);
            Ok(Begun::Committed(Receipt::committed()))
        }

        async fn replace_session(&self, _: &Session, _: &Session, _: &PasswordHash) -> Result<Begun, Outage> {
            Ok(if matches!(self.met, Begun::Void) { Begun::Void } else { Begun::Changed })
        }

        async fn touch_session(&self, _: &Session) -> Result<(), Outage> {
            Ok(())
        }

        async fn load_session(&self, _: &Tag) -> Result<Option<Session>, Outage> {
            Ok(Some(self.old.clone()))
        }

        async fn load_surplus(&self, _: &UserId, _: usize) -> Result<Vec<Tag>, Outage> {
            Ok(Vec::new())
        }

        async fn forget_session(&self, _: &UserId, tag: &Tag) -> Result<Receipt, Outage> {
            self.note("forget", tag);
            Ok(Receipt::committed())
        }
    }

    impl EndSessions for Busy {
        async fn reload_session(&self, _: &Tag) -> Result<Option<Session>, Outage> {
            Ok(Some(self.old.clone()))
        }

        async fn end_session_for_good(&self, end: &SessionEnd<'_>) -> Result<Ended, Outage> {
            self.note("end", &end.session.tag);
            Ok(Ended::Committed(Receipt::committed()))
        }
    }

    /// What is done where the older session meets the login so, and whether a session begins; both tags.
    fn login(met: Begun) -> (Vec<String>, bool, [String; 2]) {
        let (keys, user, now) =
            (CredentialKeys::new(&[7; 32]), UserId::generate(&OsEntropy), Timestamp::from_secs(9));
        let begin = || {
            let request = InteractionId::generate(&OsEntropy);
            Session::begin(user.clone(), &request, &keys, &OsEntropy, now).1
        };
        let (old, session) = (begin(), begin());
        let tags = [&old, &session].map(|it| it.tag.to_string());
        let settings =
            Settings { issuer: Issuer::parse("https://auth.test").unwrap(), audience: String::new() };
        let store = Busy { old: old.clone(), met, done: Mutex::default() };
        let server = Server::new(store, (), settings, Arc::new(SystemClock), Arc::new(OsEntropy));
        let proved = serde_json::json!({"memory_kib": 1, "passes": 1, "lanes": 1, "salt": "", "hash": ""});
        let login = Login { session, mark: now, proved: serde_json::from_value(proved).unwrap() };
        let invocation = InvocationId::generate(&OsEntropy);
        let call = Call { invocation, source: None, deadline: now, caller: None };
        let outcome = go_on(&server, &call, old, &login).now_or_never().unwrap();
        let is_begun = outcome.ok().unwrap().is_some();
        (server.store.done.lock().unwrap().clone(), is_begun, tags)
    }

    #[test]
    fn a_session_that_changes_under_every_round_ends_and_its_clients_are_told() {
        let (done, begun, [old, new]) = login(Begun::Changed);
        assert_eq!((done, begun), (vec![format!("put {new}"), format!("end {old}")], true));
    }

    #[test]
    fn i9_a_login_that_the_account_voids_neither_begins_nor_ends_a_session() {
        let (done, begun, _) = login(Begun::Void);
        assert_eq!((done, begun), (Vec::new(), false));
    }
}
