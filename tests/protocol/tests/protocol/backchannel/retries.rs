//! Clients that do not answer as they should (section 2.8): how often they are told, and what becomes of the others.

use postern_core::audit::{Event, Kind, Outcome};
use postern_core::http::StatusCode;
use postern_core::outbound::FetchError;
use postern_jose::Algorithm;
use postern_testkit::{App, World, claims_of};
use serde_json::json;

use super::{STEADY, WEB, listens, logged, sign_in, sign_out, told, unverified};
use crate::admin::Admin;

/// A world in which Olivia has signed out of the web app, which has not been told yet, and answers so.
async fn answering(answers: impl IntoIterator<Item = Result<StatusCode, FetchError>>) -> World {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    sign_out_of(&world, &world.apps.web).await;
    world.web.answer_posts(WEB, answers);
    world
}

async fn sign_out_of(world: &World, app: &App) {
    let mut browser = world.browser();
    sign_in(world, &mut browser, app, &world.people.olivia).await;
    sign_out(&mut browser).await;
}

fn down() -> Result<StatusCode, FetchError> {
    Err(FetchError::Failed("too slow".to_owned()))
}

async fn one(world: &World, kind: Kind) -> Event {
    let events = logged(world, kind).await;
    let [event] = events.as_slice() else { panic!("{}: {events:?}", kind.as_str()) };
    event.clone()
}

#[tokio::test]
async fn a_client_that_fails_is_told_again_by_a_fresh_token() {
    let world = answering([Ok(StatusCode::INTERNAL_SERVER_ERROR), down()]).await;
    let before = world.now();
    world.tell_clients().await;
    let tokens = told(&world, WEB);
    let moments: Vec<u64> =
        tokens.iter().map(|token| claims_of(token)["iat"].as_u64().unwrap() - before).collect();
    assert_eq!(moments, [0, 5, 25]);
    let names: std::collections::BTreeSet<_> =
        tokens.iter().map(|token| claims_of(token)["jti"].to_string()).collect();
    assert_eq!(names.len(), 3, "whoever got one already may take the next for what it is");
    assert_eq!(one(&world, Kind::LogoutDelivered).await.details["attempts"], "3");
    assert!(logged(&world, Kind::LogoutFailed).await.is_empty());
}

#[tokio::test]
async fn no_content_is_as_good_as_ok() {
    let world = answering([Ok(StatusCode::NO_CONTENT)]).await;
    world.tell_clients().await;
    assert_eq!(one(&world, Kind::LogoutDelivered).await.details["attempts"], "1");
}

#[tokio::test]
async fn a_client_that_refuses_is_not_asked_again() {
    let world = answering([Ok(StatusCode::BAD_REQUEST)]).await;
    world.tell_clients().await;
    assert_eq!(told(&world, WEB).len(), 1);
    let failed = one(&world, Kind::LogoutFailed).await;
    assert_eq!((failed.outcome, failed.details["reason"].as_str()), (Outcome::Refused, "status_400"));
}

#[tokio::test]
async fn d02_an_address_that_the_guard_forbids_is_given_up_at_once() {
    let world = answering([Err(FetchError::Forbidden("an address that is not public"))]).await;
    world.tell_clients().await;
    assert_eq!(one(&world, Kind::LogoutFailed).await.details["reason"], "forbidden_address");
}

#[tokio::test]
async fn a_client_that_stays_down_is_given_up_in_the_end() {
    let world = answering(std::iter::repeat_with(down).take(9)).await;
    let before = world.now();
    world.tell_clients().await;
    assert_eq!((told(&world, WEB).len(), world.now() - before), (5, 5 + 20 + 60 + 120));
    let failed = one(&world, Kind::LogoutFailed).await;
    assert_eq!(failed.details["attempts"], "5");
    assert_eq!(failed.details["reason"], "no_answer");
    assert!(logged(&world, Kind::LogoutDelivered).await.is_empty());
}

#[tokio::test]
async fn a_client_that_no_longer_wants_to_be_told_is_not() {
    let world = answering([]).await;
    let id = &world.apps.web.client_id;
    world.edit_client(id, |client| client.openid.backchannel_logout_uri = None).await;
    world.clock.advance(60);
    world.tell_clients().await;
    assert!(told(&world, WEB).is_empty());
    assert_eq!(one(&world, Kind::LogoutFailed).await.details["reason"], "no_address");
}

/// The same batch has a client that is down: the other is told by the first delivery, and nothing comes back.
#[tokio::test]
async fn nobody_waits_for_a_client_that_is_down() {
    let world = World::start().await;
    let (web, steady) = (&world.apps.web, &world.apps.steady);
    listens(&world, web, WEB).await;
    listens(&world, steady, STEADY).await;
    world.web.answer_posts(WEB, std::iter::repeat_with(down).take(9));
    let mut browser = world.browser();
    for app in [web, steady] {
        sign_in(&world, &mut browser, app, &world.people.olivia).await;
    }
    sign_out(&mut browser).await;
    let begun = world.now();
    let records = world.stream().await;
    assert_eq!(world.deliver_logouts(&records).await, json!({ "batchItemFailures": [] }));
    assert_eq!(claims_of(&told(&world, STEADY)[0])["iat"], begun);
    assert_eq!(world.now(), begun, "a batch with new ends waits for nobody");
    let mut done = records.len();
    for waited in [5, 5] {
        let (later, before) = (world.stream().await, world.now());
        let news = later.get(done..).unwrap();
        assert_eq!(world.deliver_logouts(news).await, json!({ "batchItemFailures": [] }));
        assert_eq!(world.now() - before, waited);
        done = later.len();
    }
    assert_eq!((told(&world, WEB).len(), told(&world, STEADY).len()), (2, 1));
}

