//! `/oauth2/logout` (OpenID Connect RP-Initiated Logout 1.0).

use postern_core::param::RedirectUri;
use postern_testkit::{Answer, App, Ask, Browser, Code, Form, Tokens, World, assert_page, claims_of};
use url::form_urlencoded::Serializer;

const AFTERWARDS: &str = "https://web.test/bye?from=postern";

/// A browser in which Olivia is signed in, and the ID token that the web app got about her.
async fn signed_in(world: &World) -> (Browser, String) {
    let web = &world.apps.web;
    let uri = RedirectUri::register(AFTERWARDS).unwrap();
    world.edit_client(&web.client_id, |client| client.openid.post_logout_redirect_uris = vec![uri]).await;
    let (mut browser, ask) = (world.browser(), Ask::of(web));
    let answer = browser.authorize(&ask, &world.people.olivia).await;
    let tokens = Tokens::of(&world.exchange(web, &Code::of(&answer, &ask)).send().await);
    (browser, tokens.id)
}

fn path(parameters: &[(&str, &str)]) -> String {
    format!("/oauth2/logout?{}", Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// Whether the browser still has a session: a silent request gets a code.
async fn is_signed_in(browser: &Browser, web: &App) -> bool {
    browser.clone().open(&Ask::of(web).with("prompt", "none")).await.returned("code").is_some()
}

/// One of our pages, and no way to anywhere else.
#[track_caller]
fn assert_stays(answer: &Answer) {
    assert_page(answer, 200);
    assert!(answer.destination().is_none());
}

fn asks(answer: &Answer) -> bool {
    answer.text().contains("id=\"sign-out\"")
}

#[tokio::test]
async fn a_client_that_knows_who_is_signed_in_signs_them_out() {
    let world = World::start().await;
    let (mut browser, hint) = signed_in(&world).await;
    let before = browser.clone();
    let parameters =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS), ("state", "a b&c")];
    let answer = browser.visit(&path(&parameters)).await;
    assert_eq!(answer.status(), 303);
    let destination = answer.destination().unwrap();
    assert!(destination.as_str().starts_with("https://web.test/bye?from=postern&"), "{destination}");
    assert_eq!(answer.returned("state").as_deref(), Some("a b&c"));
    assert!(!is_signed_in(&browser, &world.apps.web).await);
    assert!(!is_signed_in(&before, &world.apps.web).await, "the session is over, not only its cookie");
}

#[tokio::test]
async fn a_hint_that_has_expired_is_as_good() {
    let world = World::start().await;
    let (mut browser, hint) = signed_in(&world).await;
    world.clock.advance(claims_of(&hint)["exp"].as_u64().unwrap() - world.now() + 1);
    let answer = browser.visit(&path(&[("id_token_hint", &hint)])).await;
    assert_stays(&answer);
    assert!(!asks(&answer) && !is_signed_in(&browser, &world.apps.web).await);
}

#[tokio::test]
async fn v11_without_proof_a_page_asks_first() {
    let world = World::start().await;
    let (mut browser, _hint) = signed_in(&world).await;
    let id = world.apps.web.client_id.as_str();
    for parameters in [vec![], vec![("client_id", id), ("post_logout_redirect_uri", AFTERWARDS)]] {
        let page = browser.visit(&path(&parameters)).await;
        assert_stays(&page);
        assert!(asks(&page) && page.text().contains("olivia@acme.test"));
        assert!(is_signed_in(&browser, &world.apps.web).await);
    }
}

#[tokio::test]
async fn who_confirms_is_signed_out_and_goes_where_the_client_asked() {
    let world = World::start().await;
    let (mut browser, _hint) = signed_in(&world).await;
    let id = world.apps.web.client_id.as_str();
    let parameters = [("client_id", id), ("post_logout_redirect_uri", AFTERWARDS), ("state", "s")];
    let page = browser.visit(&path(&parameters)).await;
    let answer = browser.submit(&Form::read(page.text()).unwrap()).await;
    assert_eq!((answer.status(), answer.returned("state").as_deref()), (303, Some("s")));
    assert!(!is_signed_in(&browser, &world.apps.web).await);
}

