//! `GET`, `PUT` and `DELETE /oauth2/register/{client_id}` (RFC 7592 section 2).

use postern_core::audit::{Actor, Kind};
use postern_core::http::Method;
use postern_core::register::Admission;
use postern_testkit::{Ask, World, assert_error, assert_page};
use serde_json::{Value, json};

use super::{PATH, Registered, assert_refused};

#[tokio::test]
async fn rfc7592_2_1_a_client_reads_itself() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "contacts": ["a@other.test"] })).await;
    let answer = client.manage(&world, Method::GET).send().await;
    assert_eq!((answer.status(), answer.header("cache-control")), (200, Some("no-store")));
    let mut expected = client.body.clone();
    // Nobody keeps the secret but the client.
    expected.as_object_mut().unwrap().remove("client_secret");
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn d06_d07_nobody_else_reads_or_changes_it() {
    let world = World::start().await;
    let (mine, theirs) = (Registered::new(&world, json!({})).await, Registered::new(&world, json!({})).await);
    let before = world.state().await;
    let web = world.apps.web.client_id.clone();
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let of = |path: &str| world.request(method.clone(), path).body("application/json", "{}");
        for draft in [
            of(&theirs.path()),
            of(&theirs.path()).bearer(&mine.token),
            of(&theirs.path()).bearer("x"),
            of(&theirs.path()).header("authorization", &format!("Basic {}", theirs.token)),
            of(&theirs.path()).by(&theirs.app),
            of(&format!("{PATH}/{web}")).bearer(&mine.token),
            of(&format!("{PATH}/nobody")).bearer(&mine.token),
            of(&format!("{PATH}/%00/x")).bearer(&mine.token),
            of(&format!("{PATH}?access_token={}", theirs.token)),
        ] {
            let answer = draft.send().await;
            if answer.status() != 405 {
                assert_error(&answer, 401, "invalid_token");
                assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "));
            }
        }
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn rfc7592_2_2_what_is_left_out_is_gone() {
    let world = World::start().await;
    let changes =
        json!({ "contacts": ["a@other.test"], "client_name": "Before", "scope": "openid contact.read" });
    let client = Registered::new(&world, changes).await;
    let body = json!({
        "client_id": client.app.client_id, "client_secret": client.app.secret, "client_name": "After",
        "redirect_uris": ["https://other.test/new"], "grant_types": ["authorization_code", "refresh_token"],
    });
    let answer = client.put(&world, &body).send().await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    let after = answer.json();
    assert_eq!(
        (&after["client_name"], after.get("contacts"), after.get("scope")),
        (&json!("After"), None, None)
    );
    assert_eq!(after["redirect_uris"], json!(["https://other.test/new"]));
    assert_eq!(after["client_id_issued_at"], client.body["client_id_issued_at"]);
    assert_eq!(client.manage(&world, Method::GET).send().await.json(), after);
    // The old address is nobody's now.
    world.clock.advance(60);
    assert_page(&world.get(&Ask::of(&client.app).path()).send().await, 400);
    let mut app = client.app.clone();
    "https://other.test/new".clone_into(&mut app.redirect_uri);
    world.tokens(&app).await;
}

#[tokio::test]
async fn rfc7592_2_2_the_body_names_the_client_and_its_secret() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let put = async |changes: Value| {
        let mut body =
            json!({ "client_id": client.app.client_id, "redirect_uris": ["https://other.test/cb"] });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        client.put(&world, &body).send().await
    };
    for id in [json!(null), json!("other"), json!(7)] {
        assert_refused(&put(json!({ "client_id": id })).await, "invalid_client_metadata", "client_id");
    }
    for secret in [json!("wrong"), json!(7), json!("")] {
        let answer = put(json!({ "client_secret": secret })).await;
        assert_refused(&answer, "invalid_client_metadata", "client_secret");
    }
    assert_eq!(put(json!({ "client_secret": client.app.secret })).await.status(), 200);
    assert_eq!(put(json!({})).await.status(), 200);
}

#[tokio::test]
async fn a_client_that_changes_its_method_gets_or_loses_its_secret() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({ "token_endpoint_auth_method": "none" })).await;
    let body = |method: &str| {
        json!({ "client_id": client.app.client_id, "redirect_uris": ["https://other.test/cb"],
            "token_endpoint_auth_method": method })
    };
    let with = client.put(&world, &body("client_secret_post")).send().await.json();
    assert!(with["client_secret"].is_string() && with["client_secret_expires_at"] == 0);
    let without = client.put(&world, &body("none")).send().await.json();
    assert_eq!((without.get("client_secret"), without.get("client_secret_expires_at")), (None, None));
}

#[tokio::test]
async fn rfc7592_2_3_a_removed_client_is_gone_with_its_tokens() {
    let world = World::start().await;
    let changes = json!({ "grant_types": ["authorization_code", "refresh_token"] });
    let client = Registered::new(&world, changes).await;
    let tokens = world.tokens(&client.app).await;
    let answer = client.manage(&world, Method::DELETE).send().await;
    assert_eq!((answer.status(), answer.text()), (204, ""));
    world.clock.advance(60);
    assert_error(&world.refresh(&client.app, &tokens.refresh).send().await, 401, "invalid_client");
    assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "unauthorized");
    assert_page(&world.get(&Ask::of(&client.app).path()).send().await, 400);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        assert_error(&client.manage(&world, method).send().await, 401, "invalid_token");
    }
}

#[tokio::test]
async fn each_change_is_told_once_by_the_client_itself() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let id = &client.app.client_id;
    let body = json!({ "client_id": id, "redirect_uris": ["https://other.test/cb"] });
    assert_eq!(client.put(&world, &body).send().await.status(), 200);
    assert_eq!(client.manage(&world, Method::DELETE).send().await.status(), 204);
    let events = world.events(None).await;
    let by_itself: Vec<_> =
        events.iter().filter(|it| it.actor == Actor::Client(id.clone())).map(|it| it.kind).collect();
    assert_eq!(by_itself, [Kind::ClientChanged, Kind::ClientRemoved]);
}

#[tokio::test]
async fn whoever_is_registered_manages_itself_though_the_door_was_closed_since() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    let closed = world.admitting(Admission::Closed);
    assert_eq!(client.manage(&closed, Method::GET).send().await.status(), 200);
    assert_eq!(client.manage(&closed, Method::DELETE).send().await.status(), 204);
}

#[tokio::test]
async fn what_an_operator_switched_off_stays_off() {
    let world = World::start().await;
    let client = Registered::new(&world, json!({})).await;
    world.edit_client(&client.app.client_id, |it| it.active = false).await;
    let body = json!({ "client_id": client.app.client_id, "redirect_uris": ["https://other.test/cb"] });
    assert_error(&client.put(&world, &body).send().await, 401, "invalid_token");
}
