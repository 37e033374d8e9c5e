//! `id_token_hint` and `login_hint` (OpenID Connect Core section 3.1.2.1).

use postern_testkit::{App, Ask, Form, Tokens, World, claims_of};
use serde_json::json;

use super::{assert_told, consented, is_login, tokens};

/// An ID token about Olivia for `app`.
async fn id_token(world: &World, app: &App) -> String {
    tokens(world, app, &Ask::of(app)).await.id
}

#[tokio::test]
async fn the_user_of_the_hint_gets_a_code_and_nobody_else() {
    let world = World::start().await;
    let web = &world.apps.web;
    let ask = Ask::of(web).with("id_token_hint", &id_token(&world, web).await);
    let silent = ask.clone().with("prompt", "none");
    let mut olivia = consented(&world).await;
    assert!(olivia.open(&silent).await.returned("code").is_some());
    let mut robin = world.browser();
    robin.authorize(&Ask::of(web), &world.people.robin).await;
    assert_told(&robin.open(&silent).await, "login_required");
    let login = robin.open(&ask).await;
    assert!(is_login(&login), "the other one may sign in");
    let refused = robin.sign_in(&login, &world.people.robin).await;
    assert_eq!(super::error_of(&refused), "login_required");
    let login = robin.open(&ask).await;
    assert!(robin.sign_in(&login, &world.people.olivia).await.returned("code").is_some());
}

#[tokio::test]
async fn a_hint_that_has_expired_is_as_good() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    let hint = id_token(&world, &world.apps.web).await;
    world.clock.advance(claims_of(&hint)["exp"].as_u64().unwrap() - world.now() + 86_400);
    let mut browser = consented(&world).await;
    let ask = ask.with("id_token_hint", &hint).with("prompt", "none");
    assert!(browser.open(&ask).await.returned("code").is_some());
}

#[tokio::test]
async fn j07_what_is_no_id_token_of_this_client_is_no_hint() {
    let world = World::start().await;
    let (web, forge) = (&world.apps.web, world.forge());
    let good = id_token(&world, web).await;
    let access =
        Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await).access;
    let other = id_token(&world, &world.apps.steady).await;
    let mut header = forge.header();
    header["typ"] = json!("JWT");
    // Signed by a key that is announced: as an ID token without times, and as one of another issuer.
    let untimely = json!({"iss": claims_of(&good)["iss"], "sub": "x", "aud": web.client_id.as_str()});
    let mut foreign = claims_of(&good);
    foreign["iss"] = json!("https://evil.test");
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    for hint in [
        "x".to_owned(),
        unsigned,
        access,
        other,
        forge.token(&header.to_string(), &untimely.to_string()),
        forge.token(&header.to_string(), &foreign.to_string()),
    ] {
        let ask = Ask::of(web).with("id_token_hint", &hint);
        assert_told(&world.get(&ask.path()).send().await, "invalid_request");
    }
}

#[tokio::test]
async fn login_hint_fills_in_the_form_and_is_only_text() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web);
    for (hint, shown) in [
        ("olivia@acme.test", "value=\"olivia@acme.test\""),
        ("\"><b>", "value=\"&#34;&#62;&#60;b&#62;\""),
        (&"x".repeat(255), "value=\"\""),
        ("a\u{7}b", "value=\"\""),
    ] {
        let page = world.browser().open(&ask.clone().with("login_hint", hint)).await;
        let field = page.text().split("<input id=\"email\"").nth(1).unwrap().split_once('>').unwrap().0;
        assert!(field.contains(shown), "{field}");
        assert!(Form::read(page.text()).is_some());
    }
}
