//! What a client registers to be told (section 2.2).

use postern_testkit::{World, assert_error};
use serde_json::{Value, json};

use crate::admin::{Admin, json_of};

fn web(changes: &Value) -> Value {
    let mut client = json!({
        "kind": "web", "name": "W", "redirect_uris": ["https://w.test/cb"], "scopes": ["openid"],
    });
    client.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    client
}

#[tokio::test]
async fn a_client_is_registered_with_its_address_and_changed() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let uri = "https://w.test/backchannel?x=y";
    let settings = json!({"backchannel_logout_uri": uri, "backchannel_logout_session_required": true});
    let made = json_of(&operator.post("clients", web(&settings)).await, 201);
    assert_eq!(made["backchannel_logout_uri"], uri);
    assert_eq!(made["backchannel_logout_session_required"], true);
    let path = format!("clients/{}", made["client_id"].as_str().unwrap());
    let removed = json_of(&operator.patch(&path, json!({"backchannel_logout_uri": null})).await, 200);
    assert_eq!(removed["backchannel_logout_uri"], Value::Null);
    assert_eq!(removed["backchannel_logout_session_required"], true, "what is not named stays");
}

#[tokio::test]
async fn d02_only_addresses_that_a_server_may_call_are_taken() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    for uri in [
        json!("http://w.test/"),
        json!("https://w.test/#f"),
        json!("com.example.app:/logout"),
        json!("/logout"),
        json!(""),
        json!(7),
    ] {
        let answer = operator.post("clients", web(&json!({ "backchannel_logout_uri": uri }))).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), "backchannel_logout_uri", "{uri}");
    }
}

#[tokio::test]
async fn a_client_at_which_nobody_signs_in_is_not_told() {
    let world = World::start().await;
    let acme = Admin::of_acme(&world).await;
    let service = json!({
        "kind": "service", "name": "S", "scopes": ["contact.read"],
        "backchannel_logout_uri": "https://victim.test/",
    });
    let answer = acme.post("clients", service).await;
    assert_error(&answer, 400, "invalid_request");
    assert_eq!(answer.member("field"), "backchannel_logout_uri");
}
