//! Token exchange (RFC 8693): a confidential client acts for the user whose token it was called with.

mod in_use;
mod refused;

use postern_core::client::GrantType;
use postern_core::param::ScopeSet;
use postern_testkit::{App, Draft, Tokens, World, assert_error, claims_of};
use serde_json::json;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// A second API with the scopes and routes of the first.
const SECOND: &str = "https://second.test";

/// A world whose service may exchange tokens.
async fn world() -> World {
    let world = World::start().await;
    let service = world.apps.service.client_id.clone();
    world.edit_client(&service, |it| it.grant_types.push(GrantType::TokenExchange)).await;
    world
}

/// The exchange of a user's token by `app`.
fn exchange(world: &World, app: &App, token: &str) -> Draft {
    let form = [("grant_type", GRANT_TYPE), ("subject_token", token), ("subject_token_type", ACCESS_TOKEN)];
    world.post("/oauth2/token").form(form).by(app)
}

/// What the service gets for Olivia's token.
async fn exchanged(world: &World, token: &str) -> Tokens {
    Tokens::of(&exchange(world, &world.apps.service, token).send().await)
}

/// Olivia's token at the web app, with these scopes.
async fn subject(world: &World, scope: &str) -> Tokens {
    world.tokens_for(&world.apps.web, &world.people.olivia, scope).await
}

/// Loads the second API.
async fn load_second(world: &World) {
    world.load_api(include_str!("../../../../../functions/me/openapi.yaml"), SECOND).await;
}

#[tokio::test]
async fn the_client_gets_a_token_that_says_who_acts_for_whom() {
    let world = world().await;
    let before = subject(&world, "openid email offline_access contact.all").await;
    let after = exchanged(&world, &before.access).await;
    let (old, new) = (claims_of(&before.access), claims_of(&after.access));
    for same in ["iss", "sub", "sub_type", "tenant", "grant_id", "aud", "auth_time", "acr", "amr"] {
        assert_eq!(old[same], new[same], "{same}");
    }
    let client = world.apps.service.client_id.as_str();
    assert_eq!((&new["client_id"], &new["act"]), (&json!(client), &json!({ "sub": client })));
    assert_eq!(new["origin"], world.apps.web.client_id.as_str());
    assert_ne!(new["jti"], old["jti"]);
    assert_eq!(after.body["scope"], "contact.all", "what is of OpenID Connect stays with the app");
    assert_eq!(
        (&after.body["issued_token_type"], &after.body["token_type"]),
        (&json!(ACCESS_TOKEN), &json!("Bearer"))
    );
    assert!(after.refresh.is_empty() && after.id.is_empty());
}

#[tokio::test]
async fn x04_a_part_can_be_asked_for_and_nothing_more() {
    let world = world().await;
    let token = subject(&world, "openid contact.read contact.delete").await.access;
    let ask = |scope| exchange(&world, &world.apps.service, &token).form([("scope", scope)]);
    assert_eq!(Tokens::of(&ask("contact.read").send().await).body["scope"], "contact.read");
    for wider in ["contact.write", "contact.read contact.write", "contact.all", "openid", "nothing", "a\"b"] {
        assert_error(&ask(wider).send().await, 400, "invalid_scope");
    }
    let all = subject(&world, "contact.all").await.access;
    let part = exchange(&world, &world.apps.service, &all).form([("scope", "contact.write")]).send().await;
    assert_eq!(Tokens::of(&part).body["scope"], "contact.write", "what it implies is a part of it");
}

#[tokio::test]
async fn x04_the_clients_own_rights_bound_it_too() {
    let world = world().await;
    let (service, token) = (&world.apps.service, subject(&world, "contact.all").await.access);
    world.register(service, "contact.read").await;
    assert_eq!(exchanged(&world, &token).await.body["scope"], "contact.read");
    let more = exchange(&world, service, &token).form([("scope", "contact.write")]);
    assert_error(&more.send().await, 400, "invalid_scope");
    world.register_at(service, SECOND, "contact.all").await;
    world.clock.advance(60);
    assert_error(&exchange(&world, service, &token).send().await, 400, "invalid_scope");
}

#[tokio::test]
async fn x04_it_never_lives_longer() {
    let world = world().await;
    let before = subject(&world, "contact.read").await.access;
    world.clock.advance(3_000);
    let after = exchanged(&world, &before).await;
    assert_eq!(claims_of(&after.access)["exp"], claims_of(&before)["exp"]);
    assert_eq!(after.body["expires_in"], 600);
    world.clock.advance(600);
    assert_error(&exchange(&world, &world.apps.service, &before).send().await, 400, "invalid_request");
}

/// Gives a client all rights at the second API.
async fn entitle(world: &World, app: &App) {
    let all = ScopeSet::parse("contact.all").unwrap();
    world
        .edit_client(&app.client_id, |it| it.entitlements = it.entitlements.clone().with_api(SECOND, all))
        .await;
}

#[tokio::test]
async fn another_api_is_a_target_where_both_clients_have_rights() {
    let world = world().await;
    load_second(&world).await;
    let scope = "contact.all contact.read contact.write contact.delete";
    let (service, token) = (&world.apps.service, subject(&world, scope).await.access);
    let there = |name, scope| exchange(&world, service, &token).form([(name, SECOND), ("scope", scope)]);
    assert_error(&there("resource", "contact.all").send().await, 400, "invalid_target");
    entitle(&world, service).await;
    world.clock.advance(10);
    // X04: a name at one API is no right at another, unless the user's application has it there too.
    assert_error(&there("resource", "contact.all").send().await, 400, "invalid_scope");
    entitle(&world, &world.apps.web).await;
    for name in ["resource", "audience"] {
        let token = Tokens::of(&there(name, "contact.all").send().await).access;
        assert_eq!(claims_of(&token)["aud"], SECOND);
        assert_eq!(world.gate(0).call("GET /v1/contacts", &token).await.name(), "allowed");
    }
    // X04: what a scope implies at home, it need not imply there, nor the other way round.
    let lesser = subject(&world, "contact.all").await.access;
    for scope in ["contact.all", "contact.read"] {
        let form = [("resource", SECOND), ("scope", scope)];
        assert_error(&exchange(&world, service, &lesser).form(form).send().await, 400, "invalid_scope");
    }
    let account = exchange(&world, service, &token).form([("resource", "https://as.test/account")]);
    assert_error(&account.send().await, 400, "invalid_scope");
    for target in [&["https://unknown.test"][..], &[SECOND, "https://api.test"]] {
        let form = target.iter().map(|uri| ("resource", *uri));
        assert_error(&exchange(&world, service, &token).form(form).send().await, 400, "invalid_target");
    }
}

/// A16: a client asks its own user for consent to another API; an exchange does not replace that.
#[tokio::test]
async fn a16_no_client_exchanges_its_own_token_for_another_api() {
    let world = world().await;
    load_second(&world).await;
    let web = &world.apps.web;
    world.edit_client(&web.client_id, |it| it.grant_types.push(GrantType::TokenExchange)).await;
    entitle(&world, web).await;
    let token = subject(&world, "contact.read").await.access;
    let own = exchange(&world, web, &token).form([("resource", SECOND), ("scope", "contact.read")]);
    assert_error(&own.send().await, 400, "invalid_target");
    assert_eq!(exchange(&world, web, &token).send().await.status(), 200);
}
