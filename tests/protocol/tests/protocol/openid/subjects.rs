//! `sub`, public and pairwise (OpenID Connect Core section 8).

use postern_core::openid::SubjectType;
use postern_core::param::RedirectUri;
use postern_testkit::{App, Ask, Tokens, World, claims_of};

use super::{assert_told, tokens};

async fn make_pairwise(world: &World, app: &App) {
    world.edit_client(&app.client_id, |it| it.openid.subject_type = SubjectType::Pairwise).await;
}

fn sub_of(tokens: &Tokens) -> String {
    claims_of(&tokens.id)["sub"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_pairwise_subject_is_of_one_user_and_one_sector() {
    let world = World::start().await;
    let (web, steady, spa) = (&world.apps.web, &world.apps.steady, &world.apps.spa);
    for app in [web, steady, spa] {
        make_pairwise(&world, app).await;
    }
    let first = sub_of(&tokens(&world, web, &Ask::of(web)).await);
    assert_eq!(first, sub_of(&tokens(&world, web, &Ask::of(web)).await), "always the same");
    assert_eq!(first, sub_of(&tokens(&world, steady, &Ask::of(steady)).await), "the same host");
    assert_ne!(first, sub_of(&tokens(&world, spa, &Ask::of(spa)).await), "another host");
    let robin = sub_of(&world.tokens_for(web, &world.people.robin, "openid").await);
    assert_ne!(first, robin);
    for text in [&first, &robin] {
        assert!(text.len() <= 255 && text.is_ascii() && !text.contains("usr_"), "{text}");
    }
}

#[tokio::test]
async fn a_client_is_told_one_subject_everywhere_and_the_api_the_user() {
    let world = World::start().await;
    let web = &world.apps.web;
    make_pairwise(&world, web).await;
    let tokens = tokens(&world, web, &Ask::of(web)).await;
    let sub = sub_of(&tokens);
    assert_eq!(world.userinfo(&tokens.access).send().await.member("sub"), sub);
    for token in [&tokens.access, &tokens.refresh] {
        assert_eq!(world.introspect(web, token).send().await.member("sub"), sub);
    }
    let refreshed = Tokens::of(&world.refresh(web, &tokens.refresh).send().await);
    assert_eq!(sub_of(&refreshed), sub);
    assert_eq!(claims_of(&refreshed.access)["sub"], world.people.olivia.user_id.as_str());
    assert_eq!(world.gate(0).call("GET /me", &refreshed.access).await.name(), "allowed");
}

#[tokio::test]
async fn hints_and_claims_name_the_pairwise_subject() {
    let world = World::start().await;
    let web = &world.apps.web;
    make_pairwise(&world, web).await;
    let mut browser = world.browser();
    browser.authorize(&Ask::of(web), &world.people.olivia).await;
    let token = tokens(&world, web, &Ask::of(web)).await;
    let silent = Ask::of(web).with("prompt", "none");
    let hinted = silent.clone().with("id_token_hint", &token.id);
    assert!(browser.open(&hinted).await.returned("code").is_some());
    for (sub, found) in [(sub_of(&token).as_str(), true), (world.people.olivia.user_id.as_str(), false)] {
        let claims = serde_json::json!({"id_token": {"sub": {"value": sub}}}).to_string();
        let answer = browser.open(&silent.clone().with("claims", &claims)).await;
        if found {
            assert!(answer.returned("code").is_some());
        } else {
            assert_told(&answer, "login_required");
        }
    }
}

/// Section 8.1: with several hosts, a sector has to be named.
#[tokio::test]
async fn a_sector_is_the_host_of_the_redirect_uris_or_named() {
    let world = World::start().await;
    let web = &world.apps.web;
    make_pairwise(&world, web).await;
    let before = sub_of(&tokens(&world, web, &Ask::of(web)).await);
    let more = ["https://app.test/second", "https://other.test/callback"]
        .map(|it| RedirectUri::register(it).unwrap());
    world
        .edit_client(&web.client_id, |client| {
            client.redirect_uris.extend(more);
            client.openid.sector_identifier = Some("app.test".to_owned());
        })
        .await;
    let there = Ask::of(web).with("redirect_uri", "https://other.test/callback");
    let answer = world.browser().authorize(&there, &world.people.olivia).await;
    let code = postern_testkit::Code::of(&answer, &there);
    assert_eq!(sub_of(&Tokens::of(&world.exchange(web, &code).send().await)), before);
}
