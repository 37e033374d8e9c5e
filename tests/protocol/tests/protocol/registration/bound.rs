//! What an operator left of all that a client says of itself bounds what it says next.

use postern_testkit::{Answer, Ask, ISSUER, World, assert_error, assert_page};
use serde_json::{Value, json};

use super::{Registered, assert_refused};
use crate::admin::{Admin, json_of};

const A: &str = "https://other.test/a";
const B: &str = "https://other.test/b";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn all() -> Value {
    json!({ "redirect_uris": [A, B], "grant_types": ["authorization_code", "refresh_token", DEVICE] })
}

async fn patch(world: &World, client: &Registered, changes: Value) -> Value {
    let path = format!("clients/{}", client.app.client_id);
    json_of(&Admin::operator(world).await.patch(&path, changes).await, 200)
}

/// The client says all of it again, with these members instead.
async fn put(world: &World, client: &Registered, changes: Value) -> Answer {
    let mut body = all();
    body["client_id"] = json!(client.app.client_id);
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let answer = client.put(world, &body).send().await;
    // Long enough for every process to forget what it knew.
    world.clock.advance(60);
    answer
}

/// The error that a request for these scopes of an API leads to; empty where it goes on.
async fn error(world: &World, client: &Registered, scope: &str, resource: &str) -> String {
    let ask = Ask::of(&client.app).with("scope", scope).with("resource", resource);
    let mut browser = world.signed_in(&world.people.olivia).await;
    browser.open(&ask).await.returned("error").unwrap_or_default()
}

#[tokio::test]
async fn redirect_uris_that_an_operator_took_away_do_not_come_back() {
    let world = World::start().await;
    let client = Registered::new(&world, all()).await;
    let changed = patch(&world, &client, json!({ "redirect_uris": [A] })).await;
    assert_eq!(
        (&changed["redirect_uris"], &changed["bound"]),
        (&json!([A]), &json!({ "redirect_uris": [A] }))
    );
    let answer = json_of(&put(&world, &client, json!({})).await, 200);
    assert_eq!(answer["redirect_uris"], json!([A]), "RFC 7592 section 2.2: the answer tells what it has");
    assert_page(&world.get(&Ask::of(&client.app).with("redirect_uri", B).path()).send().await, 400);
    let none = put(&world, &client, json!({ "redirect_uris": [B] })).await;
    assert_refused(&none, "invalid_redirect_uri", "redirect_uris");
    // What it had stays.
    let path = format!("clients/{}", client.app.client_id);
    let shown = json_of(&Admin::operator(&world).await.get(&path).await, 200);
    assert_eq!(shown["redirect_uris"], json!([A]));
}

#[tokio::test]
async fn grants_that_an_operator_took_away_do_not_come_back() {
    let world = World::start().await;
    let client = Registered::new(&world, all()).await;
    let left = json!(["authorization_code"]);
    assert_eq!(patch(&world, &client, json!({ "grant_types": left })).await["bound"]["grant_types"], left);
    assert_eq!(json_of(&put(&world, &client, json!({})).await, 200)["grant_types"], left);
    assert_eq!(world.tokens(&client.app).await.refresh, "");
    let device = world.post("/oauth2/device_authorization").form([("scope", "openid")]).by(&client.app);
    assert_error(&device.send().await, 400, "unauthorized_client");
    let none = put(&world, &client, json!({ "grant_types": [DEVICE] })).await;
    assert_refused(&none, "invalid_client_metadata", "grant_types");
}

#[tokio::test]
async fn scopes_of_openid_connect_that_an_operator_took_away_do_not_come_back() {
    let world = World::start().await;
    let client = Registered::new(&world, all()).await;
    let apis = json!([{ "audience": "https://api.test", "scopes": null }]);
    let changed = patch(&world, &client, json!({ "scopes": ["openid"] })).await;
    assert_eq!(changed["bound"]["scopes"], json!(["openid"]));
    // `scopes` is of the deployment's own API too: nothing was left there.
    assert_eq!(error(&world, &client, "contact.read", "https://api.test").await, "invalid_scope");
    patch(&world, &client, json!({ "apis": apis })).await;
    for changes in [json!({}), json!({ "scope": "openid email contact.read" })] {
        assert_eq!(put(&world, &client, changes).await.status(), 200);
        assert_eq!(error(&world, &client, "openid contact.read", "https://api.test").await, "");
        assert_eq!(error(&world, &client, "openid email", "https://api.test").await, "invalid_scope");
    }
}

#[tokio::test]
async fn what_an_operator_says_of_one_api_is_all_that_there_is_there() {
    let world = World::start().await;
    let client = Registered::new(&world, all()).await;
    let mcp = format!("{ISSUER}/mcp");
    let apis = json!([
        { "audience": "https://api.test", "scopes": ["contact.read"] }, { "audience": mcp, "scopes": [] },
    ]);
    let changed = patch(&world, &client, json!({ "apis": apis })).await;
    assert_eq!((&changed["apis"], &changed["any_api"]), (&apis, &json!("all")));
    for changes in [json!({}), json!({ "scope": "openid contact.read contact.write mcp.use" })] {
        assert_eq!(put(&world, &client, changes).await.status(), 200);
        assert_eq!(error(&world, &client, "openid contact.read", "https://api.test").await, "");
        assert_eq!(error(&world, &client, "contact.write", "https://api.test").await, "invalid_scope");
        assert_ne!(error(&world, &client, "mcp.use", &mcp).await, "");
    }
    let lifted = json!([{ "audience": mcp, "scopes": null }]);
    patch(&world, &client, json!({ "apis": lifted })).await;
    world.clock.advance(60);
    assert_eq!(error(&world, &client, "mcp.use", &mcp).await, "");
}

