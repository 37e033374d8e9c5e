//! Clients that nobody has vouched for: they registered themselves, or are what a document at a URL says.

use postern_core::client::{GrantType, Origin};
use postern_core::param::RedirectUri;
use postern_testkit::{Answer, App, Ask, Browser, Code, Form, Tokens, World, assert_page};

/// A world whose web app registered itself.
async fn world() -> World {
    let world = World::start().await;
    unverify(&world, &world.apps.web).await;
    world
}

async fn unverify(world: &World, app: &App) {
    world.edit_client(&app.client_id, |client| client.registration.origin = Origin::Registered).await;
}

fn is_asked(answer: &Answer) -> bool {
    answer.text().contains("id=\"allow\"")
}

/// A page whose only way to the client is a link: nothing on it goes there by itself.
#[track_caller]
fn assert_link(answer: &Answer, error: &str) {
    assert_page(answer, 200);
    let text = answer.text();
    assert!(text.contains("id=\"leave\"") && text.contains("app.test"), "{text}");
    assert!(text.contains(&format!("error={error}")), "{error} in {text}");
    assert!(!text.contains("http-equiv") && !text.contains("<script"), "{text}");
    assert_eq!(answer.header("location"), None);
    assert_eq!(answer.header("refresh"), None);
}

/// A browser whose user has allowed the app once.
async fn after_consent(world: &World, app: &App) -> Browser {
    let mut browser = world.browser();
    let answer = browser.authorize(&Ask::of(app), &world.people.olivia).await;
    assert!(answer.returned("code").is_some(), "{}", answer.text());
    browser
}

#[tokio::test]
async fn a07_a_request_that_must_fail_redirects_nobody_who_has_not_signed_in() {
    let world = world().await;
    let ask = Ask::of(&world.apps.web);
    for (bad, error) in [
        (ask.clone().with("scope", "nothing"), "invalid_scope"),
        (ask.clone().with("response_type", "token"), "unsupported_response_type"),
        (ask.clone().without("code_challenge"), "invalid_request"),
        (ask.clone().with("resource", "https://unknown.test"), "invalid_target"),
    ] {
        let before = world.dump().await;
        assert_link(&world.get(&bad.path()).send().await, error);
        assert_link(&world.post("/oauth2/authorize").form(bad.pairs()).send().await, error);
        assert_eq!(world.dump().await, before);
    }
}

#[tokio::test]
async fn a07_nor_does_a_silent_request() {
    let world = world().await;
    let ask = Ask::of(&world.apps.web).with("prompt", "none");
    assert_link(&world.get(&ask.path()).send().await, "login_required");
    let mut browser = world.browser();
    let begun = world.post("/oauth2/authorize").form(ask.pairs()).send().await;
    browser.jar.absorb(&begun);
    let url = begun.destination().unwrap();
    let answer = browser.visit(&format!("{}?{}", url.path(), url.query().unwrap_or_default())).await;
    assert_link(&answer, "login_required");
}

#[tokio::test]
async fn a07_an_error_in_a_form_waits_for_a_button() {
    let world = world().await;
    let ask = Ask::of(&world.apps.web).with("scope", "nothing").with("response_mode", "form_post");
    let page = world.get(&ask.path()).send().await;
    assert_page(&page, 200);
    let form = Form::read(page.text()).unwrap();
    assert_eq!((form.action.as_str(), form.value("error")), ("https://app.test/callback", "invalid_scope"));
    assert!(page.text().contains("id=\"leave\"") && !page.text().contains("<script"));
}

#[tokio::test]
async fn a07_who_is_signed_in_is_known_and_sent_back() {
    let world = world().await;
    let mut browser = after_consent(&world, &world.apps.web).await;
    let ask = Ask::of(&world.apps.web);
    let answer = browser.open(&ask.clone().with("scope", "nothing")).await;
    assert_eq!((answer.status(), answer.returned("error").as_deref()), (303, Some("invalid_scope")));
    let answer = browser.open(&ask.with("prompt", "none")).await;
    assert_eq!((answer.status(), answer.returned("error").as_deref()), (303, Some("consent_required")));
}

