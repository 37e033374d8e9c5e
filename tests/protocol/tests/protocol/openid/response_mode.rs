//! `response_mode` (OAuth 2.0 Multiple Response Types section 2.1, OAuth 2.0 Form Post Response Mode).

use postern_testkit::{Answer, Ask, Code, Form, ISSUER, Tokens, World};

use super::{assert_told, consented, is_login};

/// The form that the browser posts to the client.
#[track_caller]
fn posted(answer: &Answer) -> Form {
    assert_eq!((answer.status(), answer.header("location")), (200, None), "{}", answer.text());
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    // The script is a file of ours, and the form may go to the client.
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe") && !policy.contains("form-action")
    );
    assert_eq!(answer.text().matches("<script src=\"/assets/form_post.js\" defer></script>").count(), 1);
    assert!(
        answer.text().contains("<button id=\"continue\" type=\"submit\">"),
        "for browsers without scripts"
    );
    assert!(answer.text().contains("<form method=\"post\""));
    Form::read(answer.text()).unwrap()
}

fn form_post(ask: Ask) -> Ask {
    ask.with("response_mode", "form_post")
}

#[tokio::test]
async fn form_post_carries_the_code() {
    let world = World::start().await;
    let ask = form_post(Ask::of(&world.apps.web).with("state", "a \"b\" <c>"));
    let mut browser = world.browser();
    let login = browser.open(&ask).await;
    let consent = browser.sign_in(&login, &world.people.olivia).await;
    let first = posted(&browser.decide(&consent, "allow").await);
    // Now that consent is remembered: at the end of a link, and after a login.
    let second = posted(&browser.open(&ask).await);
    let login = browser.open(&ask.clone().with("prompt", "login")).await;
    let third = posted(&browser.sign_in(&login, &world.people.olivia).await);
    for form in [first, second, third] {
        assert_eq!(form.action, world.apps.web.redirect_uri);
        assert_eq!((form.value("state"), form.value("iss")), ("a \"b\" <c>", ISSUER));
        let code = Code { code: form.value("code").to_owned(), redirect_uri: form.action };
        Tokens::of(&world.exchange(&world.apps.web, &code).send().await);
    }
}

#[tokio::test]
async fn form_post_carries_errors() {
    let world = World::start().await;
    let ask = form_post(Ask::of(&world.apps.web));
    let mut browser = consented(&world).await;
    for (ask, error) in [
        (ask.clone().with("response_type", "token"), "unsupported_response_type"),
        (ask.clone().with("scope", "nonsense"), "invalid_scope"),
        (ask.clone().with("prompt", "none").with("scope", "openid"), "consent_required"),
    ] {
        let form = posted(&browser.open(&ask).await);
        assert_eq!((form.value("error"), form.value("state"), form.value("iss")), (error, "st-1", ISSUER));
        assert!(!form.value("error_description").is_empty() && form.value("code").is_empty());
    }
    let page = browser.open(&ask.with("prompt", "consent")).await;
    assert_eq!(posted(&browser.decide(&page, "deny").await).value("error"), "access_denied");
}

#[tokio::test]
async fn the_script_is_a_file() {
    let world = World::start().await;
    let answer = world.get("/assets/form_post.js").send().await;
    assert_eq!(
        (answer.status(), answer.header("content-type")),
        (200, Some("text/javascript; charset=utf-8"))
    );
    assert!(answer.text().contains("document.forms[0].submit()"));
}

#[tokio::test]
async fn query_may_be_said() {
    let world = World::start().await;
    let mut browser = consented(&world).await;
    let ask = Ask::of(&world.apps.web).with("response_mode", "query");
    let answer = browser.open(&ask).await;
    assert_eq!(answer.status(), 303);
    Code::of(&answer, &ask);
}

#[tokio::test]
async fn a08_other_modes_are_refused_by_query() {
    let world = World::start().await;
    for mode in ["fragment", "query.jwt", "form_post.jwt", "FORM_POST"] {
        let ask = Ask::of(&world.apps.web).with("response_mode", mode);
        assert_told(&world.get(&ask.path()).send().await, "invalid_request");
    }
    // No form can be posted to an app's own scheme.
    let uri = "com.example.app:/callback";
    let registered = postern_core::param::RedirectUri::register(uri).unwrap();
    world.edit_client(&world.apps.native.client_id, |it| it.redirect_uris = vec![registered]).await;
    let ask = form_post(Ask::of(&world.apps.native).with("redirect_uri", uri));
    assert_told(&world.get(&ask.path()).send().await, "invalid_request");
    assert!(is_login(&world.browser().open(&form_post(Ask::of(&world.apps.spa))).await));
}
