//! Every page on every screen, as people come to it; pictures in `target/screenshots`.

use postern_e2e::{App, Authorization, DemoClient, Outcome};

use crate::journey::Journey;
use crate::look::look;
use crate::stored::edit_client;

#[tokio::test]
async fn pages_of_sign_in_fit_every_screen() {
    let journey = Journey::start().await.unwrap();
    let browser = &journey.browser;
    let authorization = journey.set_out().await.unwrap();
    browser.find("sign-in").await.unwrap();
    look(browser, "login").await.unwrap();
    browser.sign_in(journey.owner(), "not the password").await.unwrap();
    let alert = browser.select("[role=alert]").await.unwrap();
    assert!(!alert.text().await.unwrap().is_empty());
    look(browser, "login-wrong-password").await.unwrap();
    browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    browser.find("allow").await.unwrap();
    look(browser, "consent").await.unwrap();
    let unknown = authorization.url.as_str().replace("callback", "elsewhere");
    browser.open(&unknown).await.unwrap();
    look(browser, "error").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn pages_of_sign_out_fit_every_screen() {
    let journey = Journey::start().await.unwrap();
    let browser = &journey.browser;
    journey.reach_consent().await.unwrap();
    browser.open(&format!("{}/oauth2/logout", journey.it.demo.issuer)).await.unwrap();
    browser.find("sign-out").await.unwrap();
    look(browser, "sign-out").await.unwrap();
    browser.click("sign-out").await.unwrap();
    browser.arrive("Signed out").await.unwrap();
    look(browser, "signed-out").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn pages_of_a_device_fit_every_screen() {
    let journey = Journey::start().await.unwrap();
    let browser = &journey.browser;
    let grants = ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"];
    edit_client(&journey.it, &journey.app.client.client_id, "grant_types", &grants).await.unwrap();
    let form = [("scope", "openid contact.read")];
    let device = journey.app.post("/oauth2/device_authorization", &form).await.unwrap();
    browser.open(&device.text("verification_uri")).await.unwrap();
    browser.fill("Code", "WRNG-CODE").await.unwrap();
    browser.click("continue").await.unwrap();
    browser.select("[role=alert]").await.unwrap();
    look(browser, "device").await.unwrap();
    browser.open(&device.text("verification_uri_complete")).await.unwrap();
    browser.click("continue").await.unwrap();
    browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    browser.find("allow").await.unwrap();
    look(browser, "device-consent").await.unwrap();
    browser.click("allow").await.unwrap();
    browser.arrive("Device").await.unwrap();
    look(browser, "device-done").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn the_page_of_a_platform_fits_every_screen() {
    let journey = Journey::start().await.unwrap();
    let platform = journey.it.demo.clients.platform.clone();
    let platform = DemoClient { redirect_uris: vec![journey.callback.url("/callback")], ..platform };
    let authorization = journey.it.app(&platform).authorization("contact.read contact.write").unwrap();
    journey.browser.open(authorization.url.as_str()).await.unwrap();
    journey.browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    journey.browser.find("allow").await.unwrap();
    look(&journey.browser, "connect").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

/// Form Post Response Mode 1.0: the page sends itself by script, and by a button where scripts are off.
#[tokio::test]
async fn a_posted_answer_arrives_by_script_and_by_hand() {
    let journey = Journey::start().await.unwrap();
    let browser = &journey.browser;
    let posted = |app: &App| -> Outcome<Authorization> {
        let mut authorization = app.authorization("openid contact.read")?;
        authorization.url.query_pairs_mut().append_pair("response_mode", "form_post");
        Ok(authorization)
    };
    let first = posted(&journey.app).unwrap();
    browser.open(first.url.as_str()).await.unwrap();
    browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    browser.click("allow").await.unwrap();
    browser.find("arrived").await.unwrap();
    assert!(journey.callback.visit("/callback").await.unwrap().head.starts_with("POST "));
    browser.disable_scripts().await.unwrap();
    let second = posted(&journey.app).unwrap();
    browser.open(second.url.as_str()).await.unwrap();
    browser.click("allow").await.unwrap();
    browser.find("continue").await.unwrap();
    browser.snap("form-post").await.unwrap();
    browser.click("continue").await.unwrap();
    browser.find("arrived").await.unwrap();
    let posts = journey.callback.visits("/callback");
    assert!(posts.iter().all(|visit| visit.head.starts_with("POST ") && visit.url.query().is_none()));
    journey.assert_no_violation().await.unwrap();
}
