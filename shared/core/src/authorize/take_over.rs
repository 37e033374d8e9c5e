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
use crate::store::{Begun, EndSessions, Sessions, Surplus};

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

/// Forgets what is over of the sessions of somebody who has as many as one may, and ends the oldest where those that are
/// live are too many: whoever changes an account ends all of them at once.
async fn make_room<S: Sessions + EndSessions, V>(
    server: &Server<S, V>,
    call: &Call,
    user: &UserId,
) -> Result<(), Outage> {
    let Surplus { over, live } = server.store.load_surplus(user, MAX_SESSIONS - 1, server.now()).await?;
    for tag in over {
        let _receipt = server.store.forget_session(user, &tag).await?;
    }
    for session in live {
        backchannel::end(server, &session, user, call).await?;
    }
    Ok(())
}
