//! What operators set of a client for OpenID Connect, and that it works (`/admin/v1/clients`).

use postern_testkit::{Ask, Code, Tokens, World, assert_error, claims_of};
use serde_json::{Value, json};

use crate::admin::{Admin, app_of, json_of};

fn web(changes: &Value) -> Value {
    let mut body = json!({
        "kind": "web", "name": "N", "redirect_uris": ["https://a.test/cb"], "scopes": ["openid", "email"],
    });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_client_is_registered_with_its_settings_and_they_work() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let settings = json!({
        "subject_type": "pairwise", "default_max_age": 600, "require_auth_time": true,
        "userinfo_signed_response_alg": "ES256", "require_pkce": false,
        "post_logout_redirect_uris": ["https://web.test/bye"],
    });
    let made = json_of(&operator.post("clients", web(&settings)).await, 201);
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    let app = app_of(&made);
    let ask =
        Ask::of(&app).with("scope", "openid").without("code_challenge").without("code_challenge_method");
    let answer = world.browser().authorize(&ask, &world.people.olivia).await;
    let form = [("grant_type", "authorization_code"), ("code", &Code::of(&answer, &ask).code)];
    let tokens = Tokens::of(&world.post("/oauth2/token").form(form).by(&app).send().await);
    assert_ne!(claims_of(&tokens.id)["sub"], world.people.olivia.user_id.as_str());
    let told = world.userinfo(&tokens.access).send().await;
    assert_eq!(claims_of(told.text())["sub"], claims_of(&tokens.id)["sub"]);
}

#[tokio::test]
async fn settings_change_and_go() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let path = format!("clients/{}", world.apps.web.client_id);
    let before = json_of(&operator.get(&path).await, 200);
    assert_eq!((&before["require_pkce"], &before["subject_type"]), (&json!(true), &json!("public")));
    let set = json!({"default_max_age": 5, "userinfo_signed_response_alg": "ES256"});
    assert_eq!(json_of(&operator.patch(&path, set).await, 200)["default_max_age"], 5);
    let unset = json!({"default_max_age": null, "userinfo_signed_response_alg": null});
    assert_eq!(json_of(&operator.patch(&path, unset).await, 200), before);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_name() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let hosts = json!(["https://a.test/cb", "https://b.test/cb"]);
    for (changes, field) in [
        (json!({"subject_type": "both"}), "subject_type"),
        (json!({"subject_type": "pairwise", "redirect_uris": hosts}), "subject_type"),
        (json!({"default_max_age": -1}), "default_max_age"),
        (json!({"require_auth_time": "yes"}), "require_auth_time"),
        (json!({"userinfo_signed_response_alg": "RS256"}), "userinfo_signed_response_alg"),
        (json!({"userinfo_signed_response_alg": "none"}), "userinfo_signed_response_alg"),
        (json!({"kind": "spa", "require_pkce": false}), "require_pkce"),
        (json!({"post_logout_redirect_uris": ["http://evil.test/"]}), "post_logout_redirect_uris"),
    ] {
        let answer = operator.post("clients", web(&changes)).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), field);
    }
}

/// A25: an administrator of a tenant may register services, and none of them sends people anywhere.
#[tokio::test]
async fn a25_where_nobody_signs_in_nobody_signs_out() {
    let world = World::start().await;
    let acme = Admin::of_acme(&world).await;
    let service = json!({
        "kind": "service", "name": "S", "scopes": ["contact.read"],
        "post_logout_redirect_uris": ["https://evil.test/"],
    });
    let answer = acme.post("clients", service).await;
    assert_error(&answer, 400, "invalid_request");
    assert_eq!(answer.member("field"), "post_logout_redirect_uris");
}

#[tokio::test]
async fn a_new_account_may_have_a_profile() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let path = format!("tenants/{}/members", world.tenants.acme);
    let member = |profile: Value| {
        json!({
            "email": "ada@acme.test", "name": "Ada", "role": "owner", "active": true, "password": "correct horse battery staple",
            "profile": profile,
        })
    };
    for profile in [
        json!("x"),
        json!({"shoe_size": 7}),
        json!({"given_name": 7}),
        json!({"address": {"planet": "Earth"}}),
        json!({"given_name": "x".repeat(4_096)}),
    ] {
        let answer = operator.post(&path, member(profile)).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), "profile");
    }
    let profile = json!({"given_name": "Ada", "address": {"country": "GB"}});
    let made = json_of(&operator.post(&path, member(profile)).await, 201);
    let user_id = postern_core::id::UserId::parse(made["user_id"].as_str().unwrap()).unwrap();
    let ada = postern_testkit::Person { user_id, email: "ada@acme.test", name: "Ada" };
    let tokens = world.tokens_for(&world.apps.web, &ada, "openid profile address").await;
    let told = world.userinfo(&tokens.access).send().await.json();
    assert_eq!((&told["given_name"], &told["address"]["country"]), (&json!("Ada"), &json!("GB")));
    assert_eq!(told["updated_at"], world.now());
}
