//! The login page and the session that it begins.

use postern_core::lifetime::{SESSION, SESSION_IDLE};
use postern_testkit::{Answer, Ask, Browser, Form, PASSWORD, World, assert_page};

fn form(page: &Answer, email: &str, password: &str) -> Form {
    Form::read(page.text()).unwrap().fill("email", email).fill("password", password)
}

/// Whether the authorization endpoint knows who sits at the browser.
async fn is_signed_in(world: &World, browser: &Browser) -> bool {
    let page = browser.clone().open(&Ask::of(&world.apps.native)).await;
    assert_page(&page, 200);
    page.text().contains("id=\"allow\"")
}

#[tokio::test]
async fn w01_every_login_begins_a_session_of_its_own_and_ends_the_one_before() {
    let world = World::start().await;
    let mut browser = world.browser();
    browser.jar.put("__Host-sid", "planted-by-somebody");
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    browser.sign_in(&login, &world.people.olivia).await;
    let first = browser.clone();
    assert_ne!(first.jar.get("__Host-sid"), Some("planted-by-somebody"));
    let login =
        browser.visit(&format!("/oauth2/login?ix={}", Form::read(login.text()).unwrap().value("ix"))).await;
    browser.sign_in(&login, &world.people.olivia).await;
    assert_ne!(browser.jar.get("__Host-sid"), first.jar.get("__Host-sid"));
    assert!(is_signed_in(&world, &browser).await);
    assert!(!is_signed_in(&world, &first).await);
}

#[tokio::test]
async fn w02_cookies_are_host_only_secure_lax_and_out_of_reach_of_scripts() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    let begun = world.get(&ask.path()).send().await;
    let mut browser = world.browser();
    let login = browser.open(&ask).await;
    let draft = browser.post(&form(&login, world.people.olivia.email, PASSWORD));
    let signed_in = browser.send(draft).await;
    for (answer, name) in [(begun, "__Host-ix-"), (signed_in, "__Host-sid=")] {
        let cookie = answer.header("set-cookie").unwrap();
        assert!(cookie.starts_with(name), "{cookie}");
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for wanted in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(attributes.contains(&wanted), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn w03_an_unknown_address_and_a_wrong_password_look_the_same() {
    let world = World::start().await;
    world.edit_account(&world.people.robin.user_id, |it| it.user.active = false).await;
    world.edit_account(&world.people.bo.user_id, |it| it.user.password = None).await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let attempts = [
        ("nobody@acme.test", PASSWORD),
        (world.people.olivia.email, "wrong"),
        (world.people.robin.email, PASSWORD),
        (world.people.bo.email, PASSWORD),
        ("", PASSWORD),
        (world.people.olivia.email, ""),
        ("olivia@acme.test\u{0}", PASSWORD),
    ];
    let mut pages = Vec::new();
    for (email, password) in attempts {
        let page = browser.submit(&form(&login, email, password)).await;
        assert_page(&page, 400);
        pages.push(page.text().to_owned());
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    assert!(pages[0].contains("Email or password is wrong."));
    assert_eq!(browser.jar.get("__Host-sid"), None);
}

#[tokio::test]
async fn addresses_are_compared_without_case_and_surrounding_space() {
    let world = World::start().await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let consent = browser.submit(&form(&login, " OLIVIA@Acme.test ", PASSWORD)).await;
    assert!(consent.text().contains(world.people.olivia.email));
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_for_half_an_hour() {
    let world = World::start().await;
    let mut browser = world.browser();
    browser.authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    for _ in 0..3 {
        world.clock.advance(SESSION_IDLE - 1);
        assert!(is_signed_in(&world, &browser).await);
    }
    world.clock.advance(SESSION_IDLE);
    assert!(!is_signed_in(&world, &browser).await);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
    let world = World::start().await;
    let mut browser = world.browser();
    browser.authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    for _ in 0..(SESSION / 1_500) {
        world.clock.advance(1_500);
        assert!(is_signed_in(&world, &browser).await);
    }
    world.clock.advance(SESSION % 1_500);
    assert!(!is_signed_in(&world, &browser).await);
}

#[tokio::test]
async fn a21_a_session_serves_only_while_its_user_stands() {
    let world = World::start().await;
    let olivia = &world.people.olivia.user_id;
    let mut browser = world.browser();
    browser.authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    world.edit_account(olivia, |it| it.user.active = false).await;
    assert!(!is_signed_in(&world, &browser).await);
    world.edit_account(olivia, |it| it.user.active = true).await;
    assert!(is_signed_in(&world, &browser).await);
    // A new password, or "sign out everywhere".
    world.clock.advance(1);
    let now = postern_core::clock::Timestamp::from_secs(world.now());
    world.edit_account(olivia, |it| it.user.not_before = now).await;
    assert!(!is_signed_in(&world, &browser).await);
}

#[tokio::test]
async fn l02_a_clock_that_jumps_back_lengthens_no_session() {
    let world = World::start().await;
    let mut browser = world.browser();
    browser.authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    let begun = world.now();
    world.clock.advance(SESSION);
    assert!(!is_signed_in(&world, &browser).await);
    world.clock.set(begun + 60);
    assert!(is_signed_in(&world, &browser).await);
}
