//! A session's name has one cookie, and none after its end: what races with a sign-out begins under a name of its own.

use postern_core::clock::Timestamp;
use postern_core::credential::{CredentialKeys, Password, PasswordHash, Purpose};
use postern_core::entropy::OsEntropy;
use postern_core::session::Session;
use postern_core::store::{Begun, LoadAccounts as _, LoadLogouts as _, Sessions as _};
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Ask, Blow, Browser, Form, PASSWORD, Site, World};
use serde_json::Value;

use super::{WEB, listens, sid_of, sign_in, sign_out, told};
use crate::admin::Admin;

fn tag(keys: &CredentialKeys, browser: &Browser) -> postern_core::credential::Tag {
    keys.tag(Purpose::Session, &[browser.jar.get("__Host-sid").unwrap().as_bytes()])
}

/// The session behind a browser's cookie.
async fn session(world: &World, browser: &Browser) -> Option<Session> {
    world.store().load_session(&tag(&world.credential_keys, browser)).await.unwrap()
}

fn next(world: &World, old: &Session) -> Session {
    let now = Timestamp::from_secs(world.now());
    old.go_on(Timestamp::from_secs(0), &world.credential_keys, &OsEntropy, now).1
}

/// The password at rest that Olivia's logins prove.
async fn proved(world: &World) -> PasswordHash {
    let account = world.store().load_account(&world.people.olivia.user_id).await.unwrap();
    account.unwrap().user.password.unwrap()
}

async fn signed_in(world: &World) -> Browser {
    listens(world, &world.apps.web, WEB).await;
    let mut browser = world.browser();
    sign_in(world, &mut browser, &world.apps.web, &world.people.olivia).await;
    browser
}

#[tokio::test]
async fn v11_no_session_takes_on_a_name_that_has_ended() {
    let world = World::start().await;
    let mut browser = signed_in(&world).await;
    let old = session(&world, &browser).await.unwrap();
    let store = world.store();
    // What a login has read, the sign-out overtakes.
    sign_out(&mut browser).await;
    let (next, proved) = (next(&world, &old), proved(&world).await);
    assert!(matches!(store.replace_session(&old, &next, &proved).await.unwrap(), Begun::Changed));
    assert!(store.load_session(&next.tag).await.unwrap().is_none());
    assert!(store.has_ended(&old.id.unwrap()).await.unwrap());
}

#[tokio::test]
async fn what_is_replaced_is_gone_and_every_client_is_carried_on() {
    let world = World::start().await;
    let browser = signed_in(&world).await;
    let old = session(&world, &browser).await.unwrap();
    let store = world.store();
    let fewer = Session { visits: std::collections::BTreeMap::new(), ..old.clone() };
    let (first, second) = (next(&world, &fewer), next(&world, &old));
    let proved = proved(&world).await;
    let met = store.replace_session(&fewer, &first, &proved).await.unwrap();
    assert!(matches!(met, Begun::Changed), "a client would be forgotten");
    assert!(matches!(store.replace_session(&old, &second, &proved).await.unwrap(), Begun::Committed(_)));
    assert!(session(&world, &browser).await.is_none());
    let third = next(&world, &old);
    assert!(
        matches!(store.replace_session(&old, &third, &proved).await.unwrap(), Begun::Changed),
        "it is taken on once"
    );
}

/// A login that began before the person was suspended goes on with nothing: its session would be missed by who ends them.
#[tokio::test]
async fn i9_a_void_login_takes_on_no_name() {
    let world = World::start().await;
    let browser = signed_in(&world).await;
    let old = session(&world, &browser).await.unwrap();
    let (next, proved) = (next(&world, &old), proved(&world).await);
    let path = format!("users/{}", world.people.olivia.user_id);
    for verb in ["suspend", "restore"] {
        let operator = Admin::operator(&world).await;
        assert_eq!(operator.post(&format!("{path}/{verb}"), Value::Null).await.status(), 200);
        let met = world.store().replace_session(&old, &next, &proved).await.unwrap();
        assert!(matches!(met, Begun::Void), "{verb}");
        let met = world.store().put_session(&next, &proved).await.unwrap();
        assert!(matches!(met, Begun::Void), "nor does it begin under one of its own: {verb}");
    }
    world.tell_clients().await;
    assert_eq!(told(&world, WEB).len(), 1);
}

