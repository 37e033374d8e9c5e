//! Access tokens (RFC 9068): the claims, and what they are bound to.

use std::collections::BTreeSet;

use postern_testkit::{ISSUER, Tokens, World, claims_of, header_of};
use serde_json::json;

#[tokio::test]
async fn a_users_token_says_who_for_whom_where_and_what() {
    let world = World::start().await;
    let app = &world.apps.web;
    let tokens = world.tokens(app).await;
    let (header, claims) = (header_of(&tokens.access), claims_of(&tokens.access));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
    for (name, value) in [
        ("iss", json!(ISSUER)),
        ("sub", json!(world.people.olivia.user_id.as_str())),
        ("aud", json!("https://api.test")),
        ("exp", json!(world.now() + 3_600)),
        ("iat", json!(world.now())),
        ("client_id", json!(app.client_id.as_str())),
        ("scope", json!("contact.read email offline_access openid profile")),
        ("tenant", json!(world.tenants.acme.as_str())),
        ("sub_type", json!("user")),
        ("grant_id", json!(world.grant(&tokens.refresh).await.id.as_str())),
        ("gen", json!(1)),
        ("auth_time", json!(world.now())),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert!(claims["jti"].as_str().unwrap().len() >= 22);
    // J15: an address is no identity, and none of a person's data travels.
    assert!(!claims.to_string().contains('@') && !claims.to_string().contains("Olivia"));
    assert_eq!((&tokens.body["token_type"], &tokens.body["expires_in"]), (&json!("Bearer"), &json!(3_600)));
    assert_eq!(tokens.body["scope"], claims["scope"]);
}

#[tokio::test]
async fn t13_a_services_token_cannot_pass_for_a_users() {
    let world = World::start().await;
    let token =
        Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await).access;
    let claims = claims_of(&token);
    assert_eq!((&claims["sub_type"], &claims["sub"]), (&json!("client"), &claims["client_id"]));
    assert!(!claims["sub"].as_str().unwrap().starts_with("usr_"));
    for absent in ["grant_id", "gen", "auth_time"] {
        assert_eq!(claims.get(absent), None);
    }
}

#[tokio::test]
async fn every_token_has_a_name_of_its_own() {
    let world = World::start().await;
    let mut names = BTreeSet::new();
    for _ in 0..20 {
        let draft = world.instance().client_credentials(&world.apps.service, "contact.read");
        names.insert(claims_of(&Tokens::of(&draft.send().await).access)["jti"].to_string());
    }
    assert_eq!(names.len(), 20);
}

/// A process that was frozen for an hour reads the clock again: nothing was signed ahead (L02).
#[tokio::test]
async fn l02_times_are_those_of_the_call() {
    let world = World::start().await;
    for seconds in [0, 3_600, 86_400] {
        world.clock.advance(seconds);
        let draft = world.client_credentials(&world.apps.service, "contact.read");
        assert_eq!(claims_of(&Tokens::of(&draft.send().await).access)["iat"], world.now());
    }
}
