//! Confidential clients that are registered so may leave PKCE out (`require_pkce`; OAuth 2.1 section 7.5.1).

use postern_testkit::{App, Ask, Code, VERIFIER, World, assert_error};

use super::assert_told;

fn plain(app: &App) -> Ask {
    Ask::of(app).without("code_challenge").without("code_challenge_method")
}

async fn code(world: &World, ask: &Ask) -> Code {
    Code::of(&world.browser().authorize(ask, &world.people.olivia).await, ask)
}

#[tokio::test]
async fn p01_a_confidential_client_may_and_a_public_one_never() {
    let world = World::start().await;
    let (web, spa) = (&world.apps.web, &world.apps.spa);
    for app in [web, spa] {
        world.edit_client(&app.client_id, |it| it.openid.pkce_optional = true).await;
    }
    let code = code(&world, &plain(web)).await;
    let form = [("grant_type", "authorization_code"), ("code", code.code.as_str())];
    let draft = world.post("/oauth2/token").form(form).form([("redirect_uri", code.redirect_uri.as_str())]);
    assert_eq!(draft.by(web).send().await.status(), 200);
    let answer = world.get(&plain(spa).path()).send().await;
    assert_eq!(super::error_of(&answer), "invalid_request");
}

#[tokio::test]
async fn p01_who_is_not_registered_so_may_not() {
    let world = World::start().await;
    assert_told(&world.get(&plain(&world.apps.web).path()).send().await, "invalid_request");
}

#[tokio::test]
async fn p02_p04_a_challenge_that_is_sent_counts() {
    let world = World::start().await;
    let web = &world.apps.web;
    world.edit_client(&web.client_id, |it| it.openid.pkce_optional = true).await;
    let method = plain(web).with("code_challenge_method", "S256");
    assert_told(&world.get(&method.path()).send().await, "invalid_request");
    let weak = Ask::of(web).with("code_challenge_method", "plain");
    assert_told(&world.get(&weak.path()).send().await, "invalid_request");
    let code = code(&world, &Ask::of(web)).await;
    let form = [("grant_type", "authorization_code"), ("code", code.code.as_str())];
    let without = world.post("/oauth2/token").form(form).by(web).send().await;
    assert_error(&without, 400, "invalid_grant");
    assert_eq!(world.exchange(web, &code).send().await.status(), 200);
}

#[tokio::test]
async fn p03_a_verifier_without_a_challenge_is_a_downgrade() {
    let world = World::start().await;
    let web = &world.apps.web;
    world.edit_client(&web.client_id, |it| it.openid.pkce_optional = true).await;
    let code = code(&world, &plain(web)).await;
    for verifier in [VERIFIER, "short"] {
        let form = [("grant_type", "authorization_code"), ("code", &code.code), ("code_verifier", verifier)];
        assert_error(&world.post("/oauth2/token").form(form).by(web).send().await, 400, "invalid_grant");
    }
}
