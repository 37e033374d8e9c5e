//! The parameter `claims` (OpenID Connect Core section 5.5).

use postern_testkit::{Ask, World, claims_of};
use serde_json::{Value, json};

use super::{assert_told, consented, error_of, is_consent, is_login, tokens, with_profile};

fn asking(world: &World, claims: &Value) -> Ask {
    Ask::of(&world.apps.web).with("scope", "openid").with("claims", &claims.to_string())
}

#[tokio::test]
async fn each_claim_is_where_it_was_asked_for() {
    let world = World::start().await;
    with_profile(&world).await;
    let claims = json!({
        "id_token": {"given_name": null, "auth_time": {"essential": true}, "acr": null},
        "userinfo": {"email": {"essential": true}, "phone_number": null},
    });
    let tokens = tokens(&world, &world.apps.web, &asking(&world, &claims)).await;
    let token = claims_of(&tokens.id);
    assert_eq!((&token["given_name"], token.get("email")), (&json!("Olivia"), None));
    assert!(token["auth_time"].is_u64() && token["acr"].is_string());
    let sub = world.people.olivia.user_id.as_str();
    let told = world.userinfo(&tokens.access).send().await.json();
    let expected = json!({"sub": sub, "email": "olivia@acme.test", "phone_number": "+49301234567"});
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_refreshed_id_token_says_the_same() {
    let world = World::start().await;
    with_profile(&world).await;
    let claims = json!({"id_token": {"nickname": null}});
    let first = tokens(&world, &world.apps.web, &asking(&world, &claims)).await;
    let second = world.refresh(&world.apps.web, &first.refresh).send().await;
    assert_eq!(claims_of(&second.member("id_token"))["nickname"], "Liv");
}

#[tokio::test]
async fn a_value_that_the_user_has_not_is_left_out() {
    let world = World::start().await;
    with_profile(&world).await;
    let claims = json!({"userinfo": {
        "locale": {"value": "en-GB"},
        "zoneinfo": {"values": ["Europe/Paris", "Europe/Berlin"]},
        "nickname": {"value": "Ollie", "essential": true},
        "website": {"essential": true},
        "shoe_size": null,
    }});
    let tokens = tokens(&world, &world.apps.web, &asking(&world, &claims)).await;
    let told = world.userinfo(&tokens.access).send().await.json();
    let sub = world.people.olivia.user_id.as_str();
    assert_eq!(told, json!({"sub": sub, "locale": "en-GB", "zoneinfo": "Europe/Berlin"}));
}

/// A16: what is asked for by name is consented to like what is asked for by scope.
#[tokio::test]
async fn a16_the_user_sees_and_allows_what_is_asked_for_by_name() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let plain = Ask::of(&world.apps.web).with("scope", "openid");
    let page = browser.open(&plain).await;
    assert!(is_consent(&page) && !page.text().contains("phone number"));
    browser.decide(&page, "allow").await;
    assert!(browser.open(&plain).await.returned("code").is_some());
    let ask = asking(&world, &json!({"userinfo": {"phone_number": null}}));
    let page = browser.open(&ask).await;
    assert!(is_consent(&page) && page.text().contains("See your phone number"));
    browser.decide(&page, "allow").await;
    assert!(browser.open(&ask).await.returned("code").is_some());
}

#[tokio::test]
async fn i7_a_client_gets_by_name_what_it_might_get_by_scope() {
    let world = World::start().await;
    with_profile(&world).await;
    let app = &world.apps.web;
    let ask = asking(&world, &json!({"userinfo": {"phone_number": null, "email": null}}));
    let before = tokens(&world, app, &ask).await;
    world.register(app, "openid email").await;
    world.clock.advance(15);
    let after = tokens(&world, app, &ask).await;
    for tokens in [before, after] {
        let told = world.userinfo(&tokens.access).send().await.json();
        assert_eq!((told.get("phone_number"), &told["email"]), (None, &json!("olivia@acme.test")));
    }
}

#[tokio::test]
async fn without_openid_nothing_is_told_by_name() {
    let world = World::start().await;
    let ask = asking(&world, &json!({"id_token": {"email": null}})).with("scope", "contact.read");
    let tokens = tokens(&world, &world.apps.web, &ask).await;
    assert!(tokens.id.is_empty());
    assert_eq!(world.userinfo(&tokens.access).send().await.status(), 403);
}

#[tokio::test]
async fn a_subject_that_is_asked_for_must_be_the_one() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let (olivia, robin) = (world.people.olivia.user_id.as_str(), world.people.robin.user_id.as_str());
    let ask = |sub: Value| {
        let claims = json!({"id_token": {"sub": sub}}).to_string();
        Ask::of(&world.apps.web).with("claims", &claims)
    };
    for good in [json!({"value": olivia}), json!({"values": [robin, olivia]}), json!({"essential": true})] {
        assert!(browser.open(&ask(good)).await.returned("code").is_some());
    }
    let other = ask(json!({"value": robin}));
    assert_told(&browser.open(&other.clone().with("prompt", "none")).await, "login_required");
    let login = browser.open(&other).await;
    assert!(is_login(&login));
    let refused = browser.sign_in(&login, &world.people.olivia).await;
    assert_eq!(error_of(&refused), "login_required");
}

/// Section 5.5.1.1.
#[tokio::test]
async fn an_essential_acr_that_nobody_can_have_is_a_failed_authentication() {
    let world = World::start().await;
    let ask = |acr: Value| asking(&world, &json!({"id_token": {"acr": acr}}));
    let gold = ask(json!({"essential": true, "values": ["gold"]}));
    assert_told(&world.get(&gold.path()).send().await, "unmet_authentication_requirements");
    for met in [
        json!({"values": ["gold"]}),
        json!({"essential": true}),
        json!({"essential": true, "values": ["gold", "urn:postern:acr:password"]}),
    ] {
        assert!(is_login(&world.browser().open(&ask(met)).await));
    }
}

#[tokio::test]
async fn what_is_no_claims_request_is_refused() {
    let world = World::start().await;
    let deep = format!("{}1{}", "[".repeat(2_000), "]".repeat(2_000));
    for text in ["x", "[]", "{\"id_token\": 1}", "{\"userinfo\": {\"email\": true}}", &deep] {
        let ask = Ask::of(&world.apps.web).with("claims", text);
        assert_told(&world.get(&ask.path()).send().await, "invalid_request");
    }
}
