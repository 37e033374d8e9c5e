//! The pages on which people manage what is theirs, and the warning of strangers, on every screen.

use reqwest::Method;
use serde_json::json;

use crate::journey::Journey;
use crate::look::look;
use crate::stored::disown_client;

#[tokio::test]
async fn the_warning_of_an_unverified_app_fits_every_screen() {
    let journey = Journey::start().await.unwrap();
    disown_client(&journey.it, &journey.app.client.client_id).await.unwrap();
    journey.reach_consent().await.unwrap();
    journey.browser.find("unverified").await.unwrap();
    look(&journey.browser, "consent-unverified").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn pages_of_the_password_fit_every_screen() {
    let journey = Journey::start().await.unwrap();
    let (browser, owner) = (&journey.browser, journey.owner());
    journey.reach_consent().await.unwrap();
    browser.open(&format!("{}/oauth2/password", journey.it.demo.issuer)).await.unwrap();
    let change = async |current: &str| {
        browser.fill("Current password", current).await?;
        browser.fill("New password, 12 characters or more", "correct horse battery").await?;
        browser.fill("New password once more", "correct horse battery").await?;
        browser.click("change").await
    };
    change("not the password").await.unwrap();
    browser.select("[role=alert]").await.unwrap();
    look(browser, "password").await.unwrap();
    change(&owner.password).await.unwrap();
    browser.arrive("Password changed").await.unwrap();
    look(browser, "password-changed").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

#[tokio::test]
async fn the_page_of_invitations_fits_every_screen() {
    let journey = Journey::start().await.unwrap();
    let (browser, demo) = (&journey.browser, &journey.it.demo);
    let [owner, _, other] = &demo.users;
    let url = format!("{}/admin/v1/tenants/{}/members", demo.issuer, other.tenant);
    let invitation = json!({ "email": owner.email, "role": other.role });
    let request = journey.it.http.request(Method::POST, &url).bearer_auth(&demo.admin_token);
    let request = request.header("content-type", "application/json").body(invitation.to_string());
    assert_eq!(request.send().await.unwrap().status().as_u16(), 202);
    journey.reach_consent().await.unwrap();
    browser.open(&format!("{}/oauth2/invitations", demo.issuer)).await.unwrap();
    browser.select("button[value=accept]").await.unwrap();
    look(browser, "invitations").await.unwrap();
    browser.select("button[value=accept]").await.unwrap().click().await.unwrap();
    // The page comes again, without it.
    browser.select("main:not(:has(form))").await.unwrap();
    let shown = browser.text().await.unwrap();
    assert!(shown.contains("No invitation is waiting"), "{shown}");
    look(browser, "invitations-none").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}
