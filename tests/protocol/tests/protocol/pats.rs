//! Personal access tokens: made, shown once, listed, revoked (R17, PT2 to PT4).

use postern_core::audit::{Actor, Kind};
use postern_testkit::{CapturedLog, MadePat, Tokens, World, assert_error};
use serde_json::{Value, json};

const DAY: u64 = 86_400;

/// A good body with other members.
fn wanted(changes: &Value) -> Value {
    let mut body = json!({ "name": "Nightly export", "scopes": ["contact.read"] });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn list(world: &World, token: &str) -> Vec<Value> {
    let answer = world.get("/account/v1/tokens").bearer(token).send().await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.json()["data"].as_array().unwrap().clone()
}

async fn revoke(world: &World, token: &str, id: &str) -> (u16, String) {
    let path = format!("/account/v1/tokens/{id}");
    let answer = world.request("DELETE".parse().unwrap(), &path).bearer(token).send().await;
    (answer.status(), answer.text().to_owned())
}

#[tokio::test]
async fn pt2_it_is_shown_once_and_nowhere_else() {
    let (world, log) = (World::start().await, CapturedLog::begin());
    let token = world.account_token(&world.people.olivia).await;
    let networks = json!(["198.51.100.0/24", "2001:db8::/32"]);
    let changes = json!({ "name": " Nightly export ", "expires_in": 3_600, "networks": networks });
    let answer = world.make_pat(&token, &wanted(&changes)).send().await;
    let made = MadePat::of(&answer);
    let now = world.now();
    let shown = json!({
        "id": made.id, "token": made.token, "name": "Nightly export", "resource": "https://api.test",
        "scopes": ["contact.read"], "created_at": now, "expires_at": now + 3_600, "networks": networks,
    });
    assert_eq!(answer.json(), shown);
    assert_eq!(answer.header("location"), Some(format!("/account/v1/tokens/{}", made.id).as_str()));
    let mut listed = shown;
    listed.as_object_mut().unwrap().remove("token");
    assert_eq!(list(&world, &token).await, [listed]);
    let secret = &made.token[made.token.len() - 49..];
    assert!(!world.dump().await.contains(secret) && !log.text().contains(secret));
    assert!(log.text().contains("pat_created"));
}

#[tokio::test]
async fn s15_each_change_tells_of_itself_once() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let made = MadePat::of(&world.make_pat(&token, &wanted(&json!({}))).send().await);
    for _ in 0..2 {
        world.clock.advance(60);
        assert_eq!(revoke(&world, &token, &made.id).await, (204, String::new()));
    }
    let mut told = world.events(Some(&world.tenants.acme)).await;
    told.retain(|event| event.pat_id.as_ref().is_some_and(|id| id.as_str() == made.id));
    let kinds: Vec<_> = told.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [Kind::PatCreated, Kind::PatRevoked]);
    let by = Actor::User(world.people.olivia.user_id.clone());
    assert!(told.iter().all(|event| event.actor == by), "{told:?}");
    assert_eq!(list(&world, &token).await[0]["revoked_at"], world.now() - 60, "the first time stays");
}

#[tokio::test]
async fn pt3_it_is_capped_by_the_makers_role_and_the_tenants_features() {
    let world = World::start().await;
    let robin = world.account_token(&world.people.robin).await;
    let owner = world.account_token(&world.people.olivia).await;
    for scopes in
        [json!(["contact.write"]), json!(["contact.all"]), json!(["contact.read", "contact.delete"])]
    {
        let body = wanted(&json!({ "scopes": scopes }));
        let refused = world.make_pat(&robin, &body).send().await;
        assert_error(&refused, 403, "insufficient_role");
        assert_eq!(refused.member("field"), "scopes");
        let _made = MadePat::of(&world.make_pat(&owner, &body).send().await);
    }
    let _made = MadePat::of(&world.make_pat(&robin, &wanted(&json!({}))).send().await);
    let acme = &world.tenants.acme;
    world.edit_tenant(acme, |it| it.features = Some(vec!["contact.read".into(), "account".into()])).await;
    let all = wanted(&json!({ "scopes": ["contact.all"] }));
    assert_error(&world.make_pat(&owner, &all).send().await, 403, "insufficient_role");
    let _made = MadePat::of(&world.make_pat(&owner, &wanted(&json!({}))).send().await);
}

