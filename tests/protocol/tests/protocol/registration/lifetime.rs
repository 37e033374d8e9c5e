//! D01: whoever registers and is never used goes away; whoever is used stays.

use postern_core::clock::Timestamp;
use postern_core::http::Method;
use postern_core::lifetime::{CLIENT_USE_MARK, RETENTION, UNUSED_CLIENT};
use postern_core::store::{KeepClients as _, LoadClients as _};
use postern_local::Service;
use postern_testkit::{Tokens, World, assert_error};
use serde_json::json;

use super::Registered;
use crate::admin::Admin;

async fn client(world: &World) -> Registered {
    Registered::new(world, json!({ "grant_types": ["authorization_code", "refresh_token"] })).await
}

async fn expires_at(world: &World, client: &Registered) -> u64 {
    let found = world.store().load_client(&client.app.client_id).await.unwrap().unwrap();
    found.registration.expires_at.unwrap().as_secs()
}

/// The moments at which the table may drop what it holds of the client, in seconds since 1970.
async fn swept(world: &World, client: &Registered) -> Vec<u64> {
    let dump = world.dump().await;
    let id = client.app.client_id.as_str();
    let own = [format!("\"PK\": \"CLIENT#{id}\""), format!("\"PK\": \"LIST#CLIENTS\", \"SK\": \"{id}\"")];
    let items = dump.lines().filter(|line| own.iter().any(|key| line.contains(key)));
    let ttl = |line: &str| {
        let (_, rest) = line.split_once("\"ttl\": ").unwrap();
        rest.chars().filter(char::is_ascii_digit).take(10).collect::<String>().parse().unwrap()
    };
    items.map(ttl).collect()
}

#[tokio::test]
async fn d01_a_client_that_nobody_uses_ends() {
    let world = World::start().await;
    let client = client(&world).await;
    assert_eq!(expires_at(&world, &client).await, world.now() + UNUSED_CLIENT);
    let sweep = world.now() + UNUSED_CLIENT + RETENTION;
    assert_eq!(swept(&world, &client).await, [sweep; 2]);
    world.clock.advance(UNUSED_CLIENT);
    assert_error(&client.manage(&world, Method::GET).send().await, 401, "invalid_token");
}

#[tokio::test]
async fn d01_use_keeps_a_client_and_is_written_down_once_a_day() {
    let world = World::start().await;
    let client = client(&world).await;
    let mut tokens = world.tokens(&client.app).await;
    assert_eq!(expires_at(&world, &client).await, world.now() + UNUSED_CLIENT, "it is new: nothing is due");
    world.clock.advance(CLIENT_USE_MARK);
    tokens = Tokens::of(&world.refresh(&client.app, &tokens.refresh).send().await);
    assert_eq!(expires_at(&world, &client).await, world.now() + UNUSED_CLIENT);
    let kept = world.now() + UNUSED_CLIENT + RETENTION;
    assert_eq!(swept(&world, &client).await, [kept; 2]);
    world.clock.advance(60);
    let before = expires_at(&world, &client).await;
    let calls = world.calls(Service::DynamoDb, "TransactWriteItems");
    Tokens::of(&world.refresh(&client.app, &tokens.refresh).send().await);
    assert_eq!(expires_at(&world, &client).await, before);
    assert_eq!(world.calls(Service::DynamoDb, "TransactWriteItems"), calls);
}

#[tokio::test]
async fn d01_a_use_that_cannot_be_written_down_is_a_use() {
    let world = World::start().await;
    let client = client(&world).await;
    let tokens = world.tokens(&client.app).await;
    world.clock.advance(CLIENT_USE_MARK);
    world.edit_client(&client.app.client_id, |it| it.name = "Changed meanwhile".to_owned()).await;
    Tokens::of(&world.refresh(&client.app, &tokens.refresh).send().await);
}

#[tokio::test]
async fn d01_a_client_that_was_removed_is_not_kept() {
    let world = World::start().await;
    let client = client(&world).await;
    let seen = Timestamp::from_secs(expires_at(&world, &client).await);
    let path = format!("clients/{}", client.app.client_id);
    assert_eq!(Admin::operator(&world).await.delete(&path).await.status(), 204);
    let removed = world.dump().await;
    world.store().keep_client(&client.app.client_id, seen, seen.plus(UNUSED_CLIENT)).await.unwrap();
    assert_eq!(world.dump().await, removed);
}

#[tokio::test]
async fn clients_of_operators_never_end() {
    let world = World::start().await;
    let tokens = world.tokens(&world.apps.spa).await;
    world.clock.advance(CLIENT_USE_MARK);
    Tokens::of(&world.refresh(&world.apps.spa, &tokens.refresh).send().await);
    let found = world.store().load_client(&world.apps.spa.client_id).await.unwrap().unwrap();
    assert_eq!(found.registration.expires_at, None);
}
