//! `/oauth2/password`: whoever is signed in chooses another password.

use postern_core::audit::Actor;
use postern_core::lifetime::LOGIN_WINDOW;
use postern_testkit::{Answer, Ask, Browser, Form, PASSWORD, Person, World, assert_error, assert_page};

const NEXT: &str = "a new password of some length";
const READ: &str = "GET /v1/contacts";

/// A browser in which somebody is signed in, at the page.
async fn at_page(world: &World, person: &Person) -> (Browser, Form) {
    let mut browser = world.browser();
    browser.authorize(&Ask::of(&world.apps.web), person).await;
    let page = browser.visit("/oauth2/password").await;
    assert_page(&page, 200);
    (browser, Form::read(page.text()).unwrap())
}

fn filled(form: &Form, current: &str, next: &str) -> Form {
    form.clone().fill("current", current).fill("new", next).fill("again", next)
}

async fn change((browser, form): &mut (Browser, Form), current: &str, next: &str) -> Answer {
    browser.submit(&filled(form, current, next)).await
}

/// What a login with this password in a new browser leads to.
async fn login(world: &World, person: &Person, password: &str) -> Answer {
    let mut browser = world.browser();
    let page = browser.open(&Ask::of(&world.apps.native)).await;
    let form = Form::read(page.text()).unwrap().fill("email", person.email).fill("password", password);
    browser.submit(&form).await
}

fn is_signed_in(answer: &Answer) -> bool {
    !answer.text().contains("id=\"sign-in\"")
}

#[tokio::test]
async fn the_next_password_opens_and_the_old_one_does_not() {
    let world = World::start().await;
    let olivia = &world.people.olivia;
    let done = change(&mut at_page(&world, olivia).await, PASSWORD, NEXT).await;
    assert_page(&done, 200);
    assert!(done.text().contains("Your password is changed"), "{}", done.text());
    world.clock.advance(1);
    assert_page(&login(&world, olivia, PASSWORD).await, 400);
    assert!(is_signed_in(&login(&world, olivia, NEXT).await));
    let dump = world.dump().await;
    assert!(!dump.contains(NEXT) && !dump.contains(PASSWORD));
}

#[tokio::test]
async fn r11_every_other_session_and_all_that_was_issued_ends() {
    let world = World::start().await;
    let (olivia, app) = (&world.people.olivia, &world.apps.web);
    let tokens = world.tokens_for(app, olivia, "contact.read offline_access").await;
    let pat = world.pat(olivia, &["contact.read"]).await;
    let robins = world.tokens_for(app, &world.people.robin, "contact.read offline_access").await;
    let (mut elsewhere, _) = at_page(&world, olivia).await;
    let mut here = at_page(&world, olivia).await;
    assert_page(&change(&mut here, PASSWORD, NEXT).await, 200);
    world.clock.advance(1);
    assert!(!is_signed_in(&elsewhere.open(&Ask::of(&world.apps.native)).await));
    assert_error(&world.refresh(app, &tokens.refresh).send().await, 400, "invalid_grant");
    for token in [&tokens.access, &pat.token] {
        assert_eq!(world.gate(0).call(READ, token).await.name(), "unauthorized");
    }
    assert_eq!(world.gate(0).call(READ, &robins.access).await.name(), "allowed");
    let page = here.0.open(&Ask::of(&world.apps.native)).await;
    assert!(page.text().contains("id=\"allow\""), "this session goes on: {}", page.text());
    let answer = here.0.decide(&page, "allow").await;
    assert!(answer.returned("code").is_some(), "{answer:?}");
}

/// What was consented to before is asked again: whoever knew the old password may have consented.
#[tokio::test]
async fn v09_remembered_consents_end_with_the_password() {
    let world = World::start().await;
    let mut here = at_page(&world, &world.people.olivia).await;
    assert!(here.0.open(&Ask::of(&world.apps.web)).await.returned("code").is_some(), "remembered");
    change(&mut here, PASSWORD, NEXT).await;
    world.clock.advance(1);
    assert!(here.0.open(&Ask::of(&world.apps.web)).await.text().contains("id=\"allow\""));
}