#[tokio::test]
async fn pt4_neither_a_token_nor_a_client_makes_tokens() {
    let world = World::start().await;
    let pat = world.pat(&world.people.olivia, &["contact.all"]).await.token;
    assert_eq!(world.make_pat(&pat, &wanted(&json!({}))).send().await.status(), 401, "of another API");
    let service = &world.apps.service;
    let form =
        [("grant_type", "client_credentials"), ("scope", "account"), ("resource", "https://as.test/account")];
    let token = Tokens::of(&world.post("/oauth2/token").form(form).by(service).send().await).access;
    assert_error(&world.make_pat(&token, &wanted(&json!({}))).send().await, 403, "insufficient_scope");
    let list = world.get("/account/v1/tokens").bearer(&token).send().await;
    assert_error(&list, 403, "insufficient_scope");
}

#[tokio::test]
async fn it_lives_as_long_as_its_maker_says_and_the_tenant_allows() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let lifetime = async |changes: Value| {
        let answer = world.make_pat(&token, &wanted(&changes)).send().await;
        if answer.status() != 201 {
            assert_error(&answer, 400, "invalid_request");
            assert_eq!(answer.member("field"), "expires_in");
            return None;
        }
        Some(answer.json()["expires_at"].as_u64().unwrap() - world.now())
    };
    let given = |seconds: u64| json!({ "expires_in": seconds });
    assert_eq!(lifetime(json!({})).await, Some(90 * DAY));
    assert_eq!(lifetime(given(365 * DAY)).await, Some(365 * DAY));
    assert_eq!(lifetime(given(60)).await, Some(60));
    for seconds in [0, 59, 365 * DAY + 1, u64::MAX] {
        assert_eq!(lifetime(given(seconds)).await, None, "{seconds}");
    }
    world.edit_tenant(&world.tenants.acme, |it| it.pat_max_days = 30).await;
    assert_eq!(lifetime(json!({})).await, Some(30 * DAY));
    assert_eq!(lifetime(given(30 * DAY + 1)).await, None);
}

#[tokio::test]
async fn a_member_has_fifty_live_ones_at_most() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let make =
        async |seconds: u64| world.make_pat(&token, &wanted(&json!({ "expires_in": seconds }))).send().await;
    let first = MadePat::of(&make(60).await);
    for _ in 0..49 {
        let _made = MadePat::of(&make(3_600).await);
    }
    assert_error(&make(60).await, 409, "limit_reached");
    assert_eq!(revoke(&world, &token, &first.id).await.0, 204);
    let _made = MadePat::of(&make(60).await);
    assert_error(&make(60).await, 409, "limit_reached");
    world.clock.advance(60);
    let _made = MadePat::of(&make(60).await);
    let bo = world.account_token(&world.people.bo).await;
    let _made = MadePat::of(&world.make_pat(&bo, &wanted(&json!({}))).send().await);
    assert_eq!(list(&world, &token).await.len(), 52);
}

#[tokio::test]
async fn s01_what_is_somebody_elses_is_answered_as_if_it_did_not_exist() {
    let world = World::start().await;
    let (people, tenants) = (&world.people, &world.tenants);
    let olivia = world.pat(&people.olivia, &["contact.read"]).await;
    let globex = world.account_token_at(&people.bo, &tenants.globex).await;
    let elsewhere = MadePat::of(&world.make_pat(&globex, &wanted(&json!({}))).send().await);
    let bo = world.account_token_at(&people.bo, &tenants.acme).await;
    assert!(list(&world, &bo).await.is_empty());
    assert_eq!(list(&world, &globex).await.len(), 1);
    let unknown = revoke(&world, &bo, "pat_0123456789abcdef0123456789abcdef").await;
    assert_eq!(unknown.0, 404);
    let long = "x".repeat(300);
    for id in [&olivia.id, &elsewhere.id, &olivia.token, "x", "pat_", "pat_%00", "pat_a#b", &long] {
        assert_eq!(revoke(&world, &bo, id).await, unknown, "{id:.40}");
    }
    let gate = world.gate(0);
    for made in [&olivia, &elsewhere] {
        assert_eq!(gate.call("GET /v1/contacts", &made.token).await.name(), "allowed");
    }
}
