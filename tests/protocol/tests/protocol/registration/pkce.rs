//! Initial access tokens whose confidential clients may leave PKCE out, as conformance suites do (P01).

use postern_core::http::Method;
use postern_testkit::{Ask, Code, Tokens, World, assert_error};
use serde_json::{Value, json};

use super::{Registered, admission, register};
use crate::admin::{Admin, json_of};

const CB: &str = "https://other.test/cb";

/// A client that registered with a token of these terms.
async fn registered(world: &World, require_pkce: bool, changes: Value) -> Registered {
    let terms = json!({ "label": "Suite", "require_pkce": require_pkce });
    let (_, token) = admission::token(world, terms).await;
    Registered::of(&register(world, changes).bearer(&token).send().await)
}

/// As the suite's plain modules ask: without a challenge, without a nonce.
fn plain(client: &Registered) -> Ask {
    let ask =
        Ask::of(&client.app).without("code_challenge").without("code_challenge_method").without("nonce");
    ask.with("scope", "openid")
}

async fn is_refused(world: &World, client: &Registered) -> bool {
    let answer = world.signed_in(&world.people.olivia).await.open(&plain(client)).await;
    answer.returned("error").as_deref() == Some("invalid_request")
}

#[tokio::test]
async fn p01_clients_of_such_a_token_may_leave_it_out_from_registration_to_removal() {
    let world = World::start().await;
    for method in ["client_secret_basic", "client_secret_post"] {
        let client = registered(&world, false, json!({ "token_endpoint_auth_method": method })).await;
        let ask = plain(&client);
        let code = Code::of(&world.browser().authorize(&ask, &world.people.olivia).await, &ask);
        let form = [("grant_type", "authorization_code"), ("code", &code.code), ("redirect_uri", CB)];
        let draft = world.post("/oauth2/token").form(form);
        let tokens = if method == "client_secret_basic" {
            draft.by(&client.app).send().await
        } else {
            let secret = client.app.secret.clone().unwrap();
            let id = client.app.client_id.to_string();
            draft.form([("client_id", id.as_str()), ("client_secret", &secret)]).send().await
        };
        let access = Tokens::of(&tokens).access;
        assert_eq!(world.userinfo(&access).send().await.status(), 200);
        assert_eq!(client.manage(&world, Method::DELETE).send().await.status(), 204);
    }
}

#[tokio::test]
async fn p01_whoever_came_otherwise_needs_it() {
    let world = World::start().await;
    let with_token = registered(&world, true, json!({})).await;
    let (_, token) = admission::token(&world, json!({ "label": "x" })).await;
    let by_default = Registered::of(&register(&world, json!({})).bearer(&token).send().await);
    let without = Registered::new(&world, json!({})).await;
    for client in [with_token, by_default, without] {
        assert!(is_refused(&world, &client).await);
    }
}

#[tokio::test]
async fn p01_a_public_client_never_may() {
    let world = World::start().await;
    let public = registered(&world, false, json!({ "token_endpoint_auth_method": "none" })).await;
    assert!(is_refused(&world, &public).await);
    // What it becomes later does not bring it back.
    let client = registered(&world, false, json!({})).await;
    let put = |method: &str| {
        let id = &client.app.client_id;
        json!({ "client_id": id, "redirect_uris": [CB], "token_endpoint_auth_method": method })
    };
    for method in ["none", "client_secret_basic"] {
        assert_eq!(client.put(&world, &put(method)).send().await.status(), 200);
        world.clock.advance(60);
        assert!(is_refused(&world, &client).await, "{method}");
    }
}

#[tokio::test]
async fn it_lasts_through_the_clients_own_changes() {
    let world = World::start().await;
    let client = registered(&world, false, json!({})).await;
    let body = json!({ "client_id": client.app.client_id, "redirect_uris": [CB], "client_name": "After" });
    assert_eq!(client.put(&world, &body).send().await.status(), 200);
    world.clock.advance(60);
    assert!(!is_refused(&world, &client).await);
    // An operator's word lasts too.
    let path = format!("clients/{}", client.app.client_id);
    let operator = Admin::operator(&world).await;
    assert_eq!(json_of(&operator.get(&path).await, 200)["require_pkce"], false);
    json_of(&operator.patch(&path, json!({ "require_pkce": true })).await, 200);
    assert_eq!(client.put(&world, &body).send().await.status(), 200);
    assert_eq!(json_of(&operator.get(&path).await, 200)["require_pkce"], true);
}

/// MCP clients always name the resource (RFC 8707), and need PKCE.
#[tokio::test]
async fn a_request_that_names_a_resource_needs_it() {
    let world = World::start().await;
    let client = registered(&world, false, json!({})).await;
    for resource in ["https://api.test", "https://as.test/mcp"] {
        let ask = plain(&client).with("resource", resource);
        let mut browser = world.signed_in(&world.people.olivia).await;
        let refused = browser.open(&ask).await.returned("error");
        assert_eq!(refused.as_deref(), Some("invalid_request"), "{resource}");
        let form = ask.pairs().filter(|(name, _)| *name != "client_id");
        let pushed = world.post("/oauth2/par").form(form).by(&client.app).send().await;
        assert_error(&pushed, 400, "invalid_request");
    }
    // Whoever registered it.
    let web = &world.apps.web;
    world.edit_client(&web.client_id, |it| it.openid.pkce_optional = true).await;
    let ask = Ask::of(web).without("code_challenge").without("code_challenge_method");
    for (ask, error) in
        [(ask.clone(), None), (ask.with("resource", "https://api.test"), Some("invalid_request"))]
    {
        let mut browser = world.signed_in(&world.people.olivia).await;
        assert_eq!(browser.open(&ask).await.returned("error").as_deref(), error);
    }
}

#[tokio::test]
async fn fapi_5_3_2_2_a_client_of_the_profile_needs_it() {
    let world = World::start().await;
    let client = registered(&world, false, json!({})).await;
    world
        .edit_client(&client.app.client_id, |it| {
            it.sender.profile = Some(postern_core::client::Profile::Fapi2);
        })
        .await;
    assert!(is_refused(&world, &client).await);
}

#[tokio::test]
async fn operators_see_what_a_token_lets() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let made = operator.post("registration-tokens", json!({ "label": "Suite", "require_pkce": false })).await;
    assert_eq!(json_of(&made, 201)["require_pkce"], false);
    let made = json_of(&operator.post("registration-tokens", json!({ "label": "x" })).await, 201);
    assert_eq!(made["require_pkce"], true);
    let listed = json_of(&operator.get("registration-tokens").await, 200);
    let said: Vec<_> = listed["data"].as_array().unwrap().iter().map(|it| &it["require_pkce"]).collect();
    assert!(said.contains(&&json!(true)) && said.contains(&&json!(false)), "{listed}");
}
