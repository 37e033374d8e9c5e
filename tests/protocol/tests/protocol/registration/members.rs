//! Members of metadata (RFC 7591 section 2, OpenID Connect Registration section 2) that do something.

use postern_core::http::Method;
use postern_testkit::{Ask, Tokens, World, assert_unavailable, claims_of};
use serde_json::json;

use super::{Registered, assert_refused, register};

const SECTOR: &str = "https://sector.test/uris.json";

#[tokio::test]
async fn all_that_is_told_comes_back() {
    let world = World::start().await;
    let told = json!({
        "redirect_uris": ["http://127.0.0.1/cb", "com.other.test:/cb", "https://other.test/cb"], "application_type": "native",
        "token_endpoint_auth_method": "none", "client_name": "Other", "client_uri": "https://other.test/",
        "logo_uri": "https://other.test/logo.svg", "tos_uri": "https://other.test/tos",
        "policy_uri": "https://other.test/policy", "contacts": ["a@other.test", "b@other.test"],
        "software_id": "4NRB1-0XZABZI9E6-5SM3R", "software_version": "2.1", "default_max_age": 3600,
        "require_auth_time": true, "userinfo_signed_response_alg": "ES256", "id_token_signed_response_alg": "ES256",
        "post_logout_redirect_uris": ["https://other.test/bye"], "dpop_bound_access_tokens": true,
        "require_pushed_authorization_requests": true, "jwks_uri": "https://other.test/keys",
        "backchannel_logout_uri": "https://other.test/ended", "backchannel_logout_session_required": true,
        "token_endpoint_auth_signing_alg": "EdDSA", "subject_type": "public", "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"],
    });
    let client = Registered::new(&world, told.clone()).await;
    for (name, value) in told.as_object().unwrap() {
        assert_eq!(&client.body[name], value, "{name}");
    }
    assert_eq!(client.manage(&world, Method::GET).send().await.json(), client.body);
    // Nothing of it was fetched (D02, D05).
    assert_eq!(
        world.web.visits("https://other.test/logo.svg") + world.web.visits("https://other.test/keys"),
        0
    );
}

#[tokio::test]
async fn what_is_not_supported_is_ignored_and_not_claimed() {
    let world = World::start().await;
    let changes = json!({ "initiate_login_uri": "https://other.test/go", "client_name#de": "Andere",
        "id_token_encrypted_response_alg": "RSA-OAEP", "x": { "y": [1] } });
    let body = Registered::new(&world, changes.clone()).await.body;
    for name in changes.as_object().unwrap().keys() {
        assert_eq!(body.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn oidcreg_5_a_sector_lists_every_redirect_uri() {
    let world = World::start().await;
    let uris = json!(["https://a.test/cb", "https://b.test/cb"]);
    let changes =
        json!({ "redirect_uris": uris, "subject_type": "pairwise", "sector_identifier_uri": SECTOR });
    // Nobody is there: that may pass.
    assert_unavailable(&register(&world, changes.clone()).send().await);
    for document in [json!(["https://a.test/cb"]), json!({ "uris": uris }), json!([1]), json!("x")] {
        world.web.publish(SECTOR, &document);
        let answer = register(&world, changes.clone()).send().await;
        assert_refused(&answer, "invalid_client_metadata", "sector_identifier_uri");
    }
    world.web.publish(SECTOR, &uris);
    let client = Registered::new(&world, changes).await;
    assert_eq!(client.body["sector_identifier_uri"], SECTOR);
    let subject = async |redirect_uri: &str| {
        let ask = Ask::of(&client.app).with("redirect_uri", redirect_uri).with("scope", "openid");
        let code = world.code_for(&ask, &world.people.olivia).await;
        claims_of(&Tokens::of(&world.exchange(&client.app, &code).send().await).id)["sub"].clone()
    };
    let subjects = (subject("https://a.test/cb").await, subject("https://b.test/cb").await);
    assert_eq!(subjects.0, subjects.1);
    assert_ne!(subjects.0, world.people.olivia.user_id.as_str());
}

/// Nobody has us call whomever they like: only hosts that people see anyway.
#[tokio::test]
async fn d02_a_logout_address_is_at_the_host_of_a_redirect_uri() {
    let world = World::start().await;
    let ask = |redirect_uri: &str, uri: &str| {
        let private =
            ["com.other.test://victim.test/cb", "http.x://victim.test/cb", "https.x://victim.test/cb"];
        let uris: Vec<_> = [redirect_uri].into_iter().chain(private).collect();
        json!({ "redirect_uris": uris, "backchannel_logout_uri": uri })
    };
    for uri in ["https://other.test:8443/ended", "https://other.test/"] {
        Registered::new(&world, ask("https://other.test/cb", uri)).await;
    }
    for uri in ["https://victim.test/", "https://sub.other.test/", "http://127.0.0.1/ended"] {
        let answer = register(&world, ask("https://other.test/cb", uri)).send().await;
        assert_refused(&answer, "invalid_client_metadata", "backchannel_logout_uri");
    }
    let local = ask("http://127.0.0.1/cb", "https://other.test/ended");
    assert_refused(
        &register(&world, local).send().await,
        "invalid_client_metadata",
        "backchannel_logout_uri",
    );
    Registered::new(&world, ask("http://127.0.0.1/cb", "http://127.0.0.1:9/ended")).await;
    let client = Registered::new(&world, json!({})).await;
    let body = json!({ "client_id": client.app.client_id, "redirect_uris": ["https://other.test/cb"],
        "backchannel_logout_uri": "https://victim.test/" });
    let answer = client.put(&world, &body).send().await;
    assert_refused(&answer, "invalid_client_metadata", "backchannel_logout_uri");
}

#[tokio::test]
async fn a_client_that_wants_bound_tokens_gets_no_others() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "dpop_bound_access_tokens": true })).await;
    let code = world.code(&client.app).await;
    let answer = world.exchange(&client.app, &code).send().await;
    assert_eq!((answer.status(), answer.member("error").as_str()), (400, "invalid_dpop_proof"));
}

#[tokio::test]
async fn the_algorithm_of_its_userinfo_is_the_one_that_it_named() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "userinfo_signed_response_alg": "ES256" })).await;
    let tokens = world.tokens(&client.app).await;
    let answer = world.userinfo(&tokens.access).send().await;
    assert_eq!(answer.header("content-type"), Some("application/jwt"));
}

#[tokio::test]
async fn a17_a_name_is_shown_as_text() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "client_name": "<script>alert(1)</script>" })).await;
    let mut browser = world.signed_in(&world.people.olivia).await;
    let page = browser.open(&Ask::of(&client.app)).await;
    assert_eq!(page.status(), 200);
    assert!(!page.text().contains("<script>alert") && page.text().contains("alert(1)"), "{}", page.text());
}
