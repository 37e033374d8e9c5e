//! FAPI 2.0 section 5.3.2.2: the authorization code flow.

use postern_core::client::{AuthMethod, GrantType};
use postern_core::param::RedirectUri;
use postern_testkit::{App, Ask, ISSUER, Tokens, assert_error, assert_page};

use super::Stage;

#[tokio::test]
async fn fapi_5_3_2_2_the_only_response_type_is_code() {
    let stage = Stage::start().await;
    for other in ["token", "id_token", "code id_token", "none"] {
        let ask = Ask::of(&stage.app).with("response_type", other);
        assert_error(&stage.push(&ask).send().await, 400, "unsupported_response_type");
    }
}

#[tokio::test]
async fn fapi_5_3_2_2_a_request_that_was_not_pushed_is_refused() {
    let stage = Stage::start().await;
    let before = stage.world.dump().await;
    let answer = stage.world.browser().open(&Ask::of(&stage.app)).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"));
    assert_eq!(answer.returned("code"), None);
    for parameter in ["request", "request_uri"] {
        let answer =
            stage.world.browser().open(&Ask::of(&stage.app).with(parameter, "https://a.test/r")).await;
        assert!(answer.returned("error").is_some(), "{parameter}");
    }
    assert_eq!(stage.world.dump().await, before);
}

#[tokio::test]
async fn fapi_5_3_2_2_a_push_without_client_authentication_is_refused() {
    let stage = Stage::start().await;
    let ask = Ask::of(&stage.app);
    let bare = stage.world.post("/oauth2/par").form(ask.pairs());
    assert_error(&bare.send().await, 401, "invalid_client");
}

/// Even where the record says that it may go without.
#[tokio::test]
async fn fapi_5_3_2_2_pkce_with_s256_is_required() {
    let stage = Stage::start().await;
    stage.edit(|client| client.openid.pkce_optional = true).await;
    let ask = Ask::of(&stage.app);
    for bad in [
        ask.clone().without("code_challenge").without("code_challenge_method"),
        ask.clone().without("code_challenge"),
        ask.clone().with("code_challenge_method", "plain"),
        ask.clone().without("code_challenge_method"),
    ] {
        assert_error(&stage.push(&bad).send().await, 400, "invalid_request");
    }
    let mut code = stage.code().await;
    code.code.push('x');
    assert_error(&stage.exchange(&code).proved_by(&stage.prover).send().await, 400, "invalid_grant");
}

#[tokio::test]
async fn fapi_5_3_2_2_the_pushed_request_names_its_redirect_uri() {
    let stage = Stage::start().await;
    let ask = Ask::of(&stage.app).without("redirect_uri");
    assert_error(&stage.push(&ask).send().await, 400, "invalid_request");
    // Others may leave out their only one.
    stage.edit(|client| client.sender.profile = None).await;
    assert_eq!(stage.push(&ask).send().await.status(), 201);
}

/// Even where the record has another.
#[tokio::test]
async fn fapi_5_3_2_2_no_code_goes_to_an_http_address() {
    let stage = Stage::start().await;
    let loopback = RedirectUri::register("http://localhost/cb").unwrap();
    stage.edit(|client| client.redirect_uris.push(loopback)).await;
    let ask = Ask::of(&stage.app).with("redirect_uri", "http://localhost/cb");
    assert_error(&stage.push(&ask).send().await, 400, "invalid_request");
}

#[tokio::test]
async fn fapi_5_3_2_2_every_authorization_response_names_the_issuer() {
    let stage = Stage::start().await;
    let granted = stage.authorize(&Ask::of(&stage.app)).await;
    let refused = stage.link(&stage.push(&Ask::of(&stage.app).with("prompt", "none")).send().await);
    let refused = stage.world.browser().open(&refused).await;
    assert!(granted.returned("code").is_some() && refused.returned("error").is_some());
    for answer in [granted, refused] {
        assert_eq!(answer.returned("iss").as_deref(), Some(ISSUER));
    }
}

#[tokio::test]
async fn fapi_5_3_2_2_c02_a_code_serves_once() {
    let stage = Stage::start().await;
    let code = stage.code().await;
    let tokens = Tokens::of(&stage.exchange(&code).proved_by(&stage.prover).send().await);
    assert_error(&stage.exchange(&code).proved_by(&stage.prover).send().await, 400, "invalid_grant");
    let after = stage.refresh(&tokens.refresh).proved_by(&stage.prover).send().await;
    assert_error(&after, 400, "invalid_grant");
}

/// Never 307, which would send a password on to the client.
#[tokio::test]
async fn fapi_5_3_2_2_browsers_are_sent_on_by_303() {
    let stage = Stage::start().await;
    let link = stage.link(&stage.push(&Ask::of(&stage.app)).send().await);
    let mut browser = stage.world.browser();
    let login = browser.open(&link).await;
    assert_page(&login, 200);
    let granted = browser.sign_in(&login, &stage.world.people.olivia).await;
    let granted = if granted.status() == 200 { browser.decide(&granted, "allow").await } else { granted };
    assert!(granted.returned("code").is_some(), "{granted:?}");
    assert_eq!(granted.status(), 303);
}

#[tokio::test]
async fn fapi_5_3_2_2_a_request_uri_lives_for_less_than_600_seconds() {
    let stage = Stage::start().await;
    let pushed = stage.push(&Ask::of(&stage.app)).send().await;
    let seconds = pushed.json()["expires_in"].as_u64().unwrap();
    assert!((1..600).contains(&seconds));
    let link = stage.link(&pushed);
    stage.world.clock.advance(seconds);
    assert_page(&stage.world.browser().open(&link).await, 400);
}

/// The profile asks for clients that prove who they are, at the push too.
#[tokio::test]
async fn fapi_5_3_2_1_t07_a_secret_is_no_authentication() {
    let stage = Stage::start().await;
    let with_secret = App { ..stage.world.apps.web.clone() };
    assert!(with_secret.secret.is_some());
    let ask = Ask::of(&stage.app);
    for path in ["/oauth2/par", "/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
        let form = ask.pairs().filter(|(name, _)| *name != "client_id");
        let form = form.chain([("token", "x"), ("grant_type", "refresh_token"), ("refresh_token", "x")]);
        let answer = stage.world.post(path).form(form).by(&with_secret).send().await;
        assert_error(&answer, 401, "invalid_client");
    }
    // Whatever its record has become since, by its own word even (RFC 7592).
    for method in [AuthMethod::ClientSecretBasic, AuthMethod::None] {
        stage.edit(|client| client.registration.auth_method = Some(method)).await;
        let bare = App { secret: None, ..with_secret.clone() };
        for app in [&with_secret, &bare] {
            assert_error(&stage.world.introspect(app, "x").send().await, 401, "invalid_client");
        }
    }
}

#[tokio::test]
async fn fapi_5_3_2_2_a_client_of_the_profile_has_no_device_grant() {
    let stage = Stage::start().await;
    stage.edit(|client| client.grant_types.push(GrantType::DeviceCode)).await;
    let asked = stage.post("/oauth2/device_authorization", [("scope", "contact.read")]).send().await;
    assert_error(&asked, 400, "unauthorized_client");
}