#[tokio::test]
async fn a_client_may_be_left_the_named_apis_alone() {
    let world = World::start().await;
    let client = Registered::new(&world, all()).await;
    let apis = json!([{ "audience": "https://api.test", "scopes": ["contact.read"] }]);
    let changed = patch(&world, &client, json!({ "apis": apis, "any_api": false })).await;
    assert_eq!((changed.get("any_api"), &changed["bound"]), (None, &json!({ "any_api": false })));
    assert_eq!(put(&world, &client, json!({})).await.status(), 200);
    assert_eq!(error(&world, &client, "openid contact.read", "https://api.test").await, "");
    assert_ne!(error(&world, &client, "mcp.use", &format!("{ISSUER}/mcp")).await, "");
}

/// D02: who is called is at a host that is left.
#[tokio::test]
async fn d02_a_logout_address_goes_with_the_redirect_uri_of_its_host() {
    let world = World::start().await;
    let other = json!({ "redirect_uris": [A, "https://victim.test/cb"], "backchannel_logout_uri": "https://victim.test/" });
    let client = Registered::new(&world, all()).await;
    assert_eq!(
        json_of(&put(&world, &client, other.clone()).await, 200)["backchannel_logout_uri"],
        "https://victim.test/"
    );
    let changed = patch(&world, &client, json!({ "redirect_uris": [A] })).await;
    assert!(changed["backchannel_logout_uri"].is_null(), "at once: {changed}");
    let answer = json_of(&put(&world, &client, other).await, 200);
    assert_eq!((&answer["redirect_uris"], answer.get("backchannel_logout_uri")), (&json!([A]), None));
    let own = json!({ "backchannel_logout_uri": "https://other.test/ended" });
    let answer = json_of(&put(&world, &client, own).await, 200);
    assert_eq!(answer["backchannel_logout_uri"], "https://other.test/ended");
}

/// A25, D02: nobody signs in at a client without codes.
#[tokio::test]
async fn a25_d02_a_client_without_codes_has_no_addresses() {
    let world = World::start().await;
    let addresses = json!({ "grant_types": [DEVICE], "redirect_uris": [A],
        "backchannel_logout_uri": "https://other.test/ended", "post_logout_redirect_uris": [B] });
    let with_codes = json!({ "grant_types": ["authorization_code", DEVICE] });
    let client = Registered::new(&world, addresses.clone()).await;
    let has_none = |body: &Value| {
        for name in ["redirect_uris", "backchannel_logout_uri", "post_logout_redirect_uris"] {
            let is_none = body.get(name).is_none_or(|it| it.is_null() || *it == json!([]));
            assert!(is_none, "{name}: {body}");
        }
    };
    has_none(&client.body);
    // The operator's next change does not fail on them.
    has_none(&patch(&world, &client, json!({ "name": "Device" })).await);
    // Nor do they come back where it says that it has codes, which it was not left.
    patch(&world, &client, json!({ "grant_types": [DEVICE] })).await;
    let mut all = addresses;
    all.as_object_mut().unwrap().extend(with_codes.as_object().unwrap().clone());
    let answer = json_of(&put(&world, &client, all).await, 200);
    assert_eq!(answer["grant_types"], json!([DEVICE]));
    has_none(&answer);
}

/// A bar at one API is no part of the bound: it lasts, whatever is said of the bound before, beside or after it.
#[tokio::test]
async fn a_bar_at_one_api_outlasts_the_bound() {
    let mcp = format!("{ISSUER}/mcp");
    let at = |scopes: Value| json!([{ "audience": mcp, "scopes": scopes }]);
    for steps in [
        vec![json!({ "any_api": false }), json!({ "apis": at(json!([])) }), json!({ "bound": null })],
        vec![json!({ "apis": at(json!([])) }), json!({ "any_api": false }), json!({ "bound": null })],
        vec![json!({ "any_api": false }), json!({ "bound": null, "apis": at(json!([])) })],
        vec![
            json!({ "any_api": false, "apis": at(json!(["mcp.use"])) }),
            json!({ "apis": at(json!([])) }),
            json!({ "bound": null }),
        ],
    ] {
        let world = World::start().await;
        let client = Registered::new(&world, all()).await;
        for changes in &steps {
            patch(&world, &client, changes.clone()).await;
        }
        for changes in [json!({}), json!({ "scope": "openid contact.read mcp.use" })] {
            assert_eq!(put(&world, &client, changes).await.status(), 200);
            assert_ne!(error(&world, &client, "mcp.use", &mcp).await, "", "{steps:?}");
            assert_eq!(error(&world, &client, "openid contact.read", "https://api.test").await, "");
        }
        let shown = patch(&world, &client, json!({ "apis": at(Value::Null) })).await;
        assert_eq!(shown["apis"], json!([]), "it alone is lifted by its null");
    }
}

