//! Parameters that are taken and change nothing, and requests that lack what other clients send.

use postern_testkit::{Ask, Code, Tokens, World, claims_of};

use super::{assert_told, consented, tokens};

#[tokio::test]
async fn hints_of_taste_are_taken_and_unknown_parameters_ignored() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    for (name, value) in [
        ("display", "page"),
        ("display", "touch"),
        ("ui_locales", "en fr-CA"),
        ("claims_locales", "de"),
        ("acr_values", "gold urn:postern:acr:password"),
        ("acr_values", "urn:nobody:knows 2"),
        ("login_hint", "olivia@acme.test"),
        ("extra", "foobar"),
    ] {
        let ask = Ask::of(&world.apps.web).with(name, value);
        let code = Code::of(&browser.open(&ask).await, &ask);
        let tokens = Tokens::of(&world.exchange(&world.apps.web, &code).send().await);
        assert_eq!(claims_of(&tokens.id)["acr"], "urn:postern:acr:password", "{name}");
    }
}

#[tokio::test]
async fn a_request_without_nonce_or_state_works() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).without("nonce").without("state");
    let answer = world.browser().authorize(&ask, &world.people.olivia).await;
    assert_eq!(answer.returned("state"), None);
    let tokens = Tokens::of(&world.exchange(&world.apps.web, &Code::of(&answer, &ask)).send().await);
    assert_eq!(claims_of(&tokens.id).get("nonce"), None);
}

#[tokio::test]
async fn a_missing_response_type_is_told_to_the_client() {
    let world = World::start().await;
    let ask = Ask::of(&world.apps.web).without("response_type");
    assert_told(&world.get(&ask.path()).send().await, "invalid_request");
}

#[tokio::test]
async fn a23_request_objects_have_errors_of_their_own() {
    let world = World::start().await;
    for (name, error) in [("request", "request_not_supported"), ("request_uri", "request_uri_not_supported")]
    {
        let ask = Ask::of(&world.apps.web).with(name, "https://app.test/request");
        assert_told(&world.get(&ask.path()).send().await, error);
    }
}

/// OpenID Connect Core section 12.2.
#[tokio::test]
async fn a_refreshed_id_token_is_about_the_same_login() {
    let world = World::start().await;
    let app = &world.apps.web;
    let first = tokens(&world, app, &Ask::of(app)).await;
    world.clock.advance(1_000);
    let second = Tokens::of(&world.refresh(app, &first.refresh).send().await);
    let (first, second) = (claims_of(&first.id), claims_of(&second.id));
    for name in ["iss", "sub", "aud", "auth_time", "acr", "amr"] {
        assert_eq!(first[name], second[name], "{name}");
        assert!(!second[name].is_null(), "{name}");
    }
    assert_eq!((&second["iat"], second.get("nonce")), (&world.now().into(), None));
    assert_eq!(second.get("azp"), None);
}
