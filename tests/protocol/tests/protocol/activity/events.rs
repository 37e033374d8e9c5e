//! The events of a connection, by pages.

use postern_core::audit::Kind;
use postern_testkit::{World, assert_error};
use serde_json::Value;

use super::activity;

/// A world in which a platform was connected, refreshed twice with one token and was bound to networks, and other
/// things happened beside it.
async fn eventful() -> World {
    let world = World::start().await;
    let (platform, olivia) = (&world.apps.platform, &world.people.olivia);
    let acme = world.connect(platform, olivia).await;
    world.connect(&world.apps.rival, olivia).await;
    world.connect(platform, &world.people.gloria).await;
    world.tokens(&world.apps.web).await;
    for _ in 0..2 {
        world.clock.advance(1);
        assert_eq!(world.refresh(platform, &acme.tokens.refresh).send().await.status(), 200);
    }
    world.platform_token(platform).await;
    world.events(None).await;
    world
}

fn kinds(events: &[Value]) -> Vec<String> {
    let mut kinds: Vec<_> = events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn r12_a_customer_reads_the_events_of_a_connection_and_no_others() {
    let world = eventful().await;
    let (platform, token) = (&world.apps.platform, world.account_token(&world.people.olivia).await);
    let (mut found, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = activity(&world, &token, (platform, &query)).await;
        assert_eq!(page.status(), 200, "{}", page.text());
        let page = page.json();
        assert_eq!(page.get("requests").is_some(), !query.contains("cursor"), "beside the first page alone");
        let events = page["data"].as_array().unwrap();
        assert!(events.len() <= 2);
        found.extend(events.iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    let expected = [
        Kind::CodeExchanged,
        Kind::ConnectionAuthorized,
        Kind::ConsentGiven,
        Kind::RefreshRepeated,
        Kind::TokenRefreshed,
    ];
    assert_eq!(kinds(&found), expected.map(Kind::as_str));
    assert!(found.iter().all(|it| it["client_id"] == platform.client_id.as_str()));
    assert!(found.iter().all(|it| it["tenant_id"] == world.tenants.acme.as_str()));
    assert!(
        found.windows(2).all(|pair| pair[0]["at"].as_u64() >= pair[1]["at"].as_u64()),
        "the latest first"
    );
}

#[tokio::test]
async fn db13_a_cursor_serves_one_connection() {
    let world = eventful().await;
    let (platform, rival) = (&world.apps.platform, &world.apps.rival);
    let olivia = world.account_token(&world.people.olivia).await;
    let gloria = world.account_token(&world.people.gloria).await;
    let page = activity(&world, &olivia, (platform, "?limit=1")).await.json();
    let query = format!("?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(activity(&world, &olivia, (platform, &query)).await.status(), 200);
    for (token, app) in [(&olivia, rival), (&gloria, platform)] {
        let refused = activity(&world, token, (app, &query)).await;
        assert_error(&refused, 400, "invalid_request");
        assert_eq!(refused.json()["field"], "cursor");
    }
    for (bad, field) in [
        ("?cursor=x", "cursor"),
        ("?cursor=x.y", "cursor"),
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?limit=1&limit=2", "limit"),
        ("?cursor=%ff", "query"),
    ] {
        let refused = activity(&world, &olivia, (platform, bad)).await;
        assert_eq!((refused.status(), &refused.json()["field"]), (400, &field.into()), "{bad}");
    }
}
