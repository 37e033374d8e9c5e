//! Userinfo (OpenID Connect Core section 5.3).

use postern_core::client::Client;
use postern_core::http::Method;
use postern_core::param::ScopeSet;
use postern_testkit::{Answer, Tokens, World, assert_error};
use serde_json::json;

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str, challenge: &str) {
    assert_error(answer, status, error);
    assert_eq!(answer.header("www-authenticate"), Some(challenge));
}

#[tokio::test]
async fn the_scopes_say_which_claims() {
    let world = World::start().await;
    let (app, olivia) = (&world.apps.web, &world.people.olivia);
    let sub = olivia.user_id.as_str();
    for (scope, claims) in [
        ("openid", json!({"sub": sub})),
        ("openid profile", json!({"sub": sub, "name": olivia.name})),
        ("openid email", json!({"sub": sub, "email": olivia.email, "email_verified": true})),
    ] {
        let tokens = world.tokens_for(app, olivia, scope).await;
        for draft in [world.userinfo(&tokens.access), world.post("/oauth2/userinfo").bearer(&tokens.access)] {
            let answer = draft.send().await;
            assert_eq!((answer.status(), answer.json()), (200, claims.clone()));
        }
    }
}

#[tokio::test]
async fn without_openid_there_is_nothing_to_know() {
    let world = World::start().await;
    let tokens = world.tokens_for(&world.apps.web, &world.people.olivia, "contact.read").await;
    let service = Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await);
    for token in [&tokens.access, &service.access] {
        let challenge = "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"openid\"";
        assert_refused(&world.userinfo(token).send().await, 403, "insufficient_scope", challenge);
    }
}

#[tokio::test]
async fn a_request_without_exactly_one_token_is_only_challenged() {
    let world = World::start().await;
    let token = world.tokens(&world.apps.web).await.access;
    let bare = "Bearer realm=\"api\"";
    let query = format!("/oauth2/userinfo?access_token={token}");
    for draft in [
        world.get("/oauth2/userinfo"),
        world.get(&query),
        world.userinfo(&token).bearer(&token),
        world.get("/oauth2/userinfo").by(&world.apps.web),
    ] {
        let answer = draft.send().await;
        assert_eq!(
            (answer.status(), answer.header("www-authenticate"), answer.text()),
            (401, Some(bare), "")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn j07_nothing_but_a_live_access_token() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens(app).await;
    let challenge = "Bearer realm=\"api\", error=\"invalid_token\"";
    for other in [tokens.id.as_str(), &tokens.refresh, "x", "a,b", "a.b.c"] {
        assert_refused(&world.userinfo(other).send().await, 401, "invalid_token", challenge);
    }
    world.edit_tenant(&world.tenants.acme, |it| it.active = false).await;
    assert_refused(&world.userinfo(&tokens.access).send().await, 401, "invalid_token", challenge);
    world.edit_tenant(&world.tenants.acme, |it| it.active = true).await;
    world.clock.advance(3_600);
    assert_refused(&world.userinfo(&tokens.access).send().await, 401, "invalid_token", challenge);
}

#[tokio::test]
async fn only_get_and_post() {
    let world = World::start().await;
    for method in [Method::PUT, Method::DELETE] {
        let answer = world.request(method, "/oauth2/userinfo").send().await;
        assert_error(&answer, 405, "invalid_request");
        assert_eq!(answer.header("allow"), Some("GET, POST, OPTIONS"));
    }
}

#[tokio::test]
async fn r10_the_networks_of_the_client_count_here_too() {
    let world = World::start().await;
    let app = &world.apps.web;
    let token = world.tokens(app).await.access;
    let networks = postern_core::network::Networks::parse(["203.0.113.0/24"]).unwrap();
    world.edit_client(&app.client_id, |it| it.networks = networks).await;
    assert_refused(
        &world.instance().get("/oauth2/userinfo").bearer(&token).send().await,
        403,
        "ip_not_allowed",
        "Bearer realm=\"api\"",
    );
}

#[tokio::test]
async fn i7_a_scope_that_the_client_lost_tells_nothing_more() {
    let world = World::start().await;
    let (app, olivia) = (&world.apps.web, &world.people.olivia);
    let token = world.tokens_for(app, olivia, "openid profile email").await.access;
    let fewer = |it: &mut Client, text| {
        it.entitlements = it.entitlements.clone().with_openid(&ScopeSet::parse(text).unwrap());
    };
    world.edit_client(&app.client_id, |it| fewer(it, "openid profile")).await;
    let claims = world.instance().get("/oauth2/userinfo").bearer(&token).send().await.json();
    assert_eq!(claims, json!({ "sub": olivia.user_id.as_str(), "name": olivia.name }));
    world.edit_client(&app.client_id, |it| fewer(it, "profile")).await;
    assert_error(
        &world.instance().get("/oauth2/userinfo").bearer(&token).send().await,
        403,
        "insufficient_scope",
    );
}
