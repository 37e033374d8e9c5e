//! The scopes `profile`, `email`, `address` and `phone` (OpenID Connect Core section 5.4).

use postern_testkit::{Ask, World, claims_of};
use serde_json::json;

use super::{tokens, with_profile};

#[tokio::test]
async fn each_scope_has_its_claims_at_userinfo_and_none_in_the_id_token() {
    let world = World::start().await;
    with_profile(&world).await;
    let sub = world.people.olivia.user_id.as_str();
    for (scope, claims) in [
        (
            "openid profile",
            json!({
                "sub": sub, "name": "Olivia Owner", "given_name": "Olivia", "family_name": "Owner",
                "nickname": "Liv", "picture": "https://acme.test/olivia.png", "birthdate": "1985-10-31",
                "zoneinfo": "Europe/Berlin", "locale": "en-GB",
            }),
        ),
        ("openid email", json!({"sub": sub, "email": "olivia@acme.test", "email_verified": true})),
        ("openid address", json!({"sub": sub, "address": {"locality": "Berlin", "country": "DE"}})),
        ("openid phone", json!({"sub": sub, "phone_number": "+49301234567", "phone_number_verified": true})),
    ] {
        let tokens = tokens(&world, &world.apps.web, &Ask::of(&world.apps.web).with("scope", scope)).await;
        assert_eq!(world.userinfo(&tokens.access).send().await.json(), claims);
        let token = claims_of(&tokens.id);
        for name in claims.as_object().unwrap().keys().filter(|name| *name != "sub") {
            assert_eq!(token.get(name), None, "{name}");
        }
    }
}

/// Section 5.3.2: what there is nothing to say about is left out, not null.
#[tokio::test]
async fn an_empty_profile_says_nothing() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).with("scope", "openid address phone");
    let tokens = tokens(&world, &world.apps.web, &ask).await;
    let sub = world.people.olivia.user_id.as_str();
    assert_eq!(world.userinfo(&tokens.access).send().await.json(), json!({"sub": sub}));
}

#[tokio::test]
async fn the_consent_page_says_each_in_words() {
    let world = World::start().await;
    let mut browser = world.signed_in(&world.people.olivia).await;
    let page =
        browser.open(&Ask::of(&world.apps.web).with("scope", "openid profile email address phone")).await;
    for words in ["your name and profile", "your email address", "your postal address", "your phone number"] {
        assert!(page.text().contains(words), "{words}");
    }
}
