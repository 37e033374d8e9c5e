//! How the pages look: pictures in `target/screenshots`, and no page is wider than a phone.

use crate::journey::Journey;

#[tokio::test]
async fn every_page_fits_every_screen() {
    let journey = Journey::start().await.unwrap();
    let browser = &journey.browser;
    let authorization = journey.set_out().await.unwrap();
    browser.find("sign-in").await.unwrap();
    browser.picture("login").await.unwrap();
    browser.sign_in(journey.owner(), "not the password").await.unwrap();
    browser.find("sign-in").await.unwrap();
    browser.picture("login-wrong-password").await.unwrap();
    browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    browser.find("allow").await.unwrap();
    browser.picture("consent").await.unwrap();
    let unknown = authorization.url.as_str().replace("callback", "elsewhere");
    browser.open(&unknown).await.unwrap();
    browser.picture("error").await.unwrap();
    journey.assert_no_violation().await.unwrap();
    journey.browser.quit().await.unwrap();
}

/// What assistive technology reads: a language, a title, one heading, a name for each field and each button.
#[tokio::test]
async fn every_page_can_be_read_aloud() {
    let journey = Journey::start().await.unwrap();
    journey.set_out().await.unwrap();
    journey.browser.find("sign-in").await.unwrap();
    let faults = "
        const faults = [];
        if (!document.documentElement.lang) faults.push('no language');
        if (!document.title) faults.push('no title');
        if (document.querySelectorAll('h1').length !== 1) faults.push('not one heading');
        if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
        for (const field of document.querySelectorAll('input:not([type=hidden])'))
            if (!field.labels.length) faults.push('no label: ' + field.name);
        for (const button of document.querySelectorAll('button'))
            if (!button.textContent.trim()) faults.push('no text: ' + button.id);
        return faults";
    let check = async || -> postern_e2e::Outcome<Vec<String>> {
        Ok(journey.browser.driver.execute(faults, Vec::new()).await?.convert()?)
    };
    assert!(check().await.unwrap().is_empty(), "{:?}", check().await);
    journey.browser.sign_in(journey.owner(), "not the password").await.unwrap();
    let alert = journey.browser.driver.find(thirtyfour::By::Css("[role=alert]")).await.unwrap();
    assert!(!alert.text().await.unwrap().is_empty());
    journey.browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    journey.browser.find("allow").await.unwrap();
    assert!(check().await.unwrap().is_empty(), "{:?}", check().await);
    journey.browser.quit().await.unwrap();
}
