//! Members say from where a platform may act for their organisation (R10, S01).

use postern_core::audit::{Actor, Event, Kind};
use postern_core::id::{AccountId, InvocationId};
use postern_testkit::{Answer, Draft, World};
use serde_json::{Value, json};

const READ: &str = "GET /v1/contacts";

fn bind(world: &World, (token, client): (&str, &str), body: &Value) -> Draft {
    let path = format!("/account/v1/connections/{client}");
    world.request("PATCH".parse().unwrap(), &path).bearer(token).json(body)
}

async fn may_call(world: &World, account: &str) -> String {
    let token = world.platform_token(&world.apps.platform).await;
    world.gate(0).call_for(READ, &token, account).await.name().to_owned()
}

async fn changes(world: &World) -> Vec<Event> {
    let mut events = world.events(Some(&world.tenants.acme)).await;
    events.retain(|event| event.kind == Kind::ConnectionChanged);
    events
}

fn elsewhere() -> Value {
    json!({ "networks": ["203.0.113.0/24", "2001:db8::/32"] })
}

#[tokio::test]
async fn r10_a_member_binds_a_platform_to_networks_and_sets_it_free() {
    let world = World::start().await;
    let (olivia, platform) = (&world.people.olivia, &world.apps.platform);
    let account = world.connect(platform, olivia).await.account;
    let (token, client) = (world.account_token(olivia).await, platform.client_id.as_str());
    let bound = bind(&world, (&token, client), &elsewhere()).send().await;
    assert_eq!(bound.status(), 200, "{}", bound.text());
    assert_eq!(bound.json()["networks"], elsewhere()["networks"]);
    assert_eq!(bound.json()["name"], "Harbour <b>platform</b>");
    let listed = world.get("/account/v1/connections").bearer(&token).send().await;
    assert_eq!(listed.json()["data"], json!([bound.json()]));
    assert_eq!(may_call(&world, &account).await, "ip_not_allowed");
    let free = bind(&world, (&token, client), &json!({ "networks": [] })).send().await;
    assert!(free.status() == 200 && free.json().get("networks").is_none(), "{}", free.text());
    assert_eq!(may_call(&world, &account).await, "allowed");
}

#[tokio::test]
async fn r12_each_change_has_one_event_however_often_it_is_sent() {
    let world = World::start().await;
    let (olivia, platform) = (&world.people.olivia, &world.apps.platform);
    let account = world.connect(platform, olivia).await.account;
    let (token, client) = (world.account_token(olivia).await, platform.client_id.as_str());
    let invocation = InvocationId::parse("once").unwrap();
    for _ in 0..2 {
        let draft = bind(&world, (&token, client), &elsewhere()).as_invocation(&invocation);
        assert_eq!(draft.send().await.status(), 200);
    }
    let changes = changes(&world).await;
    let [event] = changes.as_slice() else { panic!("one event: {changes:#?}") };
    assert_eq!(event.actor, Actor::User(olivia.user_id.clone()));
    assert_eq!(event.client_id.as_ref(), Some(&platform.client_id));
    assert_eq!(event.account_id.as_ref().map(AccountId::as_str), Some(account.as_str()));
    assert_eq!(event.details["networks"], "2");
}

#[tokio::test]
async fn who_could_not_make_it_cannot_bind_it() {
    let world = World::start().await;
    let (people, platform) = (&world.people, &world.apps.platform);
    let account = world.connect(platform, &people.olivia).await.account;
    let client = platform.client_id.as_str();
    let robin = world.account_token(&people.robin).await;
    let refused = bind(&world, (&robin, client), &elsewhere()).send().await;
    assert_eq!((refused.status(), refused.member("error").as_str()), (403, "insufficient_role"));
    assert_eq!(may_call(&world, &account).await, "allowed");
    let bo = world.account_token_at(&people.bo, &world.tenants.acme).await;
    assert_eq!(bind(&world, (&bo, client), &elsewhere()).send().await.status(), 200, "an owner");
    assert_eq!(may_call(&world, &account).await, "ip_not_allowed");
}

