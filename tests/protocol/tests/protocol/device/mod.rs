//! Device authorization (RFC 8628): a device asks, somebody allows it in a browser, the device gets tokens.

mod browser;
mod own_apis;
mod polling;

use postern_core::client::GrantType;
use postern_testkit::{
    Answer, App, Browser, Draft, Form, Person, Tokens, World, assert_error, assert_page, claims_of,
};
use serde_json::json;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PAGE: &str = "https://as.test/oauth2/device";
const SCOPE: &str = "openid offline_access contact.read";

/// What a device was told.
#[derive(Clone)]
struct Codes {
    device_code: String,
    user_code: String,
}

/// A world whose phone app and web app may run on devices.
async fn world() -> World {
    let world = World::start().await;
    for app in [&world.apps.native, &world.apps.web] {
        world.edit_client(&app.client_id, |it| it.grant_types.push(GrantType::DeviceCode)).await;
    }
    world
}

fn ask(world: &World, app: &App, scope: &str) -> Draft {
    world.post("/oauth2/device_authorization").form([("scope", scope)]).by(app)
}

/// The phone app's codes.
async fn codes(world: &World) -> Codes {
    let answer = ask(world, &world.apps.native, SCOPE).send().await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    Codes { device_code: answer.member("device_code"), user_code: answer.member("user_code") }
}

/// What the device asks again and again.
fn poll(world: &World, app: &App, device_code: &str) -> Draft {
    let form = [("grant_type", GRANT_TYPE), ("device_code", device_code)];
    world.post("/oauth2/token").form(form).by(app)
}

/// What comes when somebody types a code.
async fn enter(browser: &mut Browser, user_code: &str) -> Answer {
    let page = browser.visit("/oauth2/device").await;
    let form = Form::read(page.text()).expect("a form").fill("user_code", user_code);
    browser.submit(&form).await
}

/// Somebody signs in, and gets to the consent page.
async fn consent_page(world: &World, person: &Person, user_code: &str) -> (Browser, Answer) {
    let mut browser = world.signed_in(person).await;
    let page = enter(&mut browser, user_code).await;
    assert_page(&page, 200);
    (browser, page)
}

/// Olivia allows the device.
async fn allow(world: &World, user_code: &str) -> Answer {
    let (mut browser, page) = consent_page(world, &world.people.olivia, user_code).await;
    browser.decide(&page, "allow").await
}

#[tokio::test]
async fn a_device_gets_tokens_once_somebody_has_allowed_it() {
    let world = world().await;
    let app = &world.apps.native;
    let answer = ask(&world, app, SCOPE).send().await;
    let told = answer.json();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        (&told["verification_uri"], &told["expires_in"], &told["interval"]),
        (&json!(PAGE), &json!(600), &json!(5))
    );
    let codes = Codes { device_code: answer.member("device_code"), user_code: answer.member("user_code") };
    assert_eq!(told["verification_uri_complete"], format!("{PAGE}?user_code={}", codes.user_code));
    assert_error(&poll(&world, app, &codes.device_code).send().await, 400, "authorization_pending");
    let done = allow(&world, &codes.user_code).await;
    assert_page(&done, 200);
    assert!(done.text().contains("Your device is connected"));
    let tokens = Tokens::of(&poll(&world, app, &codes.device_code).send().await);
    let (access, id) = (claims_of(&tokens.access), claims_of(&tokens.id));
    assert_eq!(
        (&access["sub"], &access["tenant"]),
        (&json!(world.people.olivia.user_id.as_str()), &json!(world.tenants.acme.as_str()))
    );
    assert_eq!(
        (&access["client_id"], &id["aud"]),
        (&json!(app.client_id.as_str()), &json!(app.client_id.as_str()))
    );
    assert!(id.get("nonce").is_none() && id["auth_time"].is_u64());
    assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "allowed");
    Tokens::of(&world.refresh(app, &tokens.refresh).send().await);
}

#[tokio::test]
async fn a_confidential_client_authenticates_at_both_doors() {
    let world = world().await;
    let web = &world.apps.web;
    let nobody = world.post("/oauth2/device_authorization").form([("scope", SCOPE)]);
    assert_error(&nobody.form([("client_id", web.client_id.as_str())]).send().await, 401, "invalid_client");
    let answer = ask(&world, web, SCOPE).send().await;
    let code = answer.member("device_code");
    allow(&world, &answer.member("user_code")).await;
    let form =
        [("grant_type", GRANT_TYPE), ("device_code", code.as_str()), ("client_id", web.client_id.as_str())];
    assert_error(&world.post("/oauth2/token").form(form).send().await, 401, "invalid_client");
    Tokens::of(&poll(&world, web, &code).send().await);
}

#[tokio::test]
async fn what_a_device_may_not_ask_for_is_refused_at_once() {
    let world = world().await;
    let native = &world.apps.native;
    for scope in ["", "nothing", "a\"b", "openid nothing"] {
        assert_error(&ask(&world, native, scope).send().await, 400, "invalid_scope");
    }
    let target = ask(&world, native, SCOPE).form([("resource", "https://unknown.test")]);
    assert_error(&target.send().await, 400, "invalid_target");
    for app in [&world.apps.spa, &world.apps.service, &world.apps.platform] {
        assert_error(&ask(&world, app, "contact.read").send().await, 400, "unauthorized_client");
    }
    assert_error(&world.get("/oauth2/device_authorization").send().await, 405, "invalid_request");
}
