//! Pages in hostile surroundings: frames, and clients with tricky names.

use postern_browser::{Browser, Callback};
use postern_e2e::Deployment;
use thirtyfour::By;

use crate::journey::Journey;
use crate::stored::rename_client;

/// A18.
#[tokio::test]
async fn no_page_appears_inside_another() {
    let it = Deployment::start().await.unwrap();
    let url = it.web().authorization("openid").unwrap().url;
    let address = url.as_str().replace('&', "&amp;");
    let frame = format!("<!doctype html><title>trap</title><iframe id=\"trap\" src=\"{address}\"></iframe>");
    let (trap, browser) = (Callback::start(frame).await.unwrap(), Browser::start().await.unwrap());
    browser.open(&trap.url("/trap")).await.unwrap();
    browser.find("trap").await.unwrap().enter_frame().await.unwrap();
    assert!(browser.driver.find(By::Id("sign-in")).await.is_err());
    let shown = browser.text().await.unwrap_or_default();
    assert!(!shown.contains("Password"), "{shown}");
    // The browser says who forbade it.
    let console = browser.console().await.unwrap().join("\n");
    assert!(
        console.contains("frame-ancestors") || console.contains("X-Frame-Options") || console.contains("403"),
        "{console}"
    );
}

/// A17: a client calls itself what it likes; that is text, and stays in its place.
#[tokio::test]
async fn a_clients_name_is_text() {
    let journey = Journey::start().await.unwrap();
    // Markup, and an override that would turn the rest of the line round.
    let name = "<b id=\"injected\">Bank</b>\u{202e}<script>document.title='ran'</script>";
    rename_client(&journey.it, &journey.app.client.client_id, name).await.unwrap();
    for consent in [false, true] {
        if consent {
            journey.browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
            journey.browser.find("allow").await.unwrap();
        } else {
            journey.set_out().await.unwrap();
            journey.browser.find("sign-in").await.unwrap();
        }
        assert!(journey.browser.driver.find(By::Id("injected")).await.is_err());
        let title = journey.browser.driver.title().await.unwrap();
        assert!(["Sign in", "Allow access"].contains(&title.as_str()), "{title}");
        let isolated = journey.browser.driver.find(By::Css("bdi")).await.unwrap();
        assert_eq!(isolated.text().await.unwrap(), name);
    }
    journey.browser.picture("consent-tricky-name").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}