#[tokio::test]
async fn forged_networks_and_other_bodies_are_refused_by_name() {
    let world = World::start().await;
    let (olivia, platform) = (&world.people.olivia, &world.apps.platform);
    world.connect(platform, olivia).await;
    let (token, client) = (world.account_token(olivia).await, platform.client_id.as_str());
    let before = world.dump().await;
    let many: Vec<String> = (0..101).map(|number| format!("198.51.100.{number}")).collect();
    for (body, field) in [
        (json!({}), json!("networks")),
        (json!({ "networks": null }), json!("networks")),
        (json!({ "networks": "198.51.100.0/24" }), json!("networks")),
        (json!({ "networks": ["198.51.100.7/24"] }), json!("networks")),
        (json!({ "networks": ["198.51.100.0/33"] }), json!("networks")),
        (json!({ "networks": ["198.51.100.0/24 "] }), json!("networks")),
        (json!({ "networks": ["api.test"] }), json!("networks")),
        (json!({ "networks": ["x".repeat(10_000)] }), json!("networks")),
        (json!({ "networks": [7] }), json!("networks")),
        (json!({ "networks": many }), json!("networks")),
        (json!({ "networks": [], "scopes": ["contact.all"] }), json!("scopes")),
        (json!([]), Value::Null),
    ] {
        let refused: Answer = bind(&world, (&token, client), &body).send().await;
        assert_eq!((refused.status(), &refused.json()["field"]), (400, &field), "{body:.80}");
    }
    assert_eq!(world.dump().await, before);
}

/// S03: ending takes away, so it stays with who connected; setting free gives.
#[tokio::test]
async fn s03_who_connected_and_was_lowered_since_does_not_set_it_free() {
    let world = World::start().await;
    let (people, platform) = (&world.people, &world.apps.platform);
    let account = world.connect(platform, &people.olivia).await.account;
    let (token, client) = (world.account_token(&people.olivia).await, platform.client_id.as_str());
    let bo = world.account_token_at(&people.bo, &world.tenants.acme).await;
    assert_eq!(bind(&world, (&bo, client), &elsewhere()).send().await.status(), 200);
    let olivia = &people.olivia.user_id;
    world.edit_account(olivia, |account| account.memberships[0].role = "reader".to_owned()).await;
    let refused = bind(&world, (&token, client), &json!({ "networks": [] })).send().await;
    assert_eq!((refused.status(), refused.member("error").as_str()), (403, "insufficient_role"));
    assert_eq!(may_call(&world, &account).await, "ip_not_allowed");
    let path = format!("/account/v1/connections/{client}");
    let ended = world.request("DELETE".parse().unwrap(), &path).bearer(&token).send().await;
    assert_eq!(ended.status(), 204, "{}", ended.text());
}

#[tokio::test]
async fn s01_another_tenants_connections_cannot_be_bound() {
    let world = World::start().await;
    let (people, platform) = (&world.people, &world.apps.platform);
    let account = world.connect(platform, &people.olivia).await.account;
    let (gloria, client) = (world.account_token(&people.gloria).await, platform.client_id.as_str());
    for id in [client, world.apps.web.client_id.as_str(), "nobody", "a%23b"] {
        let refused = bind(&world, (&gloria, id), &elsewhere()).send().await;
        assert_eq!((refused.status(), refused.member("error").as_str()), (404, "not_found"), "{id}");
    }
    let pat = world.pat(&people.olivia, &["contact.all"]).await.token;
    assert_eq!(
        bind(&world, (&pat, client), &elsewhere()).send().await.status(),
        401,
        "a PAT is for other APIs"
    );
    assert_eq!(may_call(&world, &account).await, "allowed");
    assert!(changes(&world).await.is_empty());
}

#[tokio::test]
async fn an_ended_connection_is_not_bound() {
    let world = World::start().await;
    let (olivia, platform) = (&world.people.olivia, &world.apps.platform);
    let account = world.connect(platform, olivia).await.account;
    let (token, client) = (world.account_token(olivia).await, platform.client_id.as_str());
    assert_eq!(world.deauthorize(platform, &account).send().await.status(), 200);
    let late = bind(&world, (&token, client), &elsewhere()).send().await;
    assert_eq!((late.status(), late.member("error").as_str()), (409, "conflict"));
    assert!(changes(&world).await.is_empty());
}
