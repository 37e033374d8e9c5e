//! Faults while a user signs in and consents, at an app that is always asked for.

use postern_testkit::{Answer, App, Ask, Browser, Code, Form, PASSWORD, Tokens, World, assert_page};

use super::{Outcome, at_every_call};

/// The same browser, before a cold process.
fn elsewhere(world: &World, browser: &Browser) -> Browser {
    let mut cold = world.instance().browser();
    cold.jar = browser.jar.clone();
    cold
}

/// A browser at the login page, in a window without failed logins.
async fn at_login(world: &World) -> (Browser, Answer) {
    world.clock.advance(postern_core::lifetime::LOGIN_WINDOW);
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.native)).await;
    (browser, login)
}

async fn at_consent(world: &World) -> (Browser, Answer) {
    let mut browser = world.signed_in(&world.people.olivia).await;
    let consent = browser.open(&Ask::of(&world.apps.native)).await;
    (browser, consent)
}

async fn decide(world: &World, (browser, page): &(Browser, Answer), decision: &str) -> Answer {
    let form = Form::read(page.text()).unwrap().fill("decision", decision);
    let mut cold = elsewhere(world, browser);
    let draft = cold.post(&form);
    cold.send(draft).await
}

fn assert_redirects_or_failed(outcome: &Outcome) {
    assert!(outcome.first.status() == 303 || outcome.first_failed(), "{}", outcome.cell);
    assert_eq!(outcome.second.status(), 303, "{}", outcome.cell);
}

/// A code that came out is good.
async fn assert_code_works(world: &World, app: &App, answer: &Answer) {
    let code = Code::of(answer, &Ask::of(app));
    Tokens::of(&world.exchange(app, &code).send().await);
}

#[tokio::test]
async fn t19_an_authorization_request() {
    at_every_call(
        async |_| (),
        async |world, ()| world.instance().get(&Ask::of(&world.apps.web).path()).send().await,
        async |_, (), outcome| assert_redirects_or_failed(&outcome),
    )
    .await;
}

#[tokio::test]
async fn t19_an_authorization_request_that_needs_no_page() {
    at_every_call(
        async |world| {
            world.code(&world.apps.web).await;
            world.signed_in(&world.people.olivia).await
        },
        async |world, browser| {
            let draft = world.instance().get(&Ask::of(&world.apps.web).path());
            browser.send(draft).await
        },
        async |world, _, outcome| {
            assert_redirects_or_failed(&outcome);
            assert_code_works(world, &world.apps.web, &outcome.second).await;
        },
    )
    .await;
}

#[tokio::test]
async fn t19_the_login_page() {
    at_every_call(
        at_login,
        async |world, (browser, page)| {
            let id = Form::read(page.text()).unwrap().value("ix").to_owned();
            elsewhere(world, browser).visit(&format!("/oauth2/login?ix={id}")).await
        },
        async |_, _, outcome| assert_page(&outcome.second, 200),
    )
    .await;
}

#[tokio::test]
async fn t19_a_login() {
    at_every_call(
        at_login,
        async |world, (browser, page)| {
            let form = Form::read(page.text()).unwrap();
            let form = form.fill("email", world.people.olivia.email).fill("password", PASSWORD);
            let mut cold = elsewhere(world, browser);
            let draft = cold.post(&form);
            let answer = cold.send(draft).await;
            browser.jar = cold.jar;
            answer
        },
        async |_, (browser, _), outcome| {
            assert_redirects_or_failed(&outcome);
            assert!(browser.jar.get("__Host-sid").is_some(), "{}", outcome.cell);
        },
    )
    .await;
}

#[tokio::test]
async fn t19_the_consent_page() {
    at_every_call(
        at_consent,
        async |world, (browser, page)| {
            let id = Form::read(page.text()).unwrap().value("ix").to_owned();
            elsewhere(world, browser).visit(&format!("/oauth2/consent?ix={id}")).await
        },
        async |_, _, outcome| assert_page(&outcome.second, 200),
    )
    .await;
}

/// Either the second try gets the code, because nothing was written, or it hears that the request is over.
#[tokio::test]
async fn a14_t19_a_consent() {
    at_every_call(
        at_consent,
        async |world, page| decide(world, page, "allow").await,
        async |world, _, outcome| {
            let (app, Outcome { first, second, cell }) = (&world.apps.native, &outcome);
            assert!(first.status() == 303 || outcome.first_failed(), "{cell}");
            match (first.status(), second.status()) {
                (503, 303) => assert_code_works(world, app, second).await,
                (303, 400) => assert_code_works(world, app, first).await,
                _ => assert_eq!((first.status(), second.status()), (503, 400), "{cell}"),
            }
        },
    )
    .await;
}

#[tokio::test]
async fn t19_a_refusal() {
    at_every_call(
        at_consent,
        async |world, page| decide(world, page, "deny").await,
        async |world, _, outcome| {
            assert!(outcome.first.status() == 303 || outcome.first_failed(), "{}", outcome.cell);
            assert!([303, 400].contains(&outcome.second.status()), "{}", outcome.cell);
            assert!(!world.dump().await.contains("\"GRANT#"), "{}", outcome.cell);
        },
    )
    .await;
}
