//! How many sessions somebody has, and how they are found: no person's browsers hold up what others are told.

use postern_core::audit::Kind;
use postern_core::clock::Timestamp;
use postern_core::entropy::OsEntropy;
use postern_core::id::InteractionId;
use postern_core::lifetime::{SESSION, SESSION_IDLE};
use postern_core::session::{MAX_SESSIONS, Session};
use postern_core::store::{
    Begun, ListSessions as _, LoadAccounts as _, LoadLogouts as _, Sessions as _, Window,
};
use postern_testkit::World;
use serde_json::Value;

use super::{WEB, listens, logged, sign_in, told};
use crate::admin::Admin;

/// Begins so many sessions of Olivia's, a second apart.
async fn begin(world: &World, count: usize) -> Vec<Session> {
    let (store, user) = (world.store(), &world.people.olivia.user_id);
    let proved = store.load_account(user).await.unwrap().unwrap().user.password.unwrap();
    let mut begun = Vec::new();
    for _ in 0..count {
        world.clock.advance(1);
        let request = InteractionId::generate(&OsEntropy);
        let now = Timestamp::from_secs(world.now());
        let (_, session) = Session::begin(user.clone(), &request, &world.credential_keys, &OsEntropy, now);
        assert!(matches!(store.put_session(&session, &proved).await.unwrap(), Begun::Committed(_)));
        begun.push(session);
    }
    begun
}

/// The sessions in parts of this size, as they are at a moment.
async fn parts(world: &World, limit: u16, now: u64) -> Vec<usize> {
    let (mut after, mut sizes) = (None::<String>, Vec::new());
    loop {
        let window = Window { after: after.as_deref(), limit };
        let user = &world.people.olivia.user_id;
        let part = world.store().load_sessions(user, window, Timestamp::from_secs(now)).await.unwrap();
        assert!(part.items.iter().all(Result::is_ok));
        sizes.push(part.items.len());
        match part.next {
            Some(next) => after = Some(next),
            None => return sizes,
        }
    }
}

#[tokio::test]
async fn one_login_too_many_ends_the_oldest_session_as_a_sign_out_does() {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    let mut first = world.browser();
    sign_in(&world, &mut first, &world.apps.web, &world.people.olivia).await;
    let others = begin(&world, MAX_SESSIONS - 1).await;
    assert!(logged(&world, Kind::SessionEnded).await.is_empty());
    world.clock.advance(1);
    sign_in(&world, &mut world.browser(), &world.apps.web, &world.people.olivia).await;
    world.tell_clients().await;
    assert_eq!((logged(&world, Kind::SessionEnded).await.len(), told(&world, WEB).len()), (1, 1));
    assert_eq!(first.visit("/oauth2/password").await.status(), 403);
    assert_eq!(parts(&world, 1_000, world.now()).await, [MAX_SESSIONS]);
    assert!(!world.store().has_ended(others[0].id.as_ref().unwrap()).await.unwrap());
}

#[tokio::test]
async fn what_ran_out_gives_way_and_nobody_is_told() {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    sign_in(&world, &mut world.browser(), &world.apps.web, &world.people.olivia).await;
    begin(&world, MAX_SESSIONS + 4).await;
    world.clock.advance(SESSION);
    sign_in(&world, &mut world.browser(), &world.apps.web, &world.people.olivia).await;
    world.tell_clients().await;
    assert!(told(&world, WEB).is_empty());
    // One login forgets ten of them.
    assert_eq!(parts(&world, 1_000, 0).await, [1 + MAX_SESSIONS + 4 - 10 + 1]);
}

#[tokio::test]
async fn sessions_are_read_in_parts_and_those_that_cannot_live_not_at_all() {
    let world = World::start().await;
    begin(&world, 5).await;
    let sizes = parts(&world, 2, world.now()).await;
    assert!(sizes.iter().all(|size| *size <= 2) && sizes.iter().sum::<usize>() == 5, "{sizes:?}");
    assert_eq!(parts(&world, 10, world.now() + SESSION - 2).await, [2]);
}

