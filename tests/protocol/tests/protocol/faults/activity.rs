//! Faults while requests of connections are counted, and while their customer reads of them.

use postern_core::http::Method;
use postern_testkit::{Blow, World};
use serde_json::json;

use super::at_every_call;

const READ: &str = "GET /v1/contacts";

/// Counting is best effort: a request is never refused for it.
#[tokio::test]
async fn g04_requests_are_counted_at_the_price_of_no_verdict() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let account = world.connect(platform, &world.people.olivia).await.account;
    for (route, expected, writes) in
        [(READ, "allowed", 4), ("DELETE /v1/contacts/{id}", "insufficient_scope", 1)]
    {
        // On a day of its own each time, the first request of a process marks the day and its network if it passes, and
        // is counted; the very first network is looked for and written.
        let own = tomorrow(&world).await;
        let (sites, _) = world.sites(world.gate(15).call_for(route, &own, &account)).await;
        let sites: Vec<_> = sites.into_iter().filter(|site| site.operation == "UpdateItem").collect();
        assert_eq!(sites.len(), writes, "{route}: {sites:?}");
        for (site, blow) in sites.iter().flat_map(|site| Blow::all().map(move |blow| (site, blow))) {
            let own = tomorrow(&world).await;
            world.strike(site, blow);
            let decision = world.gate(15).call_for(route, &own, &account).await;
            world.faults().clear();
            assert_eq!(decision.name(), expected, "{site:?} {blow:?}");
        }
    }
}

/// A platform's token of the next day.
async fn tomorrow(world: &World) -> String {
    world.clock.advance(86_400);
    world.platform_token(&world.apps.platform).await
}

#[tokio::test]
async fn db04_a_customer_reads_what_a_platform_does() {
    let path = |world: &World| format!("/account/v1/connections/{}/activity", world.apps.platform.client_id);
    at_every_call(
        async |world| {
            let (platform, olivia) = (&world.apps.platform, &world.people.olivia);
            world.clock.advance(1);
            world.connect(platform, olivia).await;
            let (token, process) = (world.account_token(olivia).await, world.instance());
            // The authorizer before the function is warm: what fails is the function.
            assert_eq!(process.get("/account/v1/tokens").bearer(&token).send().await.status(), 200);
            (token, process)
        },
        async |world, (token, process)| process.get(&path(world)).bearer(token).send().await,
        async |_, _, outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 200, "{}", outcome.cell);
        },
    )
    .await;
}

#[tokio::test]
async fn db04_db05_a_member_binds_a_connection_to_a_network() {
    at_every_call(
        async |world| {
            let (platform, olivia) = (&world.apps.platform, &world.people.olivia);
            world.clock.advance(1);
            let account = world.connect(platform, olivia).await.account;
            let (token, process) = (world.account_token(olivia).await, world.instance());
            assert_eq!(process.get("/account/v1/tokens").bearer(&token).send().await.status(), 200);
            (account, token, process)
        },
        async |world, (_, token, process)| {
            let path = format!("/account/v1/connections/{}", world.apps.platform.client_id);
            let draft = process.request(Method::PATCH, &path).bearer(token);
            draft.json(&json!({ "networks": ["203.0.113.0/24"] })).send().await
        },
        async |world, (account, ..), outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 200, "{}", outcome.cell);
            let token = world.platform_token(&world.apps.platform).await;
            let verdict = world.gate(0).call_for(READ, &token, account).await;
            assert_eq!(verdict.name(), "ip_not_allowed", "{}", outcome.cell);
        },
    )
    .await;
}
