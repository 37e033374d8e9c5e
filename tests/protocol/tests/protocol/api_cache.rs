//! APIs in a warm authorizer: it decides by what it has read for a stated time, and then by what stands in the table.

use postern_core::api::{Need, Route};
use postern_core::lifetime::API_CACHE;
use postern_core::param::ScopeSet;
use postern_testkit::{Gate, ISSUER, Tokens, World};

use crate::admin::Admin;

const READ: &str = "GET /v1/contacts";

/// A request second by second: it passes while the process that read before the change may still use that.
async fn assert_felt_at_the_bound(world: &World, gate: &Gate, (route, token): (&str, &str), after: &str) {
    assert_eq!(world.gate(15).call(route, token).await.name(), after, "a process that has read nothing");
    for second in 0..API_CACHE {
        assert_eq!(gate.call(route, token).await.name(), "allowed", "{second} s later");
        world.clock.advance(1);
    }
    assert_eq!(gate.call(route, token).await.name(), after, "{API_CACHE} s later");
}

#[tokio::test]
async fn r20_a_removed_api_is_gone_from_a_warm_process_within_a_minute() {
    let world = World::start().await;
    let audience = format!("{ISSUER}/mcp");
    let form = [("resource", audience.as_str())];
    let token = world.client_credentials(&world.apps.service, "mcp.use").form(form).send().await;
    let (token, gate) = (Tokens::of(&token).access, world.gate(15));
    assert_eq!(gate.call("POST /mcp", &token).await.name(), "allowed");
    let operator = Admin::operator(&world).await;
    assert_eq!(operator.delete(&format!("apis?audience={audience}")).await.status(), 204);
    assert_felt_at_the_bound(&world, &gate, ("POST /mcp", &token), "unauthorized").await;
}

#[tokio::test]
async fn r20_a_route_that_needs_more_is_closed_in_a_warm_process_within_a_minute() {
    let world = World::start().await;
    let token = Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await);
    let gate = world.gate(15);
    assert_eq!(gate.call(READ, &token.access).await.name(), "allowed");
    let more = Need::any_of(vec![ScopeSet::parse("contact.delete").unwrap()]);
    world
        .edit_api(|api| {
            let mut routes = Vec::<Route>::from(api.routes.clone());
            let route = routes
                .iter_mut()
                .find(|it| (it.method.as_str(), it.path.as_str()) == ("GET", "/v1/contacts"));
            route.unwrap().need = more;
            api.routes = routes.into();
        })
        .await;
    assert_felt_at_the_bound(&world, &gate, (READ, &token.access), "insufficient_scope").await;
}
