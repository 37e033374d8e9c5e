//! One browser begins and the same browser goes on: captured links, guessed identifiers, frames, forged forms.

use postern_testkit::{Answer, Ask, Browser, Form, World, assert_page};

/// A browser at the consent page, signed in as Olivia.
async fn at_consent(world: &World) -> (Browser, Answer) {
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let consent = browser.sign_in(&login, &world.people.olivia).await;
    assert_page(&consent, 200);
    (browser, consent)
}

fn form(page: &Answer) -> Form {
    Form::read(page.text()).unwrap()
}

/// Grants in the table.
async fn grants(world: &World) -> usize {
    world.dump().await.matches("\"GRANT#").count()
}

#[tokio::test]
async fn a13_a_captured_link_is_refused_in_another_browser_and_burned_for_both() {
    let world = World::start().await;
    let (mut mine, consent) = at_consent(&world).await;
    let link = format!("/oauth2/consent?ix={}", form(&consent).value("ix"));
    let mut victim = world.browser();
    victim.authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    let before = grants(&world).await;
    assert_page(&victim.visit(&link).await, 400);
    assert_page(&mine.decide(&consent, "allow").await, 400);
    assert_eq!(grants(&world).await, before);
}

#[tokio::test]
async fn a14_an_identifier_without_its_cookie_opens_nothing() {
    let world = World::start().await;
    let (browser, consent) = at_consent(&world).await;
    let id = form(&consent).value("ix").to_owned();
    assert!(id.len() >= 22, "131 bits: {id}");
    let mut bare = browser.clone();
    bare.jar = postern_testkit::Jar::default();
    for page in ["login", "consent", "continue"] {
        assert_page(&bare.visit(&format!("/oauth2/{page}?ix={id}")).await, 400);
        assert_page(&bare.visit(&format!("/oauth2/{page}?ix=guessed")).await, 400);
        assert_page(&bare.visit(&format!("/oauth2/{page}")).await, 400);
    }
    assert_eq!(grants(&world).await, 0);
}

#[tokio::test]
async fn a14_one_request_is_allowed_once() {
    let world = World::start().await;
    let (mut browser, consent) = at_consent(&world).await;
    assert!(browser.decide(&consent, "allow").await.returned("code").is_some());
    assert_page(&browser.decide(&consent, "allow").await, 400);
    let resumed = browser.visit(&format!("/oauth2/continue?ix={}", form(&consent).value("ix"))).await;
    assert_page(&resumed, 400);
    assert_eq!(grants(&world).await, 1);
}

#[tokio::test]
async fn a_request_in_flight_is_over_after_ten_minutes() {
    let world = World::start().await;
    let (mut browser, consent) = at_consent(&world).await;
    world.clock.advance(599);
    assert_page(&browser.visit(&format!("/oauth2/consent?ix={}", form(&consent).value("ix"))).await, 200);
    world.clock.advance(1);
    assert_page(&browser.decide(&consent, "allow").await, 400);
    assert_eq!(grants(&world).await, 0);
}

#[tokio::test]
async fn a18_no_page_is_shown_inside_another() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).path();
    for destination in ["iframe", "frame", "embed", "object"] {
        for path in [ask.as_str(), "/oauth2/login", "/oauth2/consent", "/oauth2/continue"] {
            let answer = world.get(path).header("sec-fetch-dest", destination).send().await;
            assert_page(&answer, 403);
        }
    }
    let (browser, consent) = at_consent(&world).await;
    let framed = browser.post(&form(&consent).fill("decision", "allow")).header("sec-fetch-dest", "iframe");
    assert_page(&browser.clone().send(framed).await, 403);
    assert_eq!(grants(&world).await, 0);
}

#[tokio::test]
async fn a19_a_form_without_its_token_is_refused() {
    let world = World::start().await;
    let (mut browser, consent) = at_consent(&world).await;
    let (_, of_another_request) = at_consent(&world).await;
    let good = form(&consent).fill("decision", "allow");
    for token in ["", "x", form(&of_another_request).value("csrf")] {
        assert_page(&browser.submit(&good.clone().fill("csrf", token)).await, 403);
    }
    assert_eq!(grants(&world).await, 0);
    assert!(browser.submit(&good).await.returned("code").is_some(), "the refusals burned nothing");
}

#[tokio::test]
async fn a19_a_form_posted_from_elsewhere_is_refused() {
    let world = World::start().await;
    let (mut browser, consent) = at_consent(&world).await;
    let form = form(&consent).fill("decision", "allow");
    let pairs = || form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let post = || world.post(&form.action).form(pairs());
    for foreign in [
        post().header("origin", "https://evil.test"),
        post().header("origin", "http://as.test"),
        post().header("origin", "https://as.test.evil.test"),
        post().header("sec-fetch-site", "cross-site"),
        post().header("sec-fetch-site", "same-site"),
        post().header("origin", "null").header("sec-fetch-site", "cross-site"),
    ] {
        assert_page(&browser.send(foreign).await, 403);
    }
    assert_eq!(grants(&world).await, 0);
    // Our pages send no referrer, so some browsers send a null origin with their forms.
    let own = post().header("origin", "null").header("sec-fetch-site", "same-origin");
    assert!(browser.send(own).await.returned("code").is_some());
}

#[tokio::test]
async fn a19_nobody_is_signed_in_as_the_attacker() {
    let world = World::start().await;
    let mut attacker = world.browser();
    let login = attacker.open(&Ask::of(&world.apps.web)).await;
    let form =
        form(&login).fill("email", world.people.gloria.email).fill("password", postern_testkit::PASSWORD);
    let mut victim = world.browser();
    let own_login = victim.open(&Ask::of(&world.apps.web)).await;
    // The attacker's form in the victim's browser, and the attacker's token in the victim's form.
    let own = Form::read(own_login.text()).unwrap();
    let mixed = form.clone().fill("ix", own.value("ix"));
    for (planted, status) in [(mixed, 403), (form, 400)] {
        let draft =
            world.post("/oauth2/login").form(planted.fields.iter().map(|(a, b)| (a.as_str(), b.as_str())));
        let answer = victim.send(draft).await;
        assert_page(&answer, status);
        assert_eq!(victim.jar.get("__Host-sid"), None);
    }
}

#[tokio::test]
async fn a19_the_consent_form_belongs_to_the_session_that_saw_it() {
    let world = World::start().await;
    let (mut browser, consent) = at_consent(&world).await;
    let other_login = browser.open(&Ask::of(&world.apps.spa)).await;
    assert!(other_login.text().contains("id=\"allow\""), "still signed in as Olivia");
    // Somebody else signs in with the same browser, and the old page is submitted.
    browser.jar.put("__Host-sid", "");
    let login = browser.open(&Ask::of(&world.apps.spa)).await;
    browser.sign_in(&login, &world.people.bo).await;
    assert_page(&browser.decide(&consent, "allow").await, 403);
    assert_eq!(grants(&world).await, 0);
}
