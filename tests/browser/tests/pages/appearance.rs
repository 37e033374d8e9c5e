//! How the pages look: pictures in `target/screenshots`, and no page is wider than a phone.

use postern_browser::{Browser, Screen};
use postern_e2e::Outcome;
use thirtyfour::By;

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
}

/// Text stands out 4.5 to 1, the edges of fields and buttons 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11), in both themes.
#[tokio::test]
async fn every_theme_has_contrast() {
    let journey = Journey::start().await.unwrap();
    journey.set_out().await.unwrap();
    journey.browser.sign_in(journey.owner(), "not the password").await.unwrap();
    assert_contrast(&journey.browser).await.unwrap();
    journey.browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    journey.browser.find("allow").await.unwrap();
    assert_contrast(&journey.browser).await.unwrap();
}

async fn assert_contrast(browser: &Browser) -> Outcome {
    for screen in Screen::ALL {
        browser.show_on(screen).await?;
        let faint: Vec<String> = browser.driver.execute(FAINT, Vec::new()).await?.convert()?;
        assert!(faint.is_empty(), "{screen:?}: {faint:?}");
    }
    Ok(())
}

/// Lists what is too faint.
const FAINT: &str = "
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const luminance = colour => channels(colour).slice(0, 3)
        .map(it => it / 255).map(it => it <= .03928 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4)
        .reduce((sum, it, index) => sum + it * [.2126, .7152, .0722][index], 0);
    const ratio = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + .05) / (low + .05);
    };
    const behind = element => {
        const colour = getComputedStyle(element).backgroundColor;
        return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    const faint = [];
    for (const element of document.querySelectorAll('h1, p, li, label, legend, strong, button, a')) {
        const found = ratio(getComputedStyle(element).color, behind(element));
        if (found < 4.5) faint.push(`${element.tagName} ${element.textContent.trim()}: ${found.toFixed(2)}`);
    }
    for (const element of document.querySelectorAll('input:not([type=hidden]), button')) {
        const found = ratio(getComputedStyle(element).borderColor, behind(element.parentElement));
        if (found < 3) faint.push(`${element.tagName} ${element.id}, edge: ${found.toFixed(2)}`);
    }
    return faint";

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
    let check = async || -> Outcome<Vec<String>> {
        Ok(journey.browser.driver.execute(faults, Vec::new()).await?.convert()?)
    };
    assert!(check().await.unwrap().is_empty(), "{:?}", check().await);
    journey.browser.sign_in(journey.owner(), "not the password").await.unwrap();
    let alert = journey.browser.driver.find(By::Css("[role=alert]")).await.unwrap();
    assert!(!alert.text().await.unwrap().is_empty());
    journey.browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
    journey.browser.find("allow").await.unwrap();
    assert!(check().await.unwrap().is_empty(), "{:?}", check().await);
}
