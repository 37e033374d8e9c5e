//! OpenID Connect Core: what an authorization request may ask, and what tokens and userinfo say. One test per clause.

mod claims_parameter;
mod hints;
mod max_age;
mod optional_pkce;
mod parameters;
mod profile;
mod prompt;
mod prompt_none;
mod registration;
mod response_mode;
mod subjects;
mod userinfo;

use postern_core::openid::{Address, Profile};
use postern_testkit::{Answer, App, Ask, Browser, Code, ISSUER, Tokens, World};

/// What the client is told of a request that failed; empty where it is told nothing.
fn error_of(answer: &Answer) -> String {
    answer.returned("error").unwrap_or_default()
}

fn is_login(answer: &Answer) -> bool {
    answer.text().contains("id=\"sign-in\"")
}

fn is_consent(answer: &Answer) -> bool {
    answer.text().contains("id=\"allow\"")
}

/// The client is told by a redirect, without any page: this error, its state, the issuer.
#[track_caller]
fn assert_told(answer: &Answer, error: &str) {
    assert_eq!((answer.status(), error_of(answer).as_str()), (303, error), "{}", answer.text());
    assert_eq!(answer.returned("state").as_deref(), Some("st-1"));
    assert_eq!(answer.returned("iss").as_deref(), Some(ISSUER));
    assert_eq!(answer.returned("code"), None);
}

/// A browser in which Olivia is signed in and has allowed the web app its usual request.
async fn consented(world: &World) -> Browser {
    let mut browser = world.browser();
    let answer = browser.authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    assert!(answer.returned("code").is_some(), "{}", answer.text());
    browser
}

/// Tokens for what Olivia allows `app` in this request.
async fn tokens(world: &World, app: &App, ask: &Ask) -> Tokens {
    let answer = world.browser().authorize(ask, &world.people.olivia).await;
    Tokens::of(&world.exchange(app, &Code::of(&answer, ask)).send().await)
}

/// Gives Olivia a profile.
async fn with_profile(world: &World) {
    let text = |text: &str| Some(text.to_owned());
    let profile = Profile {
        given_name: text("Olivia"),
        family_name: text("Owner"),
        nickname: text("Liv"),
        picture: text("https://acme.test/olivia.png"),
        birthdate: text("1985-10-31"),
        zoneinfo: text("Europe/Berlin"),
        locale: text("en-GB"),
        phone_number: text("+49301234567"),
        phone_number_verified: true,
        address: Some(Address { locality: text("Berlin"), country: text("DE"), ..Address::default() }),
        ..Profile::default()
    };
    world.edit_account(&world.people.olivia.user_id, |account| account.user.profile = profile).await;
}