#[tokio::test]
async fn w01_the_session_goes_on_under_another_cookie() {
    let world = World::start().await;
    let mut here = at_page(&world, &world.people.olivia).await;
    let before = here.0.clone();
    change(&mut here, PASSWORD, NEXT).await;
    assert_ne!(before.jar.get("__Host-sid"), here.0.jar.get("__Host-sid"));
    assert_page(&here.0.visit("/oauth2/password").await, 200);
    let mut fixed = before;
    assert_page(&fixed.visit("/oauth2/password").await, 403);
}

#[tokio::test]
async fn w04_wrong_current_passwords_count_as_failed_logins_do() {
    let world = World::start().await;
    let olivia = &world.people.olivia;
    let mut here = at_page(&world, olivia).await;
    for _ in 0..10 {
        let wrong = change(&mut here, "wrong", NEXT).await;
        assert_page(&wrong, 400);
        assert!(wrong.text().contains("The current password is wrong."), "{}", wrong.text());
    }
    let closed = change(&mut here, PASSWORD, NEXT).await;
    assert_page(&closed, 429);
    assert!(closed.header("retry-after").is_some());
    assert_page(&login(&world, olivia, PASSWORD).await, 429);
    world.clock.advance(LOGIN_WINDOW);
    assert_page(&change(&mut here, PASSWORD, NEXT).await, 200);
}

#[tokio::test]
async fn a_form_that_makes_no_sense_is_told_and_costs_no_attempt() {
    let world = World::start().await;
    let (mut browser, form) = at_page(&world, &world.people.olivia).await;
    let before = world.dump().await;
    let long = "x".repeat(1_025);
    for (form, words) in [
        (filled(&form, "", NEXT), "Type your current password."),
        (filled(&form, PASSWORD, NEXT).fill("again", "another"), "not typed the same twice"),
        (filled(&form, PASSWORD, PASSWORD), "is the current one"),
        (filled(&form, PASSWORD, "short"), "must have 12 to 1,024 bytes"),
        (filled(&form, PASSWORD, &long), "must have 12 to 1,024 bytes"),
    ] {
        let answer = browser.submit(&form).await;
        assert_page(&answer, 400);
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert!(!answer.text().contains(PASSWORD), "no page says a password again");
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a19_the_form_is_of_this_login_and_this_origin() {
    let world = World::start().await;
    assert_page(&world.browser().visit("/oauth2/password").await, 403);
    let (mut browser, form) = at_page(&world, &world.people.olivia).await;
    let (mut other, _) = at_page(&world, &world.people.robin).await;
    let before = world.dump().await;
    let form = filled(&form, PASSWORD, NEXT);
    let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let foreign = world.post("/oauth2/password").form(fields).header("origin", "https://evil.test");
    assert_page(&browser.send(foreign).await, 403);
    assert_page(&browser.submit(&form.clone().fill("csrf", "x")).await, 403);
    let draft = other.post(&form);
    assert_page(&other.send(draft).await, 403);
    assert_eq!(world.dump().await, before);
}

/// Of two changes at the same moment one counts.
#[tokio::test]
async fn db06_two_changes_at_once_have_one_outcome() {
    let world = World::start().await;
    let olivia = &world.people.olivia;
    let (mut one, mut two) = (at_page(&world, olivia).await, at_page(&world, olivia).await);
    let (first, second) = tokio::join!(
        change(&mut one, PASSWORD, "the first of two passwords"),
        change(&mut two, PASSWORD, "the second of two passwords"),
    );
    let won = [&first, &second].map(|answer| answer.status() == 200);
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{first:?} {second:?}");
    world.clock.advance(1);
    let opens = async |password| is_signed_in(&login(&world, olivia, password).await);
    assert_eq!([opens("the first of two passwords").await, opens("the second of two passwords").await], won);
}

#[tokio::test]
async fn a_change_is_told_once() {
    let world = World::start().await;
    let olivia = &world.people.olivia;
    change(&mut at_page(&world, olivia).await, PASSWORD, NEXT).await;
    let log = world.events(None).await;
    let told: Vec<_> = log.iter().filter(|it| it.kind.as_str() == "user.password_changed").collect();
    assert!(told.len() == 1 && told[0].actor == Actor::User(olivia.user_id.clone()), "{told:?}");
    assert!(!format!("{told:?}").contains(NEXT));
}
