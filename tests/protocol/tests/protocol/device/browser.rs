//! The page at which somebody types the code, and the consent that follows.

use postern_core::audit::{Actor, Kind};
use postern_testkit::{Form, Tokens, assert_error, assert_page, claims_of};

use super::{allow, codes, consent_page, enter, poll, world};

#[tokio::test]
async fn the_page_asks_for_the_code_even_where_a_link_brings_it() {
    let world = world().await;
    let codes = codes(&world).await;
    let mut browser = world.browser();
    let page = browser.visit("/oauth2/device").await;
    assert_page(&page, 200);
    for part in ["<label for=\"user_code\">Code</label>", "name=\"user_code\"", "id=\"continue\""] {
        assert!(page.text().contains(part), "{part}");
    }
    assert!(page.header("set-cookie").unwrap().starts_with("__Host-device="));
    let linked = browser.visit(&format!("/oauth2/device?user_code={}", codes.user_code)).await;
    assert_page(&linked, 200);
    assert!(linked.text().contains(&format!("value=\"{}\"", codes.user_code)));
    assert!(linked.text().contains("only if your device shows this very code"));
    assert!(linked.all("set-cookie").is_empty(), "the browser is known");
    let hostile = browser.visit("/oauth2/device?user_code=%22%3E%3Cscript%3E").await;
    assert_page(&hostile, 200);
    assert!(hostile.text().contains("value=\"\""));
}

#[tokio::test]
async fn codes_are_typed_in_any_case_with_or_without_the_dash() {
    let world = world().await;
    for style in [str::to_lowercase, |code: &str| code.replace('-', ""), |code: &str| code.replace('-', " ")]
    {
        let codes = codes(&world).await;
        let (_, page) = consent_page(&world, &world.people.olivia, &style(&codes.user_code)).await;
        assert!(page.text().contains("id=\"allow\""), "{}", page.text());
    }
}

