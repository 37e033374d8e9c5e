//! Faults while clients register and manage themselves.

use postern_core::http::Method;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Answer, Blow, Draft, Site, World, assert_unavailable};
use serde_json::{Value, json};

use super::at_every_call;
use crate::registration::token;

const PATH: &str = "/oauth2/register";

fn body() -> Value {
    json!({ "redirect_uris": ["https://other.test/cb"] })
}

async fn registered(world: &World) -> Value {
    world.post(PATH).from("203.0.113.9").body("application/json", body().to_string()).send().await.json()
}

/// A request by a cold process about the client, by its own token.
fn manage(world: &World, client: &Value, method: Method) -> Draft {
    let path = format!("{PATH}/{}", client["client_id"].as_str().unwrap());
    world.instance().request(method, &path).bearer(client["registration_access_token"].as_str().unwrap())
}

/// How many events of this kind the table tells of for a client.
async fn events(world: &World, kind: &str, client: &Value) -> usize {
    let (dump, id) = (world.dump().await, client["client_id"].as_str().unwrap());
    dump.lines().filter(|line| line.contains(kind) && line.contains(id) && line.contains("CLIENT#")).count()
}

#[tokio::test]
async fn d01_db04_db05_a_registration() {
    at_every_call(
        async |world| world.clock.advance(60),
        async |world, (): &mut ()| {
            world.instance().post(PATH).body("application/json", body().to_string()).send().await
        },
        async |world, (), outcome| {
            assert!(outcome.first.status() == 201 || outcome.first_failed(), "{}", outcome.cell);
            for answer in [&outcome.first, &outcome.second].into_iter().filter(|it| it.status() == 201) {
                let client = answer.json();
                assert_eq!(events(world, "client.created", &client).await, 1, "{}", outcome.cell);
                assert_eq!(
                    manage(world, &client, Method::GET).send().await.status(),
                    200,
                    "{}",
                    outcome.cell
                );
            }
        },
    )
    .await;
}

/// Registrations that check one token at once have each other cancelled: they come again, a few times.
#[tokio::test]
async fn db03_registrations_that_collide_come_again() {
    let site = Site { service: Service::DynamoDb, operation: "TransactWriteItems".to_owned(), nth: 0 };
    for (times, status, sent) in [(1, 201, 2), (3, 201, 4), (9, 503, 4)] {
        let world = World::start().await;
        let (_, token) = token(&world, json!({ "label": "any number" })).await;
        let before = world.calls(site.service, &site.operation);
        world.strike(
            &site,
            Blow { kind: FaultKind::TransactionConflict, moment: Moment::BeforeEffect, times },
        );
        let draft = world.post(PATH).bearer(&token).body("application/json", body().to_string());
        let answer = draft.send().await;
        assert_eq!(answer.status(), status, "{times}: {}", answer.text());
        assert_eq!(world.calls(site.service, &site.operation) - before, sent, "{times}");
        world.faults().clear();
        if status == 201 {
            assert_eq!(events(&world, "client.created", &answer.json()).await, 1, "{times}");
        } else {
            assert_unavailable(&answer);
        }
    }
}

#[tokio::test]
async fn db04_db05_a_replacement() {
    let put = async |world: &World, client: &mut Value| -> Answer {
        let mut body = body();
        body["client_id"] = client["client_id"].clone();
        body["client_name"] = json!("After");
        manage(world, client, Method::PUT).body("application/json", body.to_string()).send().await
    };
    at_every_call(
        async |world| {
            world.clock.advance(60);
            registered(world).await
        },
        put,
        async |world, client, outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 200, "{}", outcome.cell);
            let now = manage(world, client, Method::GET).send().await;
            assert_eq!(now.member("client_name"), "After", "{}", outcome.cell);
        },
    )
    .await;
}

#[tokio::test]
async fn db04_db05_a_removal() {
    at_every_call(
        async |world| {
            world.clock.advance(60);
            registered(world).await
        },
        async |world, client| manage(world, client, Method::DELETE).send().await,
        async |world, client, outcome| {
            assert!(outcome.first.status() == 204 || outcome.first_failed(), "{}", outcome.cell);
            assert!([204, 401].contains(&outcome.second.status()), "{}", outcome.cell);
            assert_eq!(manage(world, client, Method::GET).send().await.status(), 401, "{}", outcome.cell);
        },
    )
    .await;
}
