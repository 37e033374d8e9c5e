//! Failed logins are counted by account and by address, before any password is hashed.

use postern_core::lifetime::LOGIN_WINDOW;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Answer, Ask, Blow, Browser, Form, PASSWORD, Site, World, assert_page};

/// A browser at an address of its own, at the login page.
async fn at_login(world: &World, address: &str) -> (Browser, Form) {
    let mut browser = world.browser().at(address);
    let page = browser.open(&Ask::of(&world.apps.web)).await;
    (browser, Form::read(page.text()).unwrap())
}

async fn attempt((browser, form): &mut (Browser, Form), email: &str, password: &str) -> Answer {
    let filled = form.clone().fill("email", email).fill("password", password);
    browser.submit(&filled).await
}

#[tokio::test]
async fn w04_ten_failures_close_an_account_until_the_window_ends() {
    let world = World::start().await;
    let olivia = world.people.olivia.email;
    let mut browser = at_login(&world, "198.51.100.7").await;
    for _ in 0..10 {
        assert_page(&attempt(&mut browser, olivia, "wrong").await, 400);
    }
    let closed = attempt(&mut browser, olivia, PASSWORD).await;
    assert_page(&closed, 429);
    assert_eq!(closed.header("retry-after"), Some(LOGIN_WINDOW.to_string().as_str()));
    // From everywhere, and for nobody else.
    assert_page(&attempt(&mut at_login(&world, "203.0.113.9").await, olivia, PASSWORD).await, 429);
    assert_page(&attempt(&mut browser, world.people.robin.email, PASSWORD).await, 200);
    world.clock.advance(LOGIN_WINDOW);
    assert_page(&attempt(&mut at_login(&world, "198.51.100.7").await, olivia, PASSWORD).await, 200);
}

#[tokio::test]
async fn w04_t17_fifty_failures_close_a_network_whatever_a_header_says() {
    let world = World::start().await;
    let (mut browser, form) = at_login(&world, "2001:db8:1:2::1").await;
    for number in 0..51 {
        let form = form.clone().fill("email", &format!("nobody{number}@acme.test")).fill("password", "wrong");
        let draft = browser.post(&form).header("x-forwarded-for", &format!("192.0.2.{number}"));
        assert_page(&browser.send(draft).await, if number < 50 { 400 } else { 429 });
    }
    let olivia = world.people.olivia.email;
    assert_page(&attempt(&mut at_login(&world, "2001:db8:1:2:ffff::9").await, olivia, PASSWORD).await, 429);
    assert_page(&attempt(&mut at_login(&world, "2001:db8:1:3::1").await, olivia, PASSWORD).await, 200);
}

#[tokio::test]
async fn w04_a_success_is_not_counted() {
    let world = World::start().await;
    let mut browser = at_login(&world, "198.51.100.7").await;
    for _ in 0..12 {
        assert_page(&attempt(&mut browser, world.people.olivia.email, PASSWORD).await, 200);
    }
    for _ in 0..10 {
        assert_page(&attempt(&mut browser, world.people.olivia.email, "wrong").await, 400);
    }
    assert_page(&attempt(&mut browser, world.people.olivia.email, "wrong").await, 429);
}

#[tokio::test]
async fn l10_a_closed_account_costs_neither_a_hash_nor_a_read_of_the_account() {
    let world = World::start().await;
    let mut browser = at_login(&world, "198.51.100.7").await;
    for _ in 0..10 {
        attempt(&mut browser, world.people.olivia.email, "wrong").await;
    }
    let before = world.calls(Service::DynamoDb, "Query");
    assert_page(&attempt(&mut browser, world.people.olivia.email, PASSWORD).await, 429);
    assert_eq!(world.calls(Service::DynamoDb, "Query"), before);
}

#[tokio::test]
async fn db04_a_refund_that_was_sent_twice_locks_nobody_out() {
    let world = World::start().await;
    let mut browser = at_login(&world, "198.51.100.7").await;
    // Two charges, then the two refunds: each carried out three times, two of its answers lost.
    let refund = Site { service: Service::DynamoDb, operation: "UpdateItem".into(), nth: 2 };
    let kind = FaultKind::InternalError;
    world.strike(&refund, Blow { kind, moment: Moment::AfterEffect, times: 4 });
    attempt(&mut browser, world.people.olivia.email, PASSWORD).await;
    world.faults().clear();
    assert_page(&attempt(&mut browser, world.people.olivia.email, PASSWORD).await, 200);
    assert_page(&attempt(&mut browser, world.people.olivia.email, "wrong").await, 400);
}