#[tokio::test]
async fn a_bar_at_the_deployments_own_api_is_shown() {
    let world = World::start().await;
    let client = Registered::new(&world, all()).await;
    let apis = json!([{ "audience": "https://api.test", "scopes": [] }]);
    let changed = patch(&world, &client, json!({ "apis": apis, "any_api": false })).await;
    assert_eq!(changed["apis"], apis);
}

#[tokio::test]
async fn a_bound_that_is_lifted_bounds_nothing_from_the_next_description_on() {
    let world = World::start().await;
    let client = Registered::new(&world, all()).await;
    let narrow = json!({ "redirect_uris": [A], "grant_types": ["authorization_code"], "any_api": false });
    patch(&world, &client, narrow).await;
    // Lifted and set in one: only what is set stands.
    let changed = patch(&world, &client, json!({ "bound": null, "redirect_uris": [A] })).await;
    assert_eq!(changed["bound"], json!({ "redirect_uris": [A] }));
    assert_eq!(changed["grant_types"], json!(["authorization_code"]), "until the client says it again");
    let changed = patch(&world, &client, json!({ "bound": null })).await;
    assert_eq!(changed.get("bound"), None);
    let answer = json_of(&put(&world, &client, json!({})).await, 200);
    assert_eq!(
        (&answer["redirect_uris"], &answer["grant_types"]),
        (&all()["redirect_uris"], &all()["grant_types"])
    );
    assert_eq!(error(&world, &client, "mcp.use", &format!("{ISSUER}/mcp")).await, "");
}

#[tokio::test]
async fn other_clients_have_no_bound_and_it_has_one_form() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let web = format!("clients/{}", world.apps.web.client_id);
    let client = Registered::new(&world, all()).await;
    let own = format!("clients/{}", client.app.client_id);
    for (path, body, field) in [
        (&web, json!({ "bound": null }), "bound"),
        (&web, json!({ "any_api": false }), "any_api"),
        (&own, json!({ "bound": { "grant_types": [] } }), "bound"),
        (&own, json!({ "any_api": true }), "any_api"),
        (&own, json!({ "any_api": "all" }), "any_api"),
    ] {
        let answer = operator.patch(path, body).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), field);
    }
    let changed = operator.patch(&web, json!({ "redirect_uris": [world.apps.web.redirect_uri] })).await;
    assert_eq!(json_of(&changed, 200).get("bound"), None);
}

/// A25: nor are people sent to a host that was taken away when they have signed out.
#[tokio::test]
async fn a25_addresses_after_a_sign_out_go_with_the_redirect_uris_of_their_host() {
    let world = World::start().await;
    let both = json!({ "redirect_uris": [A, "https://phish.test/cb"],
        "post_logout_redirect_uris": ["https://other.test/bye", "https://phish.test/bye", "https://new.test/"] });
    let client = Registered::new(&world, both.clone()).await;
    assert_eq!(
        client.body["post_logout_redirect_uris"].as_array().unwrap().len(),
        3,
        "nothing bounds it yet"
    );
    let left = json!(["https://other.test/bye"]);
    let changed = patch(&world, &client, json!({ "redirect_uris": [A] })).await;
    assert_eq!(changed["post_logout_redirect_uris"], left);
    assert_eq!(json_of(&put(&world, &client, both).await, 200)["post_logout_redirect_uris"], left);
}

/// RFC 9449 section 8: who is held to a nonce is held to the proof that it stands in.
#[tokio::test]
async fn a_client_does_not_put_off_the_proofs_whose_nonce_an_operator_wants() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "dpop_bound_access_tokens": true })).await;
    patch(&world, &client, json!({ "sender": { "dpop_nonce": true } })).await;
    let answer = json_of(&put(&world, &client, json!({ "dpop_bound_access_tokens": false })).await, 200);
    assert_eq!(answer["dpop_bound_access_tokens"], true);
    // So that the operator's next change is not refused for what nobody said.
    let changed = patch(&world, &client, json!({ "name": "After" })).await;
    assert_eq!((&changed["name"], &changed["sender"]["dpop_nonce"]), (&json!("After"), &json!(true)));
}

/// A25: what follows the scheme of an app's own address is no host.
#[tokio::test]
async fn a25_an_app_keeps_the_addresses_of_its_own_scheme() {
    let world = World::start().await;
    let bye = json!(["com.example.app://bye", "com.example.other://bye"]);
    let app = json!({ "application_type": "native", "token_endpoint_auth_method": "none",
        "redirect_uris": ["com.example.app://cb", "com.example.other://cb"], "post_logout_redirect_uris": bye });
    let client = Registered::new(&world, app).await;
    let changed = patch(&world, &client, json!({ "redirect_uris": ["com.example.app://cb"] })).await;
    assert_eq!(changed["post_logout_redirect_uris"], json!(["com.example.app://bye"]));
}
