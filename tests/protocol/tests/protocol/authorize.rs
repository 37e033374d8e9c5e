//! The authorization request: who may be answered, and with what.

use postern_core::http::StatusCode;
use postern_testkit::{Answer, Ask, Code, ISSUER, World, assert_page};

/// The client is told by redirect: this error, its `state`, the issuer.
#[track_caller]
fn assert_told(answer: &Answer, error: &str, state: Option<&str>) {
    assert_eq!(answer.status(), 303, "{}", answer.text());
    let target = answer.destination().unwrap();
    assert_eq!(target.host_str(), Some("app.test"));
    assert_eq!(answer.returned("error").as_deref(), Some(error), "{target}");
    assert_eq!(answer.returned("state").as_deref(), state);
    assert_eq!(answer.returned("iss").as_deref(), Some(ISSUER), "a09");
    assert_eq!(answer.returned("code"), None);
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// Each request is refused by redirect, and nothing is stored.
async fn refuse_all(
    requests: impl IntoIterator<Item = (Ask, &'static str, Option<&'static str>)>,
    world: &World,
) {
    let before = world.dump().await;
    for (ask, error, state) in requests {
        assert_told(&world.get(&ask.path()).send().await, error, state);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a01_an_unknown_or_switched_off_client_is_a_page_and_nothing_is_stored() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    world.edit_client(&world.apps.spa.client_id, |client| client.active = false).await;
    let before = world.dump().await;
    let off = Ask::of(&world.apps.spa);
    for ask in [
        ask.clone().with("client_id", "nobody"),
        ask.clone().with("client_id", "a#b"),
        ask.without("client_id"),
        off,
    ] {
        assert_page(&world.get(&ask.path()).send().await, 400);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn a06_a_doubled_parameter_is_refused() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    for name in ["client_id", "redirect_uri"] {
        let doubled = ask.clone().and(name, ask.value(name));
        assert_page(&world.get(&doubled.path()).send().await, 400);
    }
    let names = ["response_type", "scope", "nonce", "code_challenge", "code_challenge_method", "unheard-of"];
    let doubled =
        names.map(|name| (ask.clone().with(name, "x").and(name, "x"), "invalid_request", Some("st-1")));
    refuse_all(doubled, &world).await;
    // A doubled state cannot be given back.
    refuse_all([(ask.and("state", "other"), "invalid_request", None)], &world).await;
}

#[tokio::test]
async fn a08_only_the_code_flow() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    let of = |name, value| ask.clone().with(name, value);
    let types = ["token", "id_token", "code id_token", "code token", "CODE", "none"];
    let types = types.map(|it| (of("response_type", it), "unsupported_response_type", Some("st-1")));
    refuse_all(types, &world).await;
    let modes = ["fragment", "query.jwt", "x"];
    refuse_all(modes.map(|it| (of("response_mode", it), "invalid_request", Some("st-1"))), &world).await;
    refuse_all([(ask.without("response_type"), "invalid_request", Some("st-1"))], &world).await;
}

#[tokio::test]
async fn a08_no_page_takes_a_parameter_from_the_browser() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).with("scope", "openid");
    let mut browser = world.browser();
    let login = browser.open(&ask).await;
    let consent = browser.sign_in(&login, &world.people.olivia).await;
    let form = postern_testkit::Form::read(consent.text()).unwrap();
    let widened = form
        .fill("decision", "allow")
        .fill("scope", "openid contact.all")
        .fill("redirect_uri", "https://evil.test/");
    let widened = widened.fill("client_id", world.apps.spa.client_id.as_str()).fill("state", "st-2");
    let answer = browser.submit(&widened).await;
    assert_eq!(answer.destination().unwrap().host_str(), Some("app.test"));
    assert_eq!(answer.returned("state").as_deref(), Some("st-1"));
    let grant = world.grant(&Code::of(&answer, &ask).code).await;
    assert_eq!((grant.scopes.to_string().as_str(), &grant.client_id), ("openid", &world.apps.web.client_id));
}

#[tokio::test]
async fn a09_a_code_comes_with_the_issuer() {
    let world = World::start().await;
    let answer = world.browser().authorize(&Ask::of(&world.apps.web), &world.people.olivia).await;
    assert!(answer.returned("code").is_some());
    assert_eq!(answer.returned("iss").as_deref(), Some(ISSUER));
}

