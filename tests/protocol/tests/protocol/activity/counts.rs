//! Requests by day: how many, how exactly, at what price.

use postern_core::activity::Requests;
use postern_core::clock::Timestamp;
use postern_core::store::{CountRequests as _, LoadRequests as _};
use postern_local::Service;
use postern_testkit::{World, claims_of};
use serde_json::{Value, json};

use super::{DELETE, READ, activity};

/// The requests by day of the first platform, as Olivia is told.
async fn told(world: &World) -> Value {
    let token = world.account_token(&world.people.olivia).await;
    let answer = activity(world, &token, (&world.apps.platform, "")).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.json()["requests"].clone()
}

#[tokio::test]
async fn r10_a_customer_sees_how_often_a_platform_acts_for_it() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let acme = world.connect(platform, &world.people.olivia).await;
    assert_eq!(told(&world).await, json!([]));
    let (gate, own) = (world.gate(300), world.platform_token(platform).await);
    let count = |allowed: u64, refused: u64, at: u64| json!([{ "day": at / 86_400 * 86_400, "allowed": allowed, "refused": refused, "last_at": at }]);
    assert_eq!(gate.call_for(READ, &own, &acme.account).await.name(), "allowed");
    assert_eq!(told(&world).await, count(1, 0, world.now()), "the first is told at once");
    for token in [&own, &acme.tokens.access] {
        let decision = if token == &own {
            gate.call_for(DELETE, token, &acme.account).await
        } else {
            gate.call(DELETE, token).await
        };
        assert_eq!(decision.name(), "insufficient_scope");
    }
    assert_eq!(gate.call(READ, &acme.tokens.access).await.name(), "allowed", "by the connection's own token");
    assert_eq!(
        gate.call("GET /me", &own).await.name(),
        "allowed",
        "for itself, which is nobody else's business"
    );
    let first = world.now();
    assert_eq!(told(&world).await, count(1, 0, first), "later ones are told by the minute");
    world.clock.advance(60);
    assert_eq!(gate.call_for("GET /nowhere", &own, &acme.account).await.name(), "unknown_route");
    assert_eq!(told(&world).await, count(2, 3, world.now()));
    // Another process adds its own.
    world.gate(300).call_for(READ, &own, &acme.account).await;
    assert_eq!(told(&world).await, count(3, 3, world.now()));
}

#[tokio::test]
async fn s07_what_is_not_surely_of_a_connection_is_not_counted() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let acme = world.connect(platform, &world.people.olivia).await;
    let (gate, own) = (world.gate(0), world.platform_token(platform).await);
    let rival = world.platform_token(&world.apps.rival).await;
    let before = world.dump().await;
    for (token, account) in [(&rival, &acme.account), (&own, &"acct_nobody".to_owned())] {
        assert_eq!(gate.call_for(READ, token, account).await.name(), "invalid_connected_account");
    }
    let mut claims = claims_of(&acme.tokens.access);
    claims["home"] = json!(world.tenants.rival.as_str());
    let forged = world.forge().claims(&claims);
    assert_eq!(gate.call(READ, &forged).await.name(), "unauthorized");
    assert_eq!(world.dump().await, before);
    assert_eq!(world.deauthorize(platform, &acme.account).send().await.status(), 200);
    for _ in 0..3 {
        assert_eq!(gate.call_for(READ, &own, &acme.account).await.name(), "connection_revoked");
        assert_eq!(gate.call(READ, &acme.tokens.access).await.name(), "connection_revoked");
    }
    assert_eq!(told(&world).await, json!([]));
}

#[tokio::test]
async fn counting_costs_a_write_in_a_minute() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let acme = world.connect(platform, &world.people.olivia).await;
    let (gate, own) = (world.gate(300), world.platform_token(platform).await);
    let before = world.calls(Service::DynamoDb, "UpdateItem");
    for number in 0..24 {
        let route = if number % 2 == 0 { READ } else { DELETE };
        gate.call_for(route, &own, &acme.account).await;
        world.clock.advance(10);
    }
    // At 0, 60, 120 and 180 seconds; the mark of the day; and the first network, looked for and written.
    assert_eq!(world.calls(Service::DynamoDb, "UpdateItem") - before, 4 + 1 + 2);
}

#[tokio::test]
async fn thirty_days_are_shown_and_ninety_kept() {
    let world = World::start().await;
    let acme = world.connect(&world.apps.platform, &world.people.olivia).await;
    let (tenant, client, store) = (acme.tenant(), &world.apps.platform.client_id, world.store());
    let today = Timestamp::from_secs(world.now()).day();
    for days in [31, 30, 29, 1, 0] {
        let day = today.days_before(days);
        let requests = Requests { day, allowed: days + 1, refused: 2, last_at: day.plus(7) };
        store.count_requests((&tenant, client), &requests).await.unwrap();
    }
    let shown = |days: u64| {
        let day = today.days_before(days).as_secs();
        json!({ "day": day, "allowed": days + 1, "refused": 2, "last_at": day + 7 })
    };
    assert_eq!(told(&world).await, json!([shown(0), shown(1), shown(29)]));
    let dump = world.dump().await;
    let kept = today.plus(90 * 86_400).as_secs();
    let line =
        dump.lines().find(|line| line.contains("ACTIVITY#") && line.contains(&kept.to_string())).unwrap();
    assert!(line.contains("\"ttl\"") && !line.contains("audit"), "no reader of the stream is woken: {line}");
}

#[tokio::test]
async fn additions_of_processes_add_up_and_the_latest_moment_stays() {
    let world = World::start().await;
    let acme = world.connect(&world.apps.platform, &world.people.olivia).await;
    let (tenant, client, store) = (acme.tenant(), &world.apps.platform.client_id, world.store());
    let now = Timestamp::from_secs(world.now());
    for (allowed, refused, at) in [(5, 0, now.plus(9)), (2, 1, now), (1, 1, now.plus(10))] {
        let requests = Requests { day: now.day(), allowed, refused, last_at: at };
        store.count_requests((&tenant, client), &requests).await.unwrap();
    }
    let found = store.load_requests((&tenant, client), now.day()).await.unwrap();
    assert_eq!(found, [Requests { day: now.day(), allowed: 8, refused: 2, last_at: now.plus(10) }]);
    // Neither of another platform nor of another customer.
    assert!(store.load_requests((&world.tenants.globex, client), now.day()).await.unwrap().is_empty());
    let rival = &world.apps.rival.client_id;
    assert!(store.load_requests((&tenant, rival), now.day()).await.unwrap().is_empty());
}
