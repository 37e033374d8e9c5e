//! AWS fails while a session ends, and while clients are told: one end, every client, each verdict once.

use postern_core::audit::Kind;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Answer, Blow, Browser, Form, Site, World};
use serde_json::{Value, json};

use super::{STEADY, WEB, listens, logged, sign_in, sign_out, told};

/// A browser in a session with two clients, at the page that asks.
async fn at_the_page(world: &World) -> (Browser, Answer) {
    let mut browser = world.browser();
    for app in [&world.apps.web, &world.apps.steady] {
        sign_in(world, &mut browser, app, &world.people.olivia).await;
    }
    let page = browser.visit("/oauth2/logout").await;
    (browser, page)
}

async fn two_clients() -> World {
    let world = World::start().await;
    listens(&world, &world.apps.web, WEB).await;
    listens(&world, &world.apps.steady, STEADY).await;
    world
}

/// The button, pressed in this browser before a cold process.
async fn press(world: &World, (browser, page): &(Browser, Answer)) -> Answer {
    let mut cold = world.instance().browser();
    cold.jar = browser.jar.clone();
    let draft = cold.post(&Form::read(page.text()).unwrap());
    cold.send(draft).await
}

#[tokio::test]
async fn t19_a_session_ends_once_and_for_every_client() {
    let world = two_clients().await;
    let (sites, _) = world.sites(press(&world, &at_the_page(&world).await)).await;
    let (mut ends, mut done) = (1, 0);
    world.tell_clients_after(&mut done).await;
    for site in &sites {
        for blow in Blow::all() {
            let page = at_the_page(&world).await;
            let before = told(&world, WEB).len();
            world.strike(site, blow);
            let first = press(&world, &page).await;
            world.faults().clear();
            let second = press(&world, &page).await;
            let cell = format!("{site:?} {blow:?}: {} then {}", first.status(), second.status());
            assert!([200, 503].contains(&first.status()), "{cell}");
            // Nobody is signed in any more: back to the beginning.
            assert!([200, 303].contains(&second.status()), "{cell}");
            world.tell_clients_after(&mut done).await;
            ends += 1;
            assert_eq!(told(&world, WEB).len() - before, 1, "{cell}");
        }
    }
    assert_eq!(logged(&world, Kind::SessionEnded).await.len(), ends);
    assert_eq!(logged(&world, Kind::LogoutDelivered).await.len(), 2 * ends);
}

/// Delivers a batch by a cold process.
async fn deliver(world: &World, records: &[Value]) -> Value {
    world.instance().deliver_logouts(records).await
}

#[tokio::test]
async fn t19_a_delivery_survives_every_fault() {
    let world = two_clients().await;
    let mut done = 0;
    let mut prepared = async || {
        let (mut browser, _) = at_the_page(&world).await;
        sign_out(&mut browser).await;
        let records = world.stream().await;
        let news = records.get(done..).unwrap().to_vec();
        done = records.len();
        news
    };
    let records = prepared().await;
    let (sites, _) = world.sites(deliver(&world, &records)).await;
    let (mut ends, mut tokens) = (1, told(&world, WEB).len());
    for site in &sites {
        for blow in Blow::all() {
            let records = prepared().await;
            world.strike(site, blow);
            let first = deliver(&world, &records).await;
            world.faults().clear();
            let second = deliver(&world, &records).await;
            let cell = format!("{site:?} {blow:?}: {first} then {second}");
            assert_eq!(second, json!({ "batchItemFailures": [] }), "{cell}");
            ends += 1;
            let made = told(&world, WEB).len() - tokens;
            // Twice where the write after the answer was lost for good.
            assert!((1..=2).contains(&made), "{cell}: {made}");
            tokens += made;
        }
    }
    assert_eq!(logged(&world, Kind::LogoutDelivered).await.len(), 2 * ends);
    assert!(logged(&world, Kind::LogoutFailed).await.is_empty());
}

/// What is ours to mend counts for no attempt: the record comes back until the keys sign again.
#[tokio::test]
async fn a_fault_of_the_keys_is_not_the_clients() {
    let world = two_clients().await;
    let (mut browser, _) = at_the_page(&world).await;
    sign_out(&mut browser).await;
    let records = world.stream().await;
    let site = Site { service: Service::Kms, operation: "Sign".to_owned(), nth: 0 };
    world.strike(&site, Blow { kind: FaultKind::Throttle, moment: Moment::BeforeEffect, times: 1_000 });
    for _ in 0..7 {
        let answer = deliver(&world, &records).await;
        assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 1, "{answer}");
    }
    assert!(world.web.posted().is_empty());
    world.faults().clear();
    world.tell_clients().await;
    let delivered = logged(&world, Kind::LogoutDelivered).await;
    assert!(delivered.len() == 2 && delivered.iter().all(|event| event.details["attempts"] == "1"));
}

/// A wait that is passed on, and whose acknowledgement is lost, is in charge of nothing twice.
#[tokio::test]
async fn a_delivery_that_is_passed_on_is_in_one_place() {
    let world = two_clients().await;
    let down = || Ok(postern_core::http::StatusCode::SERVICE_UNAVAILABLE);
    world.web.answer_posts(WEB, std::iter::repeat_with(down).take(2));
    let (mut browser, _) = at_the_page(&world).await;
    sign_out(&mut browser).await;
    let records = world.stream().await;
    for _ in 0..3 {
        deliver(&world, &records).await;
    }
    world.tell_clients().await;
    world.tell_clients().await;
    assert_eq!((told(&world, WEB).len(), told(&world, STEADY).len()), (3, 1));
    assert_eq!(logged(&world, Kind::LogoutDelivered).await.len(), 2);
}
