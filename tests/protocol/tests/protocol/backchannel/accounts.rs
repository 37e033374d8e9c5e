//! A change of a person's account ends their sessions as a sign-out does: suspension, removal, another password.

use postern_core::audit::{Actor, Kind};
use postern_core::clock::Timestamp;
use postern_core::lifetime::SESSION_IDLE;
use postern_core::session::Session;
use postern_core::store::{ListSessions as _, LoadLogouts as _, Window};
use postern_testkit::{Answer, Blow, Browser, Form, PASSWORD, Person, Site, World};
use serde_json::{Value, json};

use super::{STEADY, WEB, listens, logged, sid_of, sign_in, sign_out, told};
use crate::admin::Admin;

const NEXT: &str = "a new password of some length";

/// Olivia in two browsers: at both apps in the first, at one in the second; Robin in a third.
async fn stage(world: &World) -> [Browser; 3] {
    listens(world, &world.apps.web, WEB).await;
    listens(world, &world.apps.steady, STEADY).await;
    let (olivia, robin) = (&world.people.olivia, &world.people.robin);
    let [mut one, mut two, mut robins] = [world.browser(), world.browser(), world.browser()];
    sign_in(world, &mut one, &world.apps.web, olivia).await;
    sign_in(world, &mut one, &world.apps.steady, olivia).await;
    sign_in(world, &mut two, &world.apps.web, olivia).await;
    sign_in(world, &mut robins, &world.apps.web, robin).await;
    [one, two, robins]
}

async fn suspend(world: &World) {
    let path = format!("users/{}/suspend", world.people.olivia.user_id);
    assert_eq!(Admin::operator(world).await.post(&path, Value::Null).await.status(), 200);
}

async fn restore(world: &World) {
    let path = format!("users/{}/restore", world.people.olivia.user_id);
    assert_eq!(Admin::operator(world).await.post(&path, Value::Null).await.status(), 200);
}

async fn remove(world: &World) {
    let path = format!("users/{}", world.people.olivia.user_id);
    assert_eq!(Admin::operator(world).await.delete(&path).await.status(), 204);
}

async fn change_password(browser: &mut Browser) -> Answer {
    let page = browser.visit("/oauth2/password").await;
    let form = Form::read(page.text()).unwrap();
    let form = form.fill("current", PASSWORD).fill("new", NEXT).fill("again", NEXT);
    browser.submit(&form).await
}

async fn listed(world: &World, person: &Person) -> Vec<Session> {
    let window = Window { after: None, limit: 1_000 };
    let now = Timestamp::from_secs(world.now());
    let listed = world.store().load_sessions(&person.user_id, window, now).await.unwrap();
    listed.items.into_iter().map(Result::unwrap).collect()
}

async fn kept(world: &World) -> usize {
    listed(world, &world.people.olivia).await.len()
}

#[tokio::test]
async fn every_client_is_told_of_a_suspension_and_of_a_removal() {
    for removed in [false, true] {
        let world = World::start().await;
        stage(&world).await;
        let names = listed(&world, &world.people.olivia).await;
        assert_eq!(names.len(), 2);
        if removed {
            remove(&world).await;
        } else {
            suspend(&world).await;
        }
        assert_eq!(kept(&world).await, 2, "the change itself is one write");
        for _ in 0..3 {
            world.tell_clients().await;
        }
        assert_eq!((told(&world, WEB).len(), told(&world, STEADY).len()), (2, 1));
        assert_eq!(kept(&world).await, 0);
        let ended = logged(&world, Kind::SessionEnded).await;
        assert_eq!(ended.len(), 2, "once each");
        for event in &ended {
            assert_eq!(
                (&event.actor, event.subject.as_ref()),
                (&Actor::Server, Some(&world.people.olivia.user_id))
            );
            assert_eq!(event.details["reason"], "account_changed");
        }
        assert_eq!(logged(&world, Kind::LogoutDelivered).await.len(), 3);
        for session in names {
            assert!(world.store().has_ended(&session.id.unwrap()).await.unwrap(), "the mark");
        }
        assert_eq!(listed(&world, &world.people.robin).await.len(), 1, "nobody else's");
    }
}

