//! Headers of every page (errors included), of redirects and of everything else that a browser is shown.

use postern_core::http::Method;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Answer, Ask, Blow, Form, PASSWORD, Site, World, assert_page};

fn form_action(page: &Answer) -> Option<String> {
    let policy = page.header("content-security-policy")?;
    let directive = policy.split("; ").find(|it| it.starts_with("form-action"))?;
    Some(directive.to_owned())
}

#[tokio::test]
async fn every_page_of_a_flow_carries_every_header() {
    let world = World::start().await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    assert_page(&login, 200);
    let failed = Form::read(login.text()).unwrap().fill("email", "nobody@acme.test").fill("password", "x");
    assert_page(&browser.submit(&failed).await, 400);
    let consent = browser.sign_in(&login, &world.people.olivia).await;
    assert_page(&consent, 200);
    // Nothing on the page with the password leads elsewhere; browsers would hold the whole chain after consent
    // against any list of origins.
    assert_eq!(form_action(&login).as_deref(), Some("form-action 'self'"));
    assert_eq!(form_action(&consent), None);
    // The way back after a login is a page of its own, for the same reason.
    browser.decide(&consent, "allow").await;
    browser.jar.put("__Host-sid", "");
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let back = browser.sign_in(&login, &world.people.olivia).await;
    assert_page(&back, 200);
    assert!(back.returned("code").is_some());
}

#[tokio::test]
async fn every_error_page_carries_every_header() {
    let world = World::start().await;
    let form = "application/x-www-form-urlencoded";
    assert_page(&world.get("/oauth2/authorize").send().await, 400);
    assert_page(&world.get("/oauth2/authorize?client_id=%ff").send().await, 400);
    assert_page(&world.get("/oauth2/nowhere").send().await, 404);
    assert_page(&world.request(Method::DELETE, "/oauth2/login").send().await, 404);
    assert_page(&world.get("/oauth2/login").header("sec-fetch-dest", "iframe").send().await, 403);
    assert_page(&world.post("/oauth2/login").body(form, vec![b'x'; 70_000]).send().await, 413);
    assert_page(&world.post("/oauth2/consent").body("application/json", "{}").send().await, 400);
    let begun = world.browser().open(&Ask::of(&world.apps.web)).await;
    let keys = Site { service: Service::DynamoDb, operation: "GetItem".into(), nth: 0 };
    world.strike(&keys, Blow { kind: FaultKind::Throttle, moment: Moment::BeforeEffect, times: 3 });
    let form = Form::read(begun.text()).unwrap();
    let outage = world.get(&format!("/oauth2/login?ix={}", form.value("ix"))).send().await;
    assert_page(&outage, 503);
    assert!(outage.header("retry-after").is_some());
}

#[tokio::test]
async fn a12_a_redirect_leaves_no_trace_behind() {
    let world = World::start().await;
    let mut browser = world.browser();
    let login = browser.open(&Ask::of(&world.apps.web)).await;
    let form = Form::read(login.text()).unwrap();
    let draft = browser.post(&form.fill("email", world.people.olivia.email).fill("password", PASSWORD));
    let signed_in = browser.send(draft).await;
    let consent =
        browser.visit(signed_in.destination().unwrap().as_str().trim_start_matches("https://as.test")).await;
    let answer = browser.decide(&consent, "allow").await;
    for redirect in [signed_in, answer] {
        assert_eq!(redirect.status(), 303);
        assert_eq!(redirect.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(redirect.header("cache-control"), Some("no-store"));
        assert_eq!(redirect.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(redirect.text(), "");
    }
}

#[tokio::test]
async fn t20_no_page_is_readable_by_other_origins() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).path();
    for path in [ask.as_str(), "/oauth2/login", "/oauth2/consent", "/oauth2/continue"] {
        let answer = world.get(path).header("origin", "https://evil.test").send().await;
        assert!(answer.all("access-control-allow-origin").is_empty(), "{path}");
        let preflight =
            world.request(Method::OPTIONS, path).header("origin", "https://evil.test").send().await;
        assert!(preflight.all("access-control-allow-origin").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn the_stylesheet_is_ours_and_may_be_cached() {
    let world = World::start().await;
    let page = world.browser().open(&Ask::of(&world.apps.web)).await;
    assert!(page.text().contains("href=\"/assets/postern.css\""));
    let sheet = world.get("/assets/postern.css").send().await;
    assert_eq!((sheet.status(), sheet.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert_eq!(sheet.header("x-content-type-options"), Some("nosniff"));
    assert!(!sheet.text().contains("url(") && !sheet.text().contains("@import"));
}