#[tokio::test]
async fn a10_state_comes_back_byte_by_byte_or_not_at_all() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).with("response_type", "token");
    let long = "x".repeat(2048);
    for state in [
        "a b+c%20&d=e#f",
        "\r\nLocation: https://evil.test/",
        "ünïcode \u{202e}",
        "\"<script>",
        long.as_str(),
    ] {
        let answer = world.get(&ask.clone().with("state", state).path()).send().await;
        assert_eq!(answer.returned("state").as_deref(), Some(state));
        let location = answer.header("location").unwrap();
        assert!(location.bytes().all(|byte| byte.is_ascii_graphic()), "{location}");
    }
    let ask = Ask::of(&world.apps.web);
    let longer = "x".repeat(2049);
    refuse_all([(ask.clone().with("state", &longer), "invalid_request", None)], &world).await;
    refuse_all([(ask.with("nonce", &longer), "invalid_request", Some("st-1"))], &world).await;
}

#[tokio::test]
async fn a11_every_post_is_answered_by_303_or_a_page() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.web);
    let begun = browser.send(world.post("/oauth2/authorize").form(ask.pairs())).await;
    let page = browser.visit(begun.destination().unwrap().path().trim_end_matches('?')).await;
    assert_page(&page, 400);
    let login = browser.open(&ask).await;
    let form = postern_testkit::Form::read(login.text()).unwrap();
    let form = form.fill("email", world.people.olivia.email).fill("password", postern_testkit::PASSWORD);
    let draft = browser.post(&form);
    let signed_in = browser.send(draft).await;
    let consent = browser.visit(&path_of(&signed_in)).await;
    let form = postern_testkit::Form::read(consent.text()).unwrap().fill("decision", "allow");
    let draft = browser.post(&form);
    let allowed = browser.send(draft).await;
    for answer in [begun, signed_in, allowed] {
        assert_eq!(answer.status(), StatusCode::SEE_OTHER.as_u16());
    }
}

fn path_of(answer: &Answer) -> String {
    let url = answer.destination().unwrap();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

#[tokio::test]
async fn a23_request_objects_are_refused_and_never_fetched() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    let objects = [
        (ask.clone().and("request", "eyJhbGciOiJub25lIn0.e30."), "request_not_supported", Some("st-1")),
        (ask.and("request_uri", "https://evil.test/request.jwt"), "request_uri_not_supported", Some("st-1")),
    ];
    refuse_all(objects, &world).await;
}

#[tokio::test]
async fn a24_a_request_by_cross_site_post_goes_on_with_a_get() {
    let world = World::start().await;
    let mut browser = world.browser();
    let ask = Ask::of(&world.apps.web);
    browser.authorize(&ask, &world.people.olivia).await;
    // The session's cookie is Lax: this POST comes without it, and the GET behind it brings it.
    let draft = world.post("/oauth2/authorize").form(ask.pairs());
    let draft = draft.header("origin", "https://app.test").header("sec-fetch-site", "cross-site");
    let begun = draft.send().await;
    assert_eq!((begun.status(), begun.destination().unwrap().path()), (303, "/oauth2/continue"));
    browser.jar.absorb(&begun);
    let answer = browser.visit(&path_of(&begun)).await;
    assert!(answer.returned("code").is_some(), "{}", answer.text());
}

#[tokio::test]
async fn a_scope_is_named_known_and_allowed() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    let bad = ["admin", "openid  email", "openid admin", "op\"enid", " openid"];
    let bad = bad.map(|it| (ask.clone().with("scope", it), "invalid_scope", Some("st-1")));
    refuse_all(bad, &world).await;
    refuse_all([(ask.clone().without("scope"), "invalid_scope", Some("st-1"))], &world).await;
    let elsewhere = ask.and("resource", "https://other.test");
    refuse_all([(elsewhere, "invalid_target", Some("st-1"))], &world).await;
}

#[tokio::test]
async fn a_client_without_the_grant_type_is_told() {
    let world = World::start().await;
    world.edit_client(&world.apps.web.client_id, |client| client.grant_types.clear()).await;
    let ask = Ask::of(&world.apps.web);
    refuse_all([(ask, "unauthorized_client", Some("st-1"))], &world).await;
}
