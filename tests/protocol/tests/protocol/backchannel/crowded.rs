//! How many sessions somebody has, and how they are found: no person's browsers hold up what others are told.

use postern_core::audit::Kind;
use postern_core::clock::Timestamp;
use postern_core::entropy::OsEntropy;
use postern_core::id::InteractionId;
use postern_core::lifetime::SESSION;
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
    assert_eq!(parts(&world, 1_000, 0).await, [MAX_SESSIONS]);
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
