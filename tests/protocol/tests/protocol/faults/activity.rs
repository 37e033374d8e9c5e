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
    let own = world.platform_token(platform).await;
    let (sites, _) = world.sites(world.gate(15).call_for(READ, &own, &account)).await;
    let writes = sites.iter().filter(|site| site.operation == "UpdateItem");
    let writes: Vec<_> = writes.cloned().collect();
    assert_eq!(writes.len(), 2, "the mark of the day, and the count: {sites:?}");
    for site in &writes {
        for blow in Blow::all() {
            for route in [READ, "DELETE /v1/contacts/{id}"] {
                let expected = if route == READ { "allowed" } else { "insufficient_scope" };
                world.strike(site, blow);
                let decision = world.gate(15).call_for(route, &own, &account).await;
                world.faults().clear();
                assert_eq!(decision.name(), expected, "{site:?} {blow:?}");
            }
        }
    }
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
