//! Faults while a platform is connected, and while it ends a connection.

use postern_core::grant::GrantState;
use postern_testkit::{Ask, Code, Tokens, World, assert_error};

use super::{Outcome, at_every_call};

async fn code(world: &World) -> Code {
    // Each cell is a consent of its own.
    world.clock.advance(1);
    let ask = Ask::of(&world.apps.platform).with("scope", "contact.read");
    world.code_for(&ask, &world.people.olivia).await
}

/// Who has tokens has a connection; an honest request is never refused for a fault of ours, and a connection that was
/// made for a lost answer stands for the next try.
async fn check(world: &World, code: &Code, outcome: Outcome) {
    let app = &world.apps.platform;
    let Outcome { first, second, cell } = &outcome;
    assert!(first.status() == 200 || outcome.first_failed(), "{cell}");
    let state = world.grant(&code.code).await.state;
    let connection = world.connection(&world.tenants.acme, app).await.unwrap();
    assert!(
        connection.is_active() && connection.apis["https://api.test"].scopes.to_string() == "contact.read",
        "{cell}"
    );
    assert_eq!(connection.updated_at, world.grant(&code.code).await.created_at, "{cell}");
    if second.status() == 200 {
        assert!(outcome.first_failed() && matches!(state, GrantState::Active(_)), "{cell}");
        let tokens = Tokens::of(second);
        assert_eq!(world.gate(0).call("GET /v1/contacts", &tokens.access).await.name(), "allowed", "{cell}");
    } else {
        assert_error(second, 400, "invalid_grant");
        assert!(matches!(state, GrantState::Revoked(_)), "{cell}");
    }
    let own = world.platform_token(app).await;
    let account = format!("acct_{}", world.tenants.acme.suffix());
    assert_eq!(world.gate(0).call_for("GET /v1/contacts", &own, &account).await.name(), "allowed", "{cell}");
}

#[tokio::test]
async fn c1_c3_db04_db05_t19_the_exchange_that_connects() {
    at_every_call(
        async |world| code(world).await,
        async |world, code| world.instance().exchange(&world.apps.platform, code).send().await,
        check,
    )
    .await;
}

#[tokio::test]
async fn c1_c3_db04_db05_t19_the_exchange_that_connects_again_after_the_end() {
    at_every_call(
        async |world| {
            let earlier = world.connection(&world.tenants.acme, &world.apps.platform).await;
            if earlier.is_none() {
                world.connect(&world.apps.platform, &world.people.olivia).await;
            }
            let account = format!("acct_{}", world.tenants.acme.suffix());
            world.clock.advance(1);
            let ended = world.deauthorize(&world.apps.platform, &account).send().await;
            assert_eq!(ended.status(), 200);
            code(world).await
        },
        async |world, code| world.instance().exchange(&world.apps.platform, code).send().await,
        check,
    )
    .await;
}

#[tokio::test]
async fn t19_the_end_of_a_connection() {
    at_every_call(
        async |world| {
            world.clock.advance(1);
            world.connect(&world.apps.platform, &world.people.olivia).await.account
        },
        async |world, account| world.instance().deauthorize(&world.apps.platform, account).send().await,
        async |world, account, outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 200, "{}", outcome.cell);
            let own = world.platform_token(&world.apps.platform).await;
            let decision = world.gate(0).call_for("GET /v1/contacts", &own, account).await;
            assert_eq!(decision.name(), "connection_revoked", "{}", outcome.cell);
        },
    )
    .await;
}

/// The mark of the day is best effort: a request is never refused for it.
#[tokio::test]
async fn g04_the_authorizer_for_an_account() {
    let world = World::start().await;
    let connected = world.connect(&world.apps.platform, &world.people.olivia).await;
    let call = async |world: &World| {
        let token = world.platform_token(&world.apps.platform).await;
        let gate = world.gate(15);
        let (sites, decision) = world.sites(gate.call_for("GET /me", &token, &connected.account)).await;
        (sites, decision.name().to_owned())
    };
    let (sites, name) = call(&world).await;
    assert_eq!(name, "allowed");
    let mark = sites.iter().find(|site| site.operation == "UpdateItem").expect("the mark").clone();
    for blow in postern_testkit::Blow::all() {
        world.clock.advance(86_400);
        let token = world.platform_token(&world.apps.platform).await;
        let gate = world.gate(15);
        world.strike(&mark, blow);
        let decision = gate.call_for("GET /me", &token, &connected.account).await;
        world.faults().clear();
        assert_eq!(decision.name(), "allowed", "{blow:?}");
        assert_eq!(gate.call_for("GET /me", &token, &connected.account).await.name(), "allowed");
    }
}
