//! What may not be exchanged, and who may not.

use postern_core::client::GrantType;
use postern_testkit::{Prover, Tokens, World, assert_error, claims_of};

use super::{ACCESS_TOKEN, GRANT_TYPE, exchange, exchanged, subject, world};

async fn assert_refused(world: &World, token: &str) {
    let before = world.dump().await;
    assert_error(&exchange(world, &world.apps.service, token).send().await, 400, "invalid_request");
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn s12_what_is_a_delegation_already_is_not_exchanged() {
    let world = world().await;
    let token = subject(&world, "contact.read").await.access;
    assert_refused(&world, &exchanged(&world, &token).await.access).await;
    let connected = world.connect(&world.apps.platform, &world.people.olivia).await;
    assert_refused(&world, &connected.tokens.access).await;
    let own = Tokens::of(&world.client_credentials(&world.apps.service, "contact.read").send().await);
    assert_refused(&world, &own.access).await;
}

#[tokio::test]
async fn x04_only_access_tokens_of_ours_are_exchanged() {
    let world = world().await;
    let tokens = world.tokens(&world.apps.web).await;
    let mut edited = tokens.access.clone();
    let place = edited.len() - 8;
    let other = if edited[place..].starts_with('-') { "A" } else { "-" };
    edited.replace_range(place..=place, other);
    let account = world.account_token(&world.people.olivia).await;
    let wanted = serde_json::json!({ "name": "n", "scopes": ["contact.read"] });
    let pat = world.make_pat(&account, &wanted).send().await.member("token");
    assert!(pat.starts_with("pstp_"));
    for token in [tokens.refresh.as_str(), &tokens.id, &edited, &pat, "x", "a.b.c"] {
        assert_refused(&world, token).await;
    }
}

#[tokio::test]
async fn token_types_are_those_of_access_tokens() {
    let world = world().await;
    let (service, token) = (&world.apps.service, subject(&world, "contact.read").await.access);
    let draft = |types: &[(&str, &str)]| {
        let form = [("grant_type", GRANT_TYPE), ("subject_token", token.as_str())];
        world.post("/oauth2/token").form(form).form(types.iter().copied()).by(service)
    };
    let right = ("subject_token_type", ACCESS_TOKEN);
    assert_eq!(draft(&[right, ("requested_token_type", ACCESS_TOKEN)]).send().await.status(), 200);
    let refresh = "urn:ietf:params:oauth:token-type:refresh_token";
    for wrong in [
        &[][..],
        &[("subject_token_type", refresh)],
        &[right, ("requested_token_type", refresh)],
        &[right, ("actor_token_type", ACCESS_TOKEN)],
        &[right, ("actor_token", &token)],
        &[right, ("actor_token", &token), ("actor_token_type", refresh)],
        &[right, right],
    ] {
        assert_error(&draft(wrong).send().await, 400, "invalid_request");
    }
}

#[tokio::test]
async fn an_actor_token_is_the_clients_own() {
    let world = world().await;
    let (service, token) = (&world.apps.service, subject(&world, "contact.read").await.access);
    let own = Tokens::of(&world.client_credentials(service, "contact.read").send().await).access;
    let other = world.platform_token(&world.apps.platform).await;
    for (actor, status) in [(own.as_str(), 200), (&other, 400), (&token, 400), ("x", 400)] {
        let form = [("actor_token", actor), ("actor_token_type", ACCESS_TOKEN)];
        let answer = exchange(&world, service, &token).form(form).send().await;
        assert_eq!(answer.status(), status, "{}", answer.text());
    }
    assert_eq!(world.revoke(service, &own).send().await.status(), 200);
    let form = [("actor_token", own.as_str()), ("actor_token_type", ACCESS_TOKEN)];
    assert_error(&exchange(&world, service, &token).form(form).send().await, 400, "invalid_request");
}

#[tokio::test]
async fn t12_only_confidential_clients_that_are_allowed_to() {
    let world = world().await;
    let token = subject(&world, "contact.read").await.access;
    let apps = &world.apps;
    assert_error(&exchange(&world, &apps.web, &token).send().await, 400, "unauthorized_client");
    for app in [&apps.native, &apps.platform] {
        world.edit_client(&app.client_id, |it| it.grant_types.push(GrantType::TokenExchange)).await;
        assert_error(&exchange(&world, app, &token).send().await, 400, "unauthorized_client");
    }
    let stranger = exchange(&world, &apps.native, &token).basic(apps.service.client_id.as_str(), "wrong");
    assert_eq!(stranger.send().await.status(), 401);
    let door = world.post("/oauth2/refresh").form([("grant_type", GRANT_TYPE), ("subject_token", "x")]);
    let door = door.form([("subject_token_type", ACCESS_TOKEN)]).by(&apps.service);
    assert_error(&door.send().await, 400, "unsupported_grant_type");
}

#[tokio::test]
async fn s01_a_service_exchanges_tokens_of_its_own_tenant() {
    let world = world().await;
    let token = world.tokens_for(&world.apps.web, &world.people.gloria, "contact.read").await.access;
    assert_refused(&world, &token).await;
}

#[tokio::test]
async fn a_revoked_or_lapsed_token_is_not_exchanged() {
    let world = world().await;
    let first = subject(&world, "contact.read").await;
    world.revoke(&world.apps.web, &first.access).send().await;
    assert_refused(&world, &first.access).await;
    let second = subject(&world, "contact.read offline_access").await;
    world.revoke(&world.apps.web, &second.refresh).send().await;
    assert_refused(&world, &second.access).await;
    let third = subject(&world, "contact.read").await;
    world.edit_account(&world.people.olivia.user_id, |it| it.memberships[0].active = false).await;
    assert_refused(&world, &third.access).await;
}

#[tokio::test]
async fn x08_a_bound_token_is_exchanged_by_who_holds_its_key_alone() {
    let world = world().await;
    let (service, prover) = (&world.apps.service, Prover::new());
    let code = world.code(&world.apps.web).await;
    let token = Tokens::of(&world.exchange(&world.apps.web, &code).proved_by(&prover).send().await).access;
    assert_refused(&world, &token).await;
    let other = exchange(&world, service, &token).proved_by(&Prover::new()).send().await;
    assert_error(&other, 400, "invalid_request");
    let answer = exchange(&world, service, &token).proved_by(&prover).send().await;
    let bound = Tokens::of(&answer);
    assert_eq!(bound.body["token_type"], "DPoP");
    assert_eq!(claims_of(&bound.access)["cnf"]["jkt"], prover.jkt());
}