#[tokio::test]
async fn another_password_ends_every_session_but_its_own() {
    let world = World::start().await;
    let [mut one, mut two, _] = stage(&world).await;
    assert_eq!(change_password(&mut one).await.status(), 200);
    world.clock.advance(1);
    world.tell_clients().await;
    world.tell_clients().await;
    assert_eq!((told(&world, WEB).len(), told(&world, STEADY).len()), (1, 0));
    assert_eq!(kept(&world).await, 1);
    assert_eq!(two.visit("/oauth2/password").await.status(), 403);
    assert_eq!(one.visit("/oauth2/password").await.status(), 200, "it goes on");
    sign_out(&mut one).await;
    world.tell_clients().await;
    assert_eq!((told(&world, WEB).len(), told(&world, STEADY).len()), (2, 1), "and ends like any other");
    assert_eq!(logged(&world, Kind::SessionEnded).await.len(), 2);
}

/// What the stream brings late, or again, ends nothing that began after the change.
#[tokio::test]
async fn a_late_record_ends_nothing_newer() {
    let world = World::start().await;
    let [mut one, mut two, _] = stage(&world).await;
    suspend(&world).await;
    restore(&world).await;
    world.clock.advance(2);
    let anew = sign_in(&world, &mut one, &world.apps.web, &world.people.olivia).await;
    world.tell_clients().await;
    let sids: Vec<_> = told(&world, WEB).iter().map(|token| sid_of(token)).collect();
    assert!(!sids.contains(&sid_of(&anew.id)), "{sids:?}");
    assert_eq!((kept(&world).await, sids.len()), (1, 2), "both that were there before");
    assert_eq!(change_password(&mut one).await.status(), 200);
    world.clock.advance(2);
    let page = two.open(&postern_testkit::Ask::of(&world.apps.web)).await;
    let form = Form::read(page.text()).unwrap();
    two.submit(&form.fill("email", "olivia@acme.test").fill("password", NEXT)).await;
    for _ in 0..2 {
        world.tell_clients().await;
    }
    assert_eq!((kept(&world).await, told(&world, WEB).len()), (2, 2), "all records once more");
}

#[tokio::test]
async fn an_account_that_is_switched_off_by_another_hand_ends_them_too() {
    let world = World::start().await;
    stage(&world).await;
    world.edit_account(&world.people.olivia.user_id, |account| account.user.active = false).await;
    let records = world.stream().await;
    assert_eq!(world.deliver_logouts(&records).await, json!({ "batchItemFailures": [] }));
    world.tell_clients().await;
    assert_eq!((kept(&world).await, told(&world, WEB).len(), told(&world, STEADY).len()), (0, 2, 1));
}

#[tokio::test]
async fn other_changes_end_nothing_and_what_ran_out_is_not_told() {
    let world = World::start().await;
    let [mut one, ..] = stage(&world).await;
    let operator = Admin::operator(&world).await;
    let path = format!("users/{}", world.people.olivia.user_id);
    assert_eq!(operator.patch(&path, json!({ "name": "Else" })).await.status(), 200);
    world.tell_clients().await;
    assert_eq!((kept(&world).await, told(&world, WEB).len()), (2, 0));
    // The first browser is used; the second runs out.
    for _ in 0..2 {
        world.clock.advance(SESSION_IDLE / 2 + 1);
        one.visit("/oauth2/password").await;
    }
    suspend(&world).await;
    world.tell_clients().await;
    assert_eq!((told(&world, WEB).len(), told(&world, STEADY).len()), (1, 1));
}

/// Every call of the function fails, once and for good: the record comes back, and each end is one.
#[tokio::test]
async fn t19_sessions_end_once_whatever_fails() {
    let world = World::start().await;
    let mut done = 0;
    let mut prepared = async || {
        world.tell_clients_after(&mut done).await;
        stage(&world).await;
        suspend(&world).await;
        restore(&world).await;
        world.clock.advance(2);
        let records = world.stream().await;
        let news = records.get(done..).unwrap().to_vec();
        done = records.len();
        news
    };
    let records = prepared().await;
    let deliver = async |records: Vec<Value>| world.instance().deliver_logouts(&records).await;
    let (sites, _): (Vec<Site>, _) = world.sites(deliver(records)).await;
    let mut rounds = 1;
    for site in &sites {
        for blow in Blow::all() {
            let records = prepared().await;
            world.strike(site, blow);
            let first = deliver(records.clone()).await;
            world.faults().clear();
            let second = deliver(records).await;
            let cell = format!("{site:?} {blow:?}: {first} then {second}");
            assert_eq!(second, json!({ "batchItemFailures": [] }), "{cell}");
            assert_eq!(kept(&world).await, 0, "{cell}");
            rounds += 1;
        }
    }
    world.tell_clients().await;
    let ended = logged(&world, Kind::SessionEnded).await;
    assert_eq!(ended.len(), 2 * rounds);
    assert_eq!(logged(&world, Kind::LogoutDelivered).await.len(), 3 * rounds);
}
