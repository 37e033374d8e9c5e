//! `prompt=none`: a code or an error, never a page (OpenID Connect Core sections 3.1.2.1 and 3.1.2.6; A20).

use postern_testkit::{Answer, Ask, Code, Person, World, assert_page};

use super::{assert_told, consented};

fn silent(ask: Ask) -> Ask {
    ask.with("prompt", "none")
}

#[tokio::test]
async fn a20_a_session_and_a_remembered_consent_give_a_code() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let ask = silent(Ask::of(&world.apps.web));
    let answer = browser.open(&ask).await;
    assert_eq!(answer.status(), 303);
    let code = Code::of(&answer, &ask);
    assert_eq!(world.exchange(&world.apps.web, &code).send().await.status(), 200);
}

#[tokio::test]
async fn a20_without_a_session_login_is_required() {
    let world = World::start().await;
    let before = world.dump().await;
    assert_told(&world.get(&silent(Ask::of(&world.apps.web)).path()).send().await, "login_required");
    assert_eq!(world.dump().await, before, "nothing is kept of a request that is answered at once");
}

#[tokio::test]
async fn a20_without_a_consent_consent_is_required() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let wider = Ask::of(&world.apps.web).with("scope", "openid contact.read contact.write");
    assert_told(&browser.open(&silent(wider)).await, "consent_required");
    assert_told(&browser.open(&silent(Ask::of(&world.apps.steady))).await, "consent_required");
}

#[tokio::test]
async fn a15_an_app_that_anybody_may_claim_to_be_gets_no_silent_code() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.native);
    browser.authorize(&ask, &world.people.olivia).await;
    assert_told(&browser.open(&silent(ask)).await, "consent_required");
}

#[tokio::test]
async fn a_choice_of_organisations_is_an_account_selection() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.web);
    browser.authorize(&ask, &world.people.bo).await;
    assert_told(&browser.open(&silent(ask)).await, "account_selection_required");
}

#[tokio::test]
async fn what_only_a_page_can_settle_is_interaction() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let platform = Ask::of(&world.apps.platform).with("scope", "contact.read");
    assert_told(&browser.open(&silent(platform)).await, "interaction_required");
    world.edit_tenant(&world.tenants.acme, |tenant| tenant.active = false).await;
    assert_told(&browser.open(&silent(Ask::of(&world.apps.web))).await, "interaction_required");
}

/// The POST comes without the session's cookie: it goes on with a GET, and that one redirects to the client.
#[tokio::test]
async fn a24_by_post_too() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    for (known, expected) in [(true, ""), (false, "login_required")] {
        let ask = silent(Ask::of(&world.apps.web));
        let begun = world.post("/oauth2/authorize").form(ask.pairs()).send().await;
        browser.jar.absorb(&begun);
        if !known {
            browser.jar.put("__Host-sid", "");
        }
        let answer = browser.visit(&path_of(&begun)).await;
        assert_eq!((answer.status(), super::error_of(&answer).as_str()), (303, expected));
        assert_eq!(answer.returned("code").is_some(), known);
    }
}

/// Whoever guesses who is there learns nothing by it: right and wrong are one answer, and that of nobody.
#[tokio::test]
async fn a20_a_guess_at_who_is_there_is_not_confirmed() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let sub = |person: &Person| format!(r#"{{"id_token":{{"sub":{{"value":"{}"}}}}}}"#, person.user_id);
    let guess = |claims: &str| silent(Ask::of(&world.apps.steady)).with("claims", claims);
    let (right, wrong) = (guess(&sub(&world.people.olivia)), guess(&sub(&world.people.robin)));
    let nobody = world.get(&right.path()).send().await;
    for answer in [browser.open(&right).await, browser.open(&wrong).await] {
        assert_told(&answer, "login_required");
        assert_eq!(answer.header("location"), nobody.header("location"));
    }
    // Whom it already knows, by consent, it may name.
    let known = silent(Ask::of(&world.apps.web)).with("claims", &sub(&world.people.olivia));
    assert!(browser.open(&known).await.returned("code").is_some());
}

#[tokio::test]
async fn a20_no_page_can_be_had_for_a_silent_request() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let ask = silent(Ask::of(&world.apps.web).with("scope", "openid contact.write"));
    let begun = world.post("/oauth2/authorize").form(ask.pairs()).send().await;
    browser.jar.absorb(&begun);
    let consent = path_of(&begun).replace("/oauth2/continue", "/oauth2/consent");
    assert_told(&browser.visit(&consent).await, "consent_required");
}

/// A18: what is never a page cannot be framed, and what is a page still is none in a frame.
#[tokio::test]
async fn a18_an_app_on_the_same_site_may_ask_in_a_frame() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    let framed = |ask: &Ask| world.get(&ask.path()).header("sec-fetch-dest", "iframe");
    assert_told(&framed(&silent(ask.clone())).send().await, "login_required");
    assert_page(&framed(&ask).send().await, 403);
    assert_page(&framed(&silent(ask).with("client_id", "nobody")).send().await, 400);
}

fn path_of(answer: &Answer) -> String {
    let url = answer.destination().unwrap();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}
