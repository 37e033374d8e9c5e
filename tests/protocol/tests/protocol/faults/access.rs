//! Faults while tokens are used, described and revoked.

use postern_core::grant::GrantState;
use postern_local::Service;
use postern_testkit::{Blow, Tokens, World};

use super::{Outcome, at_every_call};

fn assert_served_or_failed(outcome: &Outcome) {
    assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
    assert_eq!(outcome.second.status(), 200, "{}", outcome.cell);
}

#[tokio::test]
async fn v03_t19_the_revocation_of_a_grant() {
    at_every_call(
        async |world| world.tokens(&world.apps.web).await,
        async |world, tokens| world.instance().revoke(&world.apps.web, &tokens.refresh).send().await,
        async |world, tokens, outcome| {
            assert_served_or_failed(&outcome);
            assert!(matches!(world.grant(&tokens.refresh).await.state, GrantState::Revoked(_)));
        },
    )
    .await;
}

#[tokio::test]
async fn v03_t19_the_revocation_of_an_access_token() {
    at_every_call(
        async |world| world.tokens(&world.apps.web).await,
        async |world, tokens| world.instance().revoke(&world.apps.web, &tokens.access).send().await,
        async |world, tokens, outcome| {
            assert_served_or_failed(&outcome);
            assert_eq!(world.gate(0).call("GET /me", &tokens.access).await.name(), "unauthorized");
        },
    )
    .await;
}

#[tokio::test]
async fn t19_introspection() {
    at_every_call(
        async |world| world.tokens(&world.apps.web).await,
        async |world, tokens| world.instance().introspect(&world.apps.web, &tokens.access).send().await,
        async |_, _, outcome| {
            assert_served_or_failed(&outcome);
            assert_eq!(outcome.second.json()["active"], true);
            assert!(outcome.first_failed() || outcome.first.json()["active"] == true, "{}", outcome.cell);
        },
    )
    .await;
}

#[tokio::test]
async fn t19_userinfo_and_the_mark_of_first_use() {
    at_every_call(
        async |world| {
            let first = world.tokens(&world.apps.web).await;
            Tokens::of(&world.refresh(&world.apps.web, &first.refresh).send().await)
        },
        async |world, tokens| world.instance().userinfo(&tokens.access).send().await,
        async |_, _, outcome| assert_served_or_failed(&outcome),
    )
    .await;
}

#[tokio::test]
async fn t19_the_keys() {
    at_every_call(
        async |_| (),
        async |world, ()| world.instance().get("/.well-known/jwks.json").send().await,
        async |_, (), outcome| assert_served_or_failed(&outcome),
    )
    .await;
}

/// The mark of first use is best effort: a request is never refused for it.
#[tokio::test]
async fn g04_the_authorizer() {
    let world = World::start().await;
    let rotated = async |world: &World| {
        let first = world.tokens(&world.apps.web).await;
        Tokens::of(&world.refresh(&world.apps.web, &first.refresh).send().await).access
    };
    let token = rotated(&world).await;
    let (sites, _) = world.sites(world.gate(15).call("GET /me", &token)).await;
    assert_eq!(sites.len(), 4, "keys, APIs, everybody, the mark: {sites:?}");
    for site in &sites {
        assert_eq!(site.service, Service::DynamoDb);
        for blow in Blow::all() {
            let (token, gate) = (rotated(&world).await, world.gate(15));
            world.strike(site, blow);
            let first = gate.call("GET /me", &token).await;
            world.faults().clear();
            let lenient = site.operation == "UpdateItem" || blow.times == 1;
            assert!(
                first.name() == "allowed" || (!lenient && first.name() == "fault"),
                "{site:?} {blow:?} {first:?}"
            );
            assert_eq!(gate.call("GET /me", &token).await.name(), "allowed", "{site:?} {blow:?}");
        }
    }
}
