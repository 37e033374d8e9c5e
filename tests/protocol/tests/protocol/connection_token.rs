//! A connection's own token: it says whose platform it is, so that one read tells whether it stands (T13).

use postern_core::id::TenantId;
use postern_local::Service;
use postern_testkit::{Connected, Tokens, World, claims_of};
use serde_json::{Value, json};

const READ: &str = "GET /v1/contacts";

async fn connected(world: &World) -> Connected {
    world.connect(&world.apps.platform, &world.people.olivia).await
}

#[tokio::test]
async fn a_cold_decision_is_one_read() {
    let world = World::start().await;
    let acme = connected(&world).await;
    let at_once = |sites: &[postern_testkit::Site]| {
        sites.iter().filter(|site| site.operation == "BatchGetItem").count()
    };
    let (sites, decision) = world.sites(world.gate(15).call(READ, &acme.tokens.access)).await;
    assert_eq!((decision.name(), at_once(&sites)), ("allowed", 1), "{sites:?}");
    let others = sites.iter().filter(|site| site.operation != "UpdateItem").count();
    assert_eq!(others, 3, "keys, APIs, everybody: {sites:?}");
    assert!(sites.iter().all(|site| site.service == Service::DynamoDb));
    let userinfo = world.sites(world.instance().userinfo(&acme.tokens.access).send()).await;
    assert_eq!((userinfo.1.status(), at_once(&userinfo.0)), (200, 1));
    let asked = world.instance().introspect(&world.apps.platform, &acme.tokens.access).send();
    let (sites, answer) = world.sites(asked).await;
    assert_eq!((&answer.json()["active"], at_once(&sites)), (&json!(true), 1), "{sites:?}");
    let (sites, answer) = world.sites(world.refresh(&world.apps.platform, &acme.tokens.refresh).send()).await;
    assert_eq!((answer.status(), at_once(&sites)), (200, 2), "the grant, and everybody: {sites:?}");
}

#[tokio::test]
async fn the_platforms_tenant_is_in_the_tokens_of_its_connections_alone() {
    let world = World::start().await;
    let acme = connected(&world).await;
    let refreshed = world.refresh(&world.apps.platform, &acme.tokens.refresh).send().await;
    for token in [&acme.tokens.access, &Tokens::of(&refreshed).access] {
        let claims = claims_of(token);
        assert_eq!(claims["home"], world.tenants.harbour.as_str());
        assert_eq!(claims["account"], acme.account);
    }
    let own = world.platform_token(&world.apps.platform).await;
    let user = world.tokens(&world.apps.web).await.access;
    for token in [&own, &user] {
        let claims = claims_of(token);
        assert!(claims.get("home").is_none() && claims.get("account").is_none(), "{claims}");
    }
}

/// `claims` with the members of `changes`; null removes.
fn merged(claims: &Value, changes: &Value) -> Value {
    let mut merged = claims.clone();
    for (name, value) in changes.as_object().unwrap() {
        merged[name] = value.clone();
    }
    merged.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    merged
}

#[tokio::test]
async fn t13_a_home_that_contradicts_the_token_or_the_platforms_record_is_refused() {
    let world = World::start().await;
    let acme = connected(&world).await;
    let (forge, claims) = (world.forge(), claims_of(&acme.tokens.access));
    let decide = async |changes: Value| {
        let token = forge.claims(&merged(&claims, &changes));
        world.gate(0).call(READ, &token).await.name().to_owned()
    };
    assert_eq!(decide(json!({})).await, "allowed", "what is forged well passes");
    let (rival, customer) = (world.tenants.rival.as_str(), world.tenants.acme.as_str());
    for changes in [
        json!({"home": null}),
        json!({"account": null}),
        json!({"account": null, "home": null}),
        json!({"home": ""}),
        json!({"home": "a#b"}),
        json!({"home": [claims["home"]]}),
        json!({"home": rival}),
        json!({"home": customer}),
        json!({"home": "ten_0000000000000000000000"}),
        json!({"sub_type": "client", "grant_id": null, "sub": claims["client_id"], "account": null}),
    ] {
        assert_eq!(decide(changes.clone()).await, "unauthorized", "{changes}");
    }
    let user = claims_of(&world.tokens(&world.apps.web).await.access);
    let token = forge.claims(&merged(&user, &json!({"home": customer})));
    assert_eq!(world.gate(0).call(READ, &token).await.name(), "unauthorized", "a home without an account");
}

#[tokio::test]
async fn t13_a_platform_that_went_over_to_another_tenant_needs_new_tokens() {
    let world = World::start().await;
    let acme = connected(&world).await;
    let own = world.platform_token(&world.apps.platform).await;
    let moved = async |tenant: Option<&TenantId>| {
        let tenant = tenant.cloned();
        world.edit_client(&world.apps.platform.client_id, |it| it.tenant = tenant).await;
    };
    for tenant in [Some(&world.tenants.rival), None] {
        moved(tenant).await;
        assert_eq!(world.gate(0).call(READ, &acme.tokens.access).await.name(), "unauthorized");
        assert_eq!(world.gate(0).call_for(READ, &own, &acme.account).await.name(), "unauthorized");
    }
    moved(Some(&world.tenants.rival)).await;
    let fresh =
        Tokens::of(&world.instance().refresh(&world.apps.platform, &acme.tokens.refresh).send().await);
    assert_eq!(claims_of(&fresh.access)["home"], world.tenants.rival.as_str());
    assert_eq!(world.gate(0).call(READ, &fresh.access).await.name(), "allowed");
}
