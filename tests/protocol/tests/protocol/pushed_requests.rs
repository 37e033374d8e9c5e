//! Pushed authorization requests (RFC 9126).

use postern_core::http::Method;
use postern_testkit::{Answer, App, Ask, Code, Draft, Prover, Tokens, World, assert_error, assert_page};
use serde_json::json;

/// A push of `ask` by `app`.
fn push(world: &World, app: &App, ask: &Ask) -> Draft {
    // `client_id` comes with the app where it is public.
    let pairs = ask.pairs().filter(|(name, _)| *name != "client_id" || app.secret.is_some());
    world.post("/oauth2/par").form(pairs).by(app)
}

/// What the browser brings for a pushed request.
fn link(app: &App, answer: &Answer) -> Ask {
    assert_eq!((answer.status(), answer.json()["expires_in"].clone()), (201, json!(60)), "{}", answer.text());
    let blank = ["response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge"];
    let bare = blank.iter().fold(Ask::of(app), |ask, name| ask.without(name));
    bare.without("code_challenge_method").with("request_uri", &answer.member("request_uri"))
}

#[tokio::test]
async fn a_pushed_request_gets_its_code_and_its_tokens() {
    let world = World::start().await;
    for app in [&world.apps.web, &world.apps.spa] {
        let ask = Ask::of(app).with("state", "st-pushed");
        let pushed = push(&world, app, &ask).send().await;
        let link = link(app, &pushed).with("scope", "contact.all").with("state", "st-forged");
        let mut browser = world.signed_in(&world.people.olivia).await;
        let answer = browser.authorize(&link, &world.people.olivia).await;
        // What the browser says beside it is ignored.
        assert_eq!(answer.returned("state").as_deref(), Some("st-pushed"));
        let tokens = Tokens::of(&world.exchange(app, &Code::of(&answer, &ask)).send().await);
        assert_eq!(tokens.body["scope"], "contact.read email offline_access openid profile");
    }
}

#[tokio::test]
async fn x05_a_request_uri_serves_once_its_client_for_sixty_seconds() {
    let world = World::start().await;
    let app = &world.apps.web;
    let (steady, ask) = (&world.apps.steady, Ask::of(app));
    let first = link(app, &push(&world, app, &ask).send().await);
    let foreign = first.clone().with("client_id", steady.client_id.as_str());
    let refused = world.browser().open(&foreign).await;
    assert_page(&refused, 400);
    assert!(refused.text().contains("invalid_request_uri"));
    // Another client does not burn it.
    assert_page(&world.browser().open(&first).await, 200);
    assert_page(&world.browser().open(&first).await, 400);
    for (seconds, status) in [(59, 200), (60, 400), (61, 400)] {
        let late = link(app, &push(&world, app, &ask).send().await);
        world.clock.advance(seconds);
        assert_page(&world.browser().open(&late).await, status);
    }
    for unknown in ["par_unknown", "", "#", "par_x y"] {
        let forged = ask.clone().with("request_uri", &format!("urn:ietf:params:oauth:request_uri:{unknown}"));
        assert_page(&world.browser().open(&forged).await, 400);
    }
    let nobody = first.with("client_id", "nobody");
    assert_page(&world.browser().open(&nobody).await, 400);
}

#[tokio::test]
async fn x06_nothing_of_a_pushed_request_is_in_the_browser() {
    let world = World::start().await;
    let app = &world.apps.web;
    let pushed = push(&world, app, &Ask::of(app).with("state", "st-secret")).send().await;
    assert!(!pushed.text().contains("st-secret"));
    let page = world.get(&link(app, &pushed).path()).send().await;
    assert!(!format!("{page:?}").contains("st-secret"), "{page:?}");
}

#[tokio::test]
async fn the_checks_are_those_of_the_authorization_endpoint() {
    let world = World::start().await;
    let app = &world.apps.web;
    let ask = Ask::of(app);
    for (bad, error) in [
        (ask.clone().without("code_challenge"), "invalid_request"),
        (ask.clone().with("code_challenge_method", "plain"), "invalid_request"),
        (ask.clone().with("response_type", "token"), "unsupported_response_type"),
        (ask.clone().with("scope", "nonsense"), "invalid_scope"),
        (ask.clone().without("scope"), "invalid_scope"),
        (ask.clone().with("resource", "https://other.test"), "invalid_target"),
        (ask.clone().with("redirect_uri", "https://evil.test/callback"), "invalid_request"),
        (ask.clone().and("state", "twice"), "invalid_request"),
        (ask.clone().with("request_uri", "urn:ietf:params:oauth:request_uri:par_x"), "invalid_request"),
        (ask.clone().with("request", "a.b.c"), "request_not_supported"),
        (ask.clone().with("dpop_jkt", "x"), "invalid_request"),
    ] {
        assert_error(&push(&world, app, &bad).send().await, 400, error);
    }
    assert_error(&world.get("/oauth2/par").send().await, 405, "invalid_request");
    assert_eq!(world.request(Method::OPTIONS, "/oauth2/par").send().await.status(), 204);
}

#[tokio::test]
async fn t06_t07_the_client_authenticates_as_at_the_token_endpoint() {
    let world = World::start().await;
    let app = &world.apps.web;
    for secret in [Some("wrong".to_owned()), None] {
        let other = App { secret, ..app.clone() };
        assert_error(&push(&world, &other, &Ask::of(app)).send().await, 401, "invalid_client");
    }
    let foreign = Ask::of(app).with("client_id", world.apps.steady.client_id.as_str());
    assert_error(&push(&world, app, &foreign).send().await, 401, "invalid_client");
}

#[tokio::test]
async fn a_client_that_has_to_push_is_told_so() {
    let world = World::start().await;
    let app = &world.apps.web;
    let demand = |client: &mut postern_core::client::Client| {
        client.sender.require_pushed_authorization_requests = true;
    };
    world.edit_client(&app.client_id, demand).await;
    let answer = world.browser().open(&Ask::of(app)).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"));
    let pushed = push(&world, app, &Ask::of(app)).send().await;
    assert_page(&world.browser().open(&link(app, &pushed)).await, 200);
    let metadata = world.get("/.well-known/openid-configuration").send().await.json();
    assert_eq!(metadata["require_pushed_authorization_requests"], false);
    assert_eq!(metadata["pushed_authorization_request_endpoint"], "https://as.test/oauth2/par");
}

#[tokio::test]
async fn x07_a_proof_at_the_push_binds_the_code() {
    let world = World::start().await;
    let (prover, thief, app) = (Prover::new(), Prover::new(), &world.apps.web);
    let ask = Ask::of(app);
    let named = ask.clone().with("dpop_jkt", &thief.jkt());
    assert_error(&push(&world, app, &named).proved_by(&prover).send().await, 400, "invalid_dpop_proof");
    let pushed = push(&world, app, &ask).proved_by(&prover).send().await;
    let mut browser = world.signed_in(&world.people.olivia).await;
    let code = Code::of(&browser.authorize(&link(app, &pushed), &world.people.olivia).await, &ask);
    assert_error(&world.exchange(app, &code).proved_by(&thief).send().await, 400, "invalid_grant");
    Tokens::of(&world.exchange(app, &code).proved_by(&prover).send().await);
}
