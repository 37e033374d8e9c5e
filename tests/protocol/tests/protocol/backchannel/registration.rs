//! What a client registers to be told (section 2.2).

use postern_testkit::{App, World, assert_error};
use serde_json::{Value, json};

use super::{listens, sign_in, sign_out, told, unverified};
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

/// Where a client that nobody vouched for is to be told, at a host of people's and at another one.
const THERE: &str = "https://web.test:8443/any";
const ELSEWHERE: &str = "https://victim.test:8443/any";

/// D02: redirect URIs are nobody's proof. A client that nobody vouched for is called only at the host that people were
/// sent to.
#[tokio::test]
async fn d02_an_unverified_client_is_told_where_people_have_been() {
    for (used, calls) in [("https://web.test/cb", 0), ("https://victim.test/cb", 1)] {
        let world = World::start().await;
        let app = App { redirect_uri: used.to_owned(), ..unverified(&world, ELSEWHERE).await };
        let mut browser = world.browser();
        sign_in(&world, &mut browser, &app, &world.people.olivia).await;
        sign_out(&mut browser).await;
        world.tell_clients().await;
        assert_eq!(told(&world, ELSEWHERE).len(), calls, "{used}");
    }
}

/// D02: also where it has taken another address since.
#[tokio::test]
async fn d02_an_unverified_client_is_not_told_at_a_host_that_it_names_later() {
    for (moves, calls) in [(false, 1), (true, 0)] {
        let world = World::start().await;
        let app = unverified(&world, THERE).await;
        let mut browser = world.browser();
        sign_in(&world, &mut browser, &app, &world.people.olivia).await;
        let uri = if moves { ELSEWHERE } else { THERE };
        listens(&world, &app, uri).await;
        // Clients are remembered for some seconds.
        world.clock.advance(60);
        sign_out(&mut browser).await;
        world.tell_clients().await;
        assert_eq!(told(&world, uri).len(), calls, "{uri}");
    }
}