#[tokio::test]
async fn a07_clients_that_somebody_vouches_for_are_told_at_once() {
    let world = World::start().await;
    let answer = world.get(&Ask::of(&world.apps.web).with("scope", "nothing").path()).send().await;
    assert_eq!((answer.status(), answer.returned("error").as_deref()), (303, Some("invalid_scope")));
}

#[tokio::test]
async fn a07_a_hint_alone_sends_nobody_anywhere_after_sign_out() {
    let world = world().await;
    let app = &world.apps.web;
    let uri = RedirectUri::register("https://app.test/bye").unwrap();
    world.edit_client(&app.client_id, |it| it.openid.post_logout_redirect_uris.push(uri)).await;
    let tokens = world.tokens(app).await;
    let query = format!("id_token_hint={}&post_logout_redirect_uri=https://app.test/bye", tokens.id);
    let page = world.get(&format!("/oauth2/logout?{query}")).send().await;
    assert_page(&page, 200);
    assert!(page.text().contains("href=\"https://app.test/bye\""), "{}", page.text());
    // Whom it means, being signed in, is sent there.
    let mut browser = world.signed_in(&world.people.olivia).await;
    let answer = browser.visit(&format!("/oauth2/logout?{query}")).await;
    assert_eq!((answer.status(), answer.header("location")), (303, Some("https://app.test/bye")));
}

#[tokio::test]
async fn a15_it_is_asked_every_time() {
    let world = world().await;
    let mut browser = after_consent(&world, &world.apps.web).await;
    assert!(!world.dump().await.contains("\"CONSENT#"), "nothing is remembered");
    let ask = Ask::of(&world.apps.web);
    for _ in 0..2 {
        let page = browser.open(&ask).await;
        assert!(is_asked(&page), "{}", page.text());
        Code::of(&browser.decide(&page, "allow").await, &ask);
    }
}

/// What was remembered of a client before nobody vouched for it any more serves no longer.
#[tokio::test]
async fn a15_a_consent_from_before_is_none() {
    let world = World::start().await;
    let mut browser = after_consent(&world, &world.apps.web).await;
    unverify(&world, &world.apps.web).await;
    assert!(is_asked(&browser.open(&Ask::of(&world.apps.web)).await));
}

#[tokio::test]
async fn a17_the_page_warns_and_names_the_address() {
    let world = world().await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let page = browser.sign_in(&login, &world.people.olivia).await;
    assert_page(&page, 200);
    for shown in ["id=\"unverified\"", "This app is unverified.", "<bdi>app.test</bdi>", "Web &#60;b&#62;app"]
    {
        assert!(page.text().contains(shown), "{shown} in {}", page.text());
    }
    // And nobody is warned of others.
    let page = browser.open(&Ask::of(&world.apps.steady)).await;
    assert!(is_asked(&page) && !page.text().contains("unverified"));
}

#[tokio::test]
async fn a17_so_does_the_page_of_a_device() {
    let world = World::start().await;
    let app = &world.apps.native;
    world
        .edit_client(&app.client_id, |client| {
            client.grant_types.push(GrantType::DeviceCode);
            client.registration.origin = Origin::Registered;
        })
        .await;
    let codes = world.authorize_device(app, "openid contact.read").send().await;
    let mut browser = world.signed_in(&world.people.olivia).await;
    let page = browser.enter_code(&codes.member("user_code")).await;
    assert!(is_asked(&page) && page.text().contains("This app is unverified."), "{}", page.text());
}

#[tokio::test]
async fn otherwise_it_is_a_client_like_any_other() {
    let world = world().await;
    let tokens = world.tokens(&world.apps.web).await;
    assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
    Tokens::of(&world.refresh(&world.apps.web, &tokens.refresh).send().await);
}