#[tokio::test]
async fn v11_the_hint_of_another_client_or_person_asks_too() {
    let world = World::start().await;
    let (mut browser, hint) = signed_in(&world).await;
    let other = world.apps.steady.client_id.as_str();
    let mut robin = world.browser();
    robin.authorize(&Ask::of(&world.apps.web), &world.people.robin).await;
    let foreign = [("id_token_hint", hint.as_str()), ("client_id", other)];
    assert!(asks(&browser.visit(&path(&foreign)).await));
    assert!(asks(&browser.visit(&path(&[("id_token_hint", "x.y.z")])).await));
    let of_olivia = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS)];
    let page = robin.visit(&path(&of_olivia)).await;
    assert_stays(&page);
    assert!(asks(&page) && is_signed_in(&robin, &world.apps.web).await);
}

#[tokio::test]
async fn a25_v11_nobody_is_sent_to_an_address_that_is_not_registered_for_it() {
    let world = World::start().await;
    let (browser, hint) = signed_in(&world).await;
    let redirect = world.apps.web.redirect_uri.as_str();
    for uri in ["https://evil.test/", "https://web.test/bye", redirect, "javascript:alert(1)"] {
        let mut browser = browser.clone();
        let parameters = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", uri)];
        let answer = browser.visit(&path(&parameters)).await;
        assert_stays(&answer);
        assert!(!answer.text().contains(uri), "{uri}");
    }
}

#[tokio::test]
async fn without_a_session_only_a_hint_leads_on_by_itself() {
    let world = World::start().await;
    let (_signed_in, hint) = signed_in(&world).await;
    let id = world.apps.web.client_id.as_str();
    let named = [("client_id", id), ("post_logout_redirect_uri", AFTERWARDS)];
    let answer = world.browser().visit(&path(&named)).await;
    assert_stays(&answer);
    assert!(answer.text().contains("id=\"continue\""));
    let proved = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS)];
    let answer = world.browser().visit(&path(&proved)).await;
    assert_eq!(answer.destination().unwrap().as_str(), AFTERWARDS);
}

/// A cross-site POST comes without cookies: a GET of ours goes on, and no token gets into its URL.
#[tokio::test]
async fn a_client_may_post() {
    let world = World::start().await;
    let (mut browser, hint) = signed_in(&world).await;
    let form = [("id_token_hint", hint.as_str()), ("client_id", world.apps.web.client_id.as_str())];
    let answer = world.post("/oauth2/logout").form(form).send().await;
    let next = answer.header("location").unwrap();
    assert!(!next.contains(&hint) && next.contains("client_id="), "{next}");
    let page = browser.visit(next.strip_prefix(postern_testkit::ISSUER).unwrap()).await;
    assert!(asks(&page));
}

/// From a page of the same site the cookie comes along: a hint that is true needs no question, as by GET.
#[tokio::test]
async fn a_post_from_the_same_site_is_as_good_as_a_get() {
    let world = World::start().await;
    let (mut browser, hint) = signed_in(&world).await;
    let post = |hint: &str| {
        let form = [("id_token_hint", hint), ("client_id", world.apps.web.client_id.as_str())];
        world.post("/oauth2/logout").form(form)
    };
    let page = browser.send(post("x.y.z")).await;
    assert!(asks(&page), "{}", page.text());
    assert!(is_signed_in(&browser, &world.apps.web).await);
    assert_stays(&browser.send(post(&hint)).await);
    assert!(!is_signed_in(&browser, &world.apps.web).await);
}

#[tokio::test]
async fn a19_the_form_counts_in_its_own_browser_alone() {
    let world = World::start().await;
    let (mut browser, _hint) = signed_in(&world).await;
    let page = browser.visit("/oauth2/logout").await;
    let form = Form::read(page.text()).unwrap();
    let forged = form.clone().fill("csrf", &"A".repeat(43));
    let refused = browser.send(browser.post(&forged)).await;
    assert_page(&refused, 403);
    let elsewhere = world.post("/oauth2/logout").form([("csrf", form.value("csrf"))]);
    let elsewhere = elsewhere.header("origin", "https://evil.test");
    assert_page(&browser.send(elsewhere).await, 403);
    let mut robin = world.signed_in(&world.people.robin).await;
    let draft = robin.post(&form);
    assert_page(&robin.send(draft).await, 403);
    assert!(is_signed_in(&browser, &world.apps.web).await);
}

#[tokio::test]
async fn a10_what_makes_no_sense_is_refused() {
    let world = World::start().await;
    for query in ["state=a&state=b".to_owned(), format!("state={}", "x".repeat(2049))] {
        assert_page(&world.browser().visit(&format!("/oauth2/logout?{query}")).await, 400);
    }
}