/// However many fail: a new end beside them is told at once, and they are passed on without a pause.
#[tokio::test]
async fn no_end_of_a_session_queues_behind_those_that_wait() {
    let world = answering(std::iter::repeat_with(down).take(99)).await;
    listens(&world, &world.apps.steady, STEADY).await;
    let mut done = 0;
    for _ in 0..3 {
        let mut browser = world.browser();
        sign_in(&world, &mut browser, &world.apps.steady, &world.people.olivia).await;
        sign_out(&mut browser).await;
        let (records, before) = (world.stream().await, world.now());
        let news = records.get(done..).unwrap();
        assert_eq!(world.deliver_logouts(news).await, json!({ "batchItemFailures": [] }));
        assert_eq!(world.now(), before);
        done = records.len();
    }
    assert_eq!((told(&world, STEADY).len(), told(&world, WEB).len()), (3, 1));
}

/// Nobody vouched for it: its server has one chance, whatever goes wrong there.
#[tokio::test]
async fn an_unverified_client_is_told_once() {
    for (answer, reason) in [(down(), "no_answer"), (Ok(StatusCode::SERVICE_UNAVAILABLE), "status_503")] {
        let world = World::start().await;
        sign_out_of(&world, &unverified(&world, WEB).await).await;
        world.web.answer_posts(WEB, [answer]);
        world.clock.advance(60);
        let before = world.now();
        world.tell_clients().await;
        assert_eq!((told(&world, WEB).len(), world.now()), (1, before));
        let failed = one(&world, Kind::LogoutFailed).await;
        assert_eq!((failed.details["attempts"].as_str(), failed.details["reason"].as_str()), ("1", reason));
    }
}

/// A key of ours that cannot be used is not the client's failure, whoever vouched for it.
#[tokio::test]
async fn a_client_is_told_again_where_its_token_could_not_be_signed() {
    for is_vouched in [true, false] {
        let world = World::start().await;
        if is_vouched {
            listens(&world, &world.apps.web, WEB).await;
            sign_out_of(&world, &world.apps.web).await;
        } else {
            sign_out_of(&world, &unverified(&world, WEB).await).await;
        }
        let id = &world.apps.web.client_id;
        let sign_by = async |algorithm| {
            world.edit_client(id, |it| it.signing_algorithm = algorithm).await;
            world.clock.advance(60);
        };
        sign_by(Some(Algorithm::EdDSA)).await;
        let records = world.stream().await;
        assert_eq!(world.deliver_logouts(&records).await, json!({ "batchItemFailures": [] }));
        sign_by(None).await;
        world.tell_clients_after(&mut records.len()).await;
        assert_eq!(told(&world, WEB).len(), 1, "{is_vouched}");
        assert_eq!(one(&world, Kind::LogoutDelivered).await.details["attempts"], "2");
        assert!(logged(&world, Kind::LogoutFailed).await.is_empty());
    }
}

/// The change of an account is news: it is done at once, and what waits is passed on behind it.
#[tokio::test]
async fn the_change_of_an_account_queues_behind_no_client_that_is_down() {
    let world = answering(std::iter::repeat_with(down).take(2)).await;
    let mut done = world.stream().await;
    world.deliver_logouts(&done).await;
    let path = format!("users/{}/suspend", world.people.robin.user_id);
    assert_eq!(Admin::operator(&world).await.post(&path, serde_json::Value::Null).await.status(), 200);
    let mut waits = Vec::new();
    for _ in 0..2 {
        let before = world.now();
        let records = world.stream().await;
        let news = records.get(done.len()..).unwrap();
        assert_eq!(world.deliver_logouts(news).await, json!({ "batchItemFailures": [] }));
        waits.push(world.now() - before);
        done = records;
    }
    assert_eq!(waits, [0, 5], "with the change, and without");
}

/// However many batches wait in one lane, a sign-out behind them waits for one pause: what has queued is older already.
#[tokio::test]
async fn a_queue_of_those_that_wait_costs_one_pause() {
    let world = answering(std::iter::repeat_with(down).take(9)).await;
    let first = world.stream().await;
    world.deliver_logouts(&first).await;
    for (age, waited) in [(0, 5), (2, 3), (5, 0), (60, 0)] {
        let (later, before) = (world.stream().await, world.now());
        let mut waiting = later.last().unwrap().clone();
        waiting["dynamodb"]["ApproximateCreationDateTime"] = json!(world.now() - age);
        assert_eq!(world.deliver_logouts(&[waiting]).await, json!({ "batchItemFailures": [] }));
        assert_eq!(world.now() - before, waited, "{age} seconds old");
    }
}