/// The mark of a change may be older than the login that it overtakes: the password that was proved tells.
#[tokio::test]
async fn i9_no_session_begins_with_a_password_that_was_changed_meanwhile() {
    let world = World::start().await;
    let browser = signed_in(&world).await;
    let old = session(&world, &browser).await.unwrap();
    let (next, before) = (next(&world, &old), proved(&world).await);
    let other = Password::choose("a new password of some length").unwrap();
    let other = PasswordHash::create(&other, &world.credential_keys, &OsEntropy);
    world.edit_account(&world.people.olivia.user_id, |it| it.user.password = other).await;
    let (store, after) = (world.store(), proved(&world).await);
    assert!(matches!(store.put_session(&next, &before).await.unwrap(), Begun::Void));
    assert!(matches!(store.replace_session(&old, &next, &before).await.unwrap(), Begun::Void));
    assert!(store.load_session(&next.tag).await.unwrap().is_none());
    assert!(matches!(store.replace_session(&old, &next, &after).await.unwrap(), Begun::Committed(_)));
}

/// Whichever is first: a session that is live has a name that has not ended, and who was told keeps no session.
#[tokio::test]
async fn a_login_and_a_sign_out_at_once_leave_no_live_session_under_an_ended_name() {
    let world = World::start().await;
    for _ in 0..8 {
        let browser = signed_in(&world).await;
        let old = session(&world, &browser).await.unwrap();
        let (mut leaving, mut coming) = (browser.clone(), browser.clone());
        let page = coming.open(&Ask::of(&world.apps.web).with("prompt", "login")).await;
        let form = Form::read(page.text()).unwrap();
        let form = form.fill("email", world.people.olivia.email).fill("password", PASSWORD);
        let (_, ()) = tokio::join!(coming.submit(&form), sign_out(&mut leaving));
        let now = session(&world, &coming).await;
        if let Some(now) = &now {
            assert!(!world.store().has_ended(now.id.as_ref().unwrap()).await.unwrap());
        }
        let has_ended = world.store().has_ended(old.id.as_ref().unwrap()).await.unwrap();
        assert_ne!(now.is_some_and(|now| now.id == old.id), has_ended, "it goes on or it has ended");
        world.clock.advance(1_000);
    }
}

/// So does a change of password that meets the sign-out of its own session.
#[tokio::test]
async fn a_password_is_not_changed_in_a_session_that_has_ended() {
    let world = World::start().await;
    let mut browser = signed_in(&world).await;
    let page = browser.visit("/oauth2/password").await;
    let form = Form::read(page.text()).unwrap().fill("current", PASSWORD);
    let form = form.fill("new", "a new password").fill("again", "a new password");
    let mut late = browser.clone();
    let (changed, ()) = tokio::join!(late.submit(&form), sign_out(&mut browser));
    if changed.status() == 200 {
        let now = session(&world, &late).await.unwrap();
        assert!(!world.store().has_ended(now.id.as_ref().unwrap()).await.unwrap());
    } else {
        assert_eq!(changed.status(), 403, "{}", changed.text());
    }
    let tokens = sign_in(&world, &mut world.browser(), &world.apps.web, &world.people.robin).await;
    assert!(!sid_of(&tokens.id).is_empty());
}

/// Whoever signs in once more does not wait for ever for a session that changes under every round: the login begins one of
/// its own, and the clients of the other are told of its end.
#[tokio::test]
async fn a_session_that_changes_under_every_round_ends_and_its_clients_are_told() {
    for (collisions, ended) in [(4, 0), (5, 1)] {
        let world = World::start().await;
        let mut browser = signed_in(&world).await;
        let old = session(&world, &browser).await.unwrap();
        let page = browser.open(&Ask::of(&world.apps.web).with("prompt", "login")).await;
        let site = Site { service: Service::DynamoDb, operation: "TransactWriteItems".to_owned(), nth: 0 };
        let kind = FaultKind::TransactionConflict;
        world.strike(&site, Blow { kind, moment: Moment::BeforeEffect, times: collisions });
        browser.sign_in(&page, &world.people.olivia).await;
        let new = session(&world, &browser).await.unwrap();
        assert_eq!(new.id != old.id, ended == 1, "{collisions}");
        world.tell_clients().await;
        assert_eq!(told(&world, WEB).len(), ended, "{collisions}");
    }
}

/// A login that the account voids, by a mark that lies ahead of it, begins nothing and ends nothing.
#[tokio::test]
async fn i9_a_login_that_the_account_voids_neither_begins_nor_ends_a_session() {
    let world = World::start().await;
    let mut browser = signed_in(&world).await;
    let page = browser.open(&Ask::of(&world.apps.web).with("prompt", "login")).await;
    let mark = Timestamp::from_secs(world.now() + 100);
    world.edit_account(&world.people.olivia.user_id, |it| it.user.not_before = mark).await;
    let before = world.state().await;
    let refused = browser.sign_in(&page, &world.people.olivia).await;
    assert_eq!(refused.status(), 400, "{}", refused.text());
    let sessions = |table: &str| {
        table.lines().filter(|it| it.contains("SESSION#")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(sessions(&world.state().await), sessions(&before));
}