/// However many there are, one change of the account ends them all.
#[tokio::test]
async fn sessions_beyond_one_part_end_too() {
    let world = World::start().await;
    let begun = begin(&world, MAX_SESSIONS + 5).await;
    let path = format!("users/{}/suspend", world.people.olivia.user_id);
    assert_eq!(Admin::operator(&world).await.post(&path, Value::Null).await.status(), 200);
    world.tell_clients().await;
    assert_eq!(parts(&world, 1_000, world.now()).await, [0]);
    for session in begun {
        assert!(world.store().has_ended(&session.id.unwrap()).await.unwrap());
    }
}

/// Those that have run out give way first: whoever is at work stays, however often they have signed in since.
#[tokio::test]
async fn a_session_in_use_outlasts_those_that_ran_out() {
    let world = World::start().await;
    let mut at_work = world.browser();
    sign_in(&world, &mut at_work, &world.apps.web, &world.people.olivia).await;
    begin(&world, MAX_SESSIONS - 1).await;
    for _ in 0..2 {
        world.clock.advance(SESSION_IDLE - 200);
        assert_eq!(at_work.visit("/oauth2/password").await.status(), 200);
    }
    sign_in(&world, &mut world.browser(), &world.apps.web, &world.people.olivia).await;
    assert_eq!(
        at_work.visit("/oauth2/password").await.status(),
        200,
        "it is the oldest, and the only live one"
    );
    assert!(logged(&world, Kind::SessionEnded).await.is_empty());
}

/// One that nobody can read lets nobody in, and bars nobody from signing in.
#[tokio::test]
async fn sessions_that_cannot_be_read_give_way_too() {
    let world = World::start().await;
    for session in begin(&world, MAX_SESSIONS).await.iter().take(3) {
        world.damage((&format!("SESSION#{}", session.tag), "SESSION"), "auth_time").await;
    }
    world.clock.advance(1);
    sign_in(&world, &mut world.browser(), &world.apps.web, &world.people.olivia).await;
    assert!(logged(&world, Kind::SessionEnded).await.is_empty());
    assert_eq!(parts(&world, 1_000, world.now()).await, [MAX_SESSIONS - 3 + 1]);
}

/// What cannot be read yet may have begun at this very moment.
#[tokio::test]
async fn a_session_that_was_just_listed_does_not_give_way() {
    let world = World::start().await;
    let begun = begin(&world, MAX_SESSIONS).await;
    let (first, last) = (&begun[0].tag, &begun[MAX_SESSIONS - 1].tag);
    for tag in [first, last] {
        world.damage((&format!("SESSION#{tag}"), "SESSION"), "auth_time").await;
    }
    let user = &world.people.olivia.user_id;
    for (seconds, over) in [(0, vec![first]), (59, vec![first]), (1, vec![first, last])] {
        world.clock.advance(seconds);
        let now = Timestamp::from_secs(world.now());
        let surplus = world.store().load_surplus(user, MAX_SESSIONS - 1, now).await.unwrap();
        let mut expected: Vec<_> = over.into_iter().cloned().collect();
        expected.sort_by_key(ToString::to_string);
        assert_eq!(surplus.over, expected, "{seconds}");
        assert!(surplus.live.is_empty());
    }
}

/// One that nobody can read holds up no other.
#[tokio::test]
async fn one_that_cannot_be_read_does_not_keep_others_from_ending() {
    let world = World::start().await;
    let begun = begin(&world, 5).await;
    world.damage((&format!("SESSION#{}", begun[2].tag), "SESSION"), "auth_time").await;
    let path = format!("users/{}/suspend", world.people.olivia.user_id);
    assert_eq!(Admin::operator(&world).await.post(&path, Value::Null).await.status(), 200);
    let answer = world.deliver_logouts(&world.stream().await).await;
    assert_eq!(answer, serde_json::json!({ "batchItemFailures": [] }));
    for (number, session) in begun.iter().enumerate() {
        let has_ended = world.store().has_ended(session.id.as_ref().unwrap()).await.unwrap();
        assert_eq!(has_ended, number != 2, "{number}");
    }
}
