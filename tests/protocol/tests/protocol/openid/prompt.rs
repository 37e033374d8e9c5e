//! `prompt` (OpenID Connect Core section 3.1.2.1).

use postern_testkit::{Ask, Code, World, claims_of};

use super::{assert_told, consented, is_consent, is_login, tokens};

#[tokio::test]
async fn a22_login_asks_for_the_password_whatever_session_there_is() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let ask = Ask::of(&world.apps.web).with("prompt", "login");
    world.clock.advance(60);
    let page = browser.open(&ask).await;
    assert!(is_login(&page));
    let answer = browser.sign_in(&page, &world.people.olivia).await;
    let code = Code::of(&answer, &ask);
    let tokens = world.exchange(&world.apps.web, &code).send().await;
    assert_eq!(claims_of(&tokens.member("id_token"))["auth_time"], world.now());
}

#[tokio::test]
async fn a21_no_way_leads_around_a_login_that_was_asked_for() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let page = browser.open(&Ask::of(&world.apps.web).with("prompt", "login")).await;
    let id = postern_testkit::Form::read(page.text()).unwrap().value("ix").to_owned();
    for path in ["/oauth2/consent", "/oauth2/continue"] {
        assert!(is_login(&browser.visit(&format!("{path}?ix={id}")).await), "{path}");
    }
}

#[tokio::test]
async fn a21_a_login_for_one_request_is_none_for_another() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.web).with("prompt", "login");
    assert!(browser.authorize(&ask, &world.people.olivia).await.returned("code").is_some());
    assert!(is_login(&browser.open(&ask).await));
}

#[tokio::test]
async fn consent_asks_again_for_what_is_remembered() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    assert!(!is_consent(&browser.open(&Ask::of(&world.apps.web)).await));
    let ask = Ask::of(&world.apps.web).with("prompt", "consent");
    let page = browser.open(&ask).await;
    assert!(is_consent(&page));
    Code::of(&browser.decide(&page, "allow").await, &ask);
}

#[tokio::test]
async fn select_account_lets_another_account_sign_in() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let ask = Ask::of(&world.apps.web).with("prompt", "select_account");
    let page = browser.open(&ask).await;
    assert!(is_consent(&page) && page.text().contains(world.people.olivia.email));
    let (_, link) = page.text().split_once("id=\"switch\" href=\"").unwrap();
    let login = browser.visit(link.split_once('"').unwrap().0).await;
    let page = browser.sign_in(&login, &world.people.robin).await;
    assert!(is_consent(&page) && page.text().contains(world.people.robin.email));
    let code = Code::of(&browser.decide(&page, "allow").await, &ask);
    let tokens = world.exchange(&world.apps.web, &code).send().await;
    assert_eq!(claims_of(&tokens.member("id_token"))["sub"], world.people.robin.user_id.as_str());
}

#[tokio::test]
async fn login_and_consent_go_together() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let page = browser.open(&Ask::of(&world.apps.web).with("prompt", "login consent")).await;
    assert!(is_login(&page));
    assert!(is_consent(&browser.sign_in(&page, &world.people.olivia).await));
}

#[tokio::test]
async fn none_beside_another_word_and_unknown_words_are_refused() {
    let world = World::start().await;
    let before = world.dump().await;
    for prompt in ["none login", "none consent", "select_account none", "create", "NONE"] {
        let ask = Ask::of(&world.apps.web).with("prompt", prompt);
        assert_told(&world.get(&ask.path()).send().await, "invalid_request");
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn acr_and_amr_say_that_it_was_a_password() {
    let world = World::start().await;
    let tokens = tokens(&world, &world.apps.web, &Ask::of(&world.apps.web)).await;
    for token in [&tokens.id, &tokens.access] {
        assert_eq!(claims_of(token)["acr"], "urn:postern:acr:password");
        assert_eq!(claims_of(token)["amr"], serde_json::json!(["pwd"]));
    }
}
