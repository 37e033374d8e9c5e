//! Sign-in and consent, as people do them.

use postern_e2e::{Deployment, Tokens};
use thirtyfour::Key;

use crate::journey::Journey;

#[tokio::test]
async fn a_person_signs_in_allows_and_comes_back_with_a_code() {
    let journey = Journey::start().await.unwrap();
    let authorization = journey.reach_consent().await.unwrap();
    let shown = journey.browser.text().await.unwrap();
    for words in
        ["Demo browser app", &journey.owner().email, "Acme", "Read your organisation's contacts", "127.0.0.1"]
    {
        assert!(shown.contains(words), "{words} is not on: {shown}");
    }
    journey.browser.click("allow").await.unwrap();
    let visit = journey.callback.visit("/callback").await.unwrap();
    assert_eq!(visit.parameter("state"), authorization.state);
    assert_eq!(visit.parameter("iss"), journey.it.demo.issuer);
    // A12: the address of our pages, with what stands in it, is nobody else's business.
    assert_eq!(visit.header("referer"), None);
    journey.browser.find("arrived").await.unwrap();
    assert_eq!(journey.browser.driver.title().await.unwrap(), "ran");
    let answer = journey.app.redeem(&visit.parameter("code"), &authorization.pkce.verifier).await.unwrap();
    assert!(!Tokens::of(&answer).unwrap().access.is_empty());
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_told_and_can_be_corrected() {
    let journey = Journey::start().await.unwrap();
    journey.set_out().await.unwrap();
    journey.browser.sign_in(journey.owner(), "not the password").await.unwrap();
    journey.browser.select("[role='alert']").await.unwrap();
    let shown = journey.browser.text().await.unwrap();
    assert!(shown.contains("Email or password is wrong."), "{shown}");
    assert!(!shown.contains("not the password"));
    journey.browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    journey.browser.find("allow").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn who_refuses_goes_back_without_a_code() {
    let journey = Journey::start().await.unwrap();
    let authorization = journey.reach_consent().await.unwrap();
    journey.browser.click("deny").await.unwrap();
    let visit = journey.callback.visit("/callback").await.unwrap();
    assert_eq!((visit.parameter("error"), visit.parameter("code")), ("access_denied".into(), String::new()));
    assert_eq!(
        (visit.parameter("state"), visit.parameter("iss")),
        (authorization.state, journey.it.demo.issuer.clone())
    );
    assert_eq!(visit.header("referer"), None);
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let journey = Journey::start().await.unwrap();
    journey.set_out().await.unwrap();
    journey.browser.find("sign-in").await.unwrap();
    assert_eq!(journey.browser.focused().await.unwrap(), "email", "one can type at once");
    journey.browser.press(journey.owner().email.as_str()).await.unwrap();
    journey.browser.press(Key::Tab).await.unwrap();
    assert_eq!(journey.browser.focused().await.unwrap(), "password");
    journey.browser.press(journey.owner().password.as_str()).await.unwrap();
    journey.browser.press(Key::Enter).await.unwrap();
    journey.browser.find("allow").await.unwrap();
    let mut order = Vec::new();
    while order.last().map(String::as_str) != Some("allow") {
        assert!(order.len() < 10, "{order:?}");
        journey.browser.press(Key::Tab).await.unwrap();
        order.push(journey.browser.focused().await.unwrap());
    }
    assert!(order.contains(&"deny".to_owned()), "{order:?}");
    journey.browser.press(Key::Enter).await.unwrap();
    assert!(!journey.callback.visit("/callback").await.unwrap().parameter("code").is_empty());
}

#[tokio::test]
async fn scripts_are_not_needed() {
    let journey = Journey::start().await.unwrap();
    journey.browser.disable_scripts().await.unwrap();
    journey.reach_consent().await.unwrap();
    journey.browser.click("allow").await.unwrap();
    assert!(!journey.callback.visit("/callback").await.unwrap().parameter("code").is_empty());
    journey.browser.find("arrived").await.unwrap();
    assert_eq!(journey.browser.driver.title().await.unwrap(), "still", "scripts were off");
}

/// Two requests in two tabs do not disturb each other, and the second asks for no password.
#[tokio::test]
async fn parallel_tabs_work() {
    let journey = Journey::start().await.unwrap();
    let (driver, browser) = (&journey.browser.driver, &journey.browser);
    let first = journey.set_out().await.unwrap();
    let first_tab = driver.window().await.unwrap();
    let second_tab = driver.new_tab().await.unwrap();
    driver.switch_to_window(second_tab.clone()).await.unwrap();
    let second = journey.reach_consent().await.unwrap();
    driver.switch_to_window(first_tab).await.unwrap();
    browser.open(first.url.as_str()).await.unwrap();
    browser.click("allow").await.unwrap();
    let visit = journey.callback.visit("/callback").await.unwrap();
    assert_eq!(visit.parameter("state"), first.state);
    driver.switch_to_window(second_tab).await.unwrap();
    browser.click("allow").await.unwrap();
    browser.find("arrived").await.unwrap();
    let states: Vec<_> =
        journey.callback.visits("/callback").iter().map(|visit| visit.parameter("state")).collect();
    assert_eq!(states, [first.state, second.state]);
}

/// Behind TLS at a name of its own the cookies are bound to the host, and a browser takes them.
#[tokio::test]
async fn a_browser_keeps_the_host_bound_cookies_of_a_real_deployment() {
    let journey = Journey::start_at(Deployment::start_behind_tls().await.unwrap()).await.unwrap();
    let authorization = journey.reach_consent().await.unwrap();
    let cookies = journey.browser.driver.get_all_cookies().await.unwrap();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(cookie.name.starts_with("__Host-"), "{}", cookie.name);
        assert_eq!((cookie.secure, cookie.path.as_deref()), (Some(true), Some("/")));
    }
    journey.browser.click("allow").await.unwrap();
    let visit = journey.callback.visit("/callback").await.unwrap();
    assert_eq!((visit.parameter("state"), visit.header("referer")), (authorization.state, None));
    journey.assert_no_violation().await.unwrap();
}
