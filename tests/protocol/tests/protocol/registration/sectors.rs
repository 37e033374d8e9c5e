//! Pairwise subjects of clients that nobody vouched for: no client learns those of a sector that is not its own.

use postern_core::http::Method;
use postern_testkit::{World, assert_error};
use serde_json::{Value, json};

use super::{Registered, assert_refused, register};

const SECTOR: &str = "https://sector.test/uris.json";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn pairwise(uris: &Value) -> Value {
    json!({ "redirect_uris": uris, "subject_type": "pairwise", "sector_identifier_uri": SECTOR })
}

fn with(mut object: Value, changes: &Value) -> Value {
    object.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    object
}

#[tokio::test]
async fn d02_the_subjects_of_a_sector_are_not_for_the_device_grant_or_for_addresses_that_anybody_claims() {
    let world = World::start().await;
    let (own, loopback) = (json!(["https://sector.test/cb"]), json!(["http://127.0.0.1/cb"]));
    let app = json!(["com.sector.test://sector.test/cb"]);
    world.web.publish(SECTOR, &json!([own[0], loopback[0], app[0]]));
    for changes in [
        with(pairwise(&json!(null)), &json!({ "grant_types": [DEVICE] })),
        with(pairwise(&own), &json!({ "grant_types": ["authorization_code", DEVICE] })),
        pairwise(&loopback),
        pairwise(&app),
        pairwise(&json!([own[0], loopback[0]])),
        pairwise(&json!(["https://localhost/cb"])),
        json!({ "redirect_uris": loopback, "subject_type": "pairwise" }),
        json!({ "redirect_uris": app, "subject_type": "pairwise" }),
    ] {
        let answer = register(&world, changes).send().await;
        assert_refused(&answer, "invalid_client_metadata", "subject_type");
    }
    assert_eq!(world.web.visits(SECTOR), 0, "refused before anything is fetched");
    Registered::new(&world, pairwise(&own)).await;
}

#[tokio::test]
async fn d02_a_sector_that_lists_nothing_of_the_client_is_not_its_own() {
    let world = World::start().await;
    let changes = json!({ "grant_types": [DEVICE], "redirect_uris": null, "sector_identifier_uri": SECTOR });
    for document in ["[]", "[\"https://sector.test/cb\"]", "no JSON"] {
        world.web.publish(SECTOR, document);
        let answer = register(&world, changes.clone()).send().await;
        assert_refused(&answer, "invalid_client_metadata", "sector_identifier_uri");
    }
}

#[tokio::test]
async fn d02_a_change_fetches_the_sector_only_if_it_or_the_redirect_uris_changed() {
    let world = World::start().await;
    let uris = json!(["https://a.test/cb"]);
    world.web.publish(SECTOR, &uris);
    let client = Registered::new(&world, pairwise(&uris)).await;
    let visits = world.web.visits(SECTOR);
    let named = json!({ "client_id": client.app.client_id, "client_name": "After" });
    let same = client.put(&world, &with(pairwise(&uris), &named)).send().await;
    assert_eq!((same.status(), world.web.visits(SECTOR)), (200, visits), "{}", same.text());
    assert_eq!(same.json()["sector_identifier_uri"], SECTOR);
    let more = json!(["https://a.test/cb", "https://b.test/cb"]);
    let unlisted = client.put(&world, &with(pairwise(&more), &named)).send().await;
    assert_refused(&unlisted, "invalid_client_metadata", "sector_identifier_uri");
    assert_eq!(world.web.visits(SECTOR), visits + 1);
}

#[tokio::test]
async fn d01_changes_and_removals_count_with_registrations_before_anything_is_fetched() {
    let world = World::start().await;
    let uris = json!(["https://a.test/cb"]);
    world.web.publish(SECTOR, &uris);
    let client = Registered::new(&world, json!({})).await;
    for _ in 0..20 {
        Registered::of(&register(&world, json!({})).from("203.0.113.1").send().await);
    }
    let (before, visits) = (world.dump().await, world.web.visits(SECTOR));
    let body = with(pairwise(&uris), &json!({ "client_id": client.app.client_id }));
    let put = client.put(&world, &body).from("203.0.113.1").send().await;
    let delete = client.manage(&world, Method::DELETE).from("203.0.113.1").send().await;
    for refused in [put, delete] {
        assert_error(&refused, 429, "rate_limited");
    }
    assert_eq!((world.dump().await, world.web.visits(SECTOR)), (before, visits));
    assert_eq!(client.manage(&world, Method::GET).from("203.0.113.1").send().await.status(), 200);
    assert_eq!(client.put(&world, &body).from("203.0.113.2").send().await.status(), 200);
}