#[tokio::test]
async fn the_consent_page_says_who_asks_from_where_and_for_what() {
    let world = world().await;
    let codes = codes(&world).await;
    world.clock.advance(130);
    let mut browser = world.browser();
    let login = enter(&mut browser, &codes.user_code).await;
    assert!(login.text().contains("id=\"sign-in\""), "{}", login.text());
    let page = browser.sign_in(&login, &world.people.bo).await;
    assert_page(&page, 200);
    for part in
        ["Phone app", "bo@both.test", "2 minutes ago", "198.51.100.0/24", "Acme", "Globex", "id=\"deny\""]
    {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let form = Form::read(page.text()).unwrap().fill("decision", "allow");
    assert_eq!(browser.submit(&form).await.status(), 403, "nobody's tenant is chosen by itself");
    let form = form.fill("tenant", world.tenants.globex.as_str());
    assert!(browser.submit(&form).await.text().contains("Your device is connected"));
    let tokens = Tokens::of(&poll(&world, &world.apps.native, &codes.device_code).send().await);
    assert_eq!(claims_of(&tokens.access)["tenant"], world.tenants.globex.as_str());
}

#[tokio::test]
async fn s01_a_tenant_of_others_cannot_be_chosen() {
    let world = world().await;
    let codes = codes(&world).await;
    let (mut browser, page) = consent_page(&world, &world.people.olivia, &codes.user_code).await;
    let form = Form::read(page.text()).unwrap().fill("decision", "allow");
    let foreign = form.fill("tenant", world.tenants.globex.as_str());
    assert_eq!(browser.submit(&foreign).await.status(), 403);
    let answer = poll(&world, &world.apps.native, &codes.device_code).send().await;
    assert_error(&answer, 400, "authorization_pending");
}

#[tokio::test]
async fn x03_only_the_browser_that_came_first_goes_on() {
    let world = world().await;
    let codes = codes(&world).await;
    let mut first = world.browser();
    enter(&mut first, &codes.user_code).await;
    let mut second = world.signed_in(&world.people.gloria).await;
    let refused = enter(&mut second, &codes.user_code).await;
    assert_page(&refused, 400);
    assert!(refused.text().contains("This code is wrong, has expired, or was used."));
    // The browser that came first may come again.
    let login = enter(&mut first, &codes.user_code).await;
    let page = first.sign_in(&login, &world.people.olivia).await;
    assert!(page.text().contains("id=\"allow\""));
    assert!(first.decide(&page, "allow").await.text().contains("Your device is connected"));
}

#[tokio::test]
async fn x03_the_consent_is_bound_to_the_browser_that_typed_the_code() {
    let world = world().await;
    let codes = codes(&world).await;
    let (mut browser, page) = consent_page(&world, &world.people.olivia, &codes.user_code).await;
    browser.jar.put("__Host-device", "another");
    assert_page(&browser.decide(&page, "allow").await, 400);
    let answer = poll(&world, &world.apps.native, &codes.device_code).send().await;
    assert_error(&answer, 400, "authorization_pending");
}

#[tokio::test]
async fn a_decision_is_made_once() {
    let world = world().await;
    let codes = codes(&world).await;
    let (mut browser, page) = consent_page(&world, &world.people.olivia, &codes.user_code).await;
    let mut twin = browser.clone();
    assert_eq!(browser.decide(&page, "allow").await.status(), 200);
    for decision in ["deny", "allow"] {
        assert_page(&twin.clone().decide(&page, decision).await, 400);
    }
    assert_page(&enter(&mut twin, &codes.user_code).await, 400);
    Tokens::of(&poll(&world, &world.apps.native, &codes.device_code).send().await);
}

#[tokio::test]
async fn x01_five_wrong_codes_of_a_browser_are_enough() {
    let world = world().await;
    let mut browser = world.browser();
    for try_ in 0..5 {
        // From elsewhere each time: the browser counts.
        browser = browser.at(&format!("203.0.113.{try_}"));
        assert_page(&enter(&mut browser, "BCDF-GHJK").await, 400);
    }
    let codes = codes(&world).await;
    browser = browser.at("203.0.113.9");
    let wait = enter(&mut browser, &codes.user_code).await;
    assert_page(&wait, 429);
    assert!(wait.header("retry-after").is_some());
    world.clock.advance(900);
    let fresh = super::codes(&world).await;
    assert!(enter(&mut browser, &fresh.user_code).await.text().contains("id=\"sign-in\""));
}

#[tokio::test]
async fn x01_and_so_are_five_from_one_address() {
    let world = world().await;
    for _ in 0..5 {
        assert_page(&enter(&mut world.browser().at("203.0.113.7"), "no code").await, 400);
    }
    let codes = codes(&world).await;
    assert_page(&enter(&mut world.browser().at("203.0.113.7"), &codes.user_code).await, 429);
    // Right ones do not count.
    for _ in 0..7 {
        let codes = super::codes(&world).await;
        let page = enter(&mut world.browser().at("203.0.113.8"), &codes.user_code).await;
        assert!(page.text().contains("id=\"sign-in\""), "{}", page.text());
    }
}

#[tokio::test]
async fn a19_a_forged_form_is_refused() {
    let world = world().await;
    let codes = codes(&world).await;
    let mut browser = world.browser();
    let page = browser.visit("/oauth2/device").await;
    let form = Form::read(page.text()).unwrap().fill("user_code", &codes.user_code);
    for forged in [form.clone().fill("csrf", "x"), form.clone().fill("csrf", "")] {
        assert_page(&browser.submit(&forged).await, 403);
    }
    assert_page(&world.browser().submit(&form).await, 403);
    let framed = browser.post(&form).header("sec-fetch-dest", "iframe");
    assert_page(&browser.send(framed).await, 403);
}

#[tokio::test]
async fn s15_consent_and_refusal_have_one_event_each() {
    let world = world().await;
    let (first, second) = (codes(&world).await, codes(&world).await);
    let (mut browser, page) = consent_page(&world, &world.people.olivia, &first.user_code).await;
    browser.decide(&page, "deny").await;
    allow(&world, &second.user_code).await;
    poll(&world, &world.apps.native, &second.device_code).send().await;
    let events = world.events(Some(&world.tenants.acme)).await;
    for kind in [Kind::ConsentDenied, Kind::ConsentGiven, Kind::CodeExchanged] {
        let found: Vec<_> = events
            .iter()
            .filter(|it| it.kind == kind && it.client_id.as_ref() == Some(&world.apps.native.client_id))
            .collect();
        assert_eq!(found.len(), 1, "{kind:?} {events:#?}");
        let olivia = &world.people.olivia.user_id;
        let by_olivia = found[0].actor == Actor::User(olivia.clone());
        assert!(by_olivia || found[0].subject.as_ref() == Some(olivia));
    }
}

/// What a client registered about the age of logins holds for its devices, too (OpenID Connect Registration section 2).
#[tokio::test]
async fn a22_a_login_that_is_too_old_for_the_client_is_made_again() {
    let world = world().await;
    let native = &world.apps.native;
    world.edit_client(&native.client_id, |it| it.openid.default_max_age = Some(50)).await;
    let mut browser = world.signed_in(&world.people.olivia).await;
    for (seconds, asked) in [(0, false), (51, true)] {
        world.clock.advance(seconds);
        let codes = codes(&world).await;
        let page = enter(&mut browser, &codes.user_code).await;
        assert_eq!(page.text().contains("id=\"sign-in\""), asked, "{}", page.text());
        assert_eq!(page.text().contains("id=\"allow\""), !asked);
    }
}
