//! Connections as the customer's members see and end them (R7, S01).

use postern_testkit::{Person, World, assert_error};
use serde_json::{Value, json};

const READ: &str = "GET /v1/contacts";

async fn list(world: &World, token: &str) -> Vec<Value> {
    let answer = world.get("/account/v1/connections").bearer(token).send().await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    answer.json()["data"].as_array().unwrap().clone()
}

async fn end(world: &World, token: &str, client: &str) -> (u16, String) {
    let path = format!("/account/v1/connections/{client}");
    let answer = world.request("DELETE".parse().unwrap(), &path).bearer(token).send().await;
    (answer.status(), answer.member("error"))
}

async fn may_call(world: &World, account: &str) -> String {
    let token = world.platform_token(&world.apps.platform).await;
    world.gate(0).call_for(READ, &token, account).await.name().to_owned()
}

#[tokio::test]
async fn members_see_who_acts_for_them_and_end_it() {
    let world = World::start().await;
    let (people, platform) = (&world.people, &world.apps.platform);
    let connected = world.connect_for(platform, &people.olivia, "openid contact.read").await;
    let consented = world.now();
    assert_eq!(may_call(&world, &connected.account).await, "allowed");
    let token = world.account_token(&people.olivia).await;
    let expected = json!({
        "client_id": platform.client_id, "name": "Harbour <b>platform</b>",
        "connected_account_id": connected.account, "created_at": consented, "updated_at": consented,
        "apis": [{
            "audience": "https://api.test", "scopes": ["contact.read", "openid"],
            "authorized_by": people.olivia.user_id, "consented_at": consented,
        }],
        "last_used_on": consented / 86_400 * 86_400,
    });
    assert_eq!(list(&world, &token).await, [expected]);
    world.clock.advance(5);
    let client = platform.client_id.as_str();
    for _ in 0..2 {
        assert_eq!(end(&world, &token, client).await, (204, String::new()));
        world.clock.advance(1);
    }
    assert_eq!(may_call(&world, &connected.account).await, "connection_revoked");
    assert_eq!(list(&world, &token).await[0]["revoked_at"], world.now() - 1);
    let dump = world.dump().await;
    let told: Vec<_> = dump.lines().filter(|line| line.contains("connection.revoked")).collect();
    assert!(told.len() == 1 && told[0].contains(people.olivia.user_id.as_str()), "{told:?}");
}

#[tokio::test]
async fn who_could_not_make_it_cannot_end_it() {
    let world = World::start().await;
    let (people, platform) = (&world.people, &world.apps.platform);
    let client = platform.client_id.as_str();
    let ends = async |person: &Person| {
        let token = world.account_token(person).await;
        end(&world, &token, client).await
    };
    let account = world.connect(platform, &people.olivia).await.account;
    assert_eq!(ends(&people.robin).await, (403, "insufficient_role".into()));
    assert_eq!(may_call(&world, &account).await, "allowed");
    assert_eq!(ends(&people.bo).await, (204, String::new()), "an owner");
    world.clock.advance(1);
    let account = world.connect_for(platform, &people.olivia, "openid contact.read").await.account;
    assert_eq!(may_call(&world, &account).await, "allowed");
    assert_eq!(ends(&people.robin).await, (204, String::new()), "a reader may give reading away");
}

#[tokio::test]
async fn s01_another_tenants_connections_do_not_exist() {
    let world = World::start().await;
    let (people, platform) = (&world.people, &world.apps.platform);
    let account = world.connect(platform, &people.olivia).await.account;
    let gloria = world.account_token(&people.gloria).await;
    assert!(list(&world, &gloria).await.is_empty());
    for client in [platform.client_id.as_str(), world.apps.web.client_id.as_str(), "nobody", "a#b"] {
        assert_eq!(end(&world, &gloria, client).await, (404, "not_found".into()), "{client}");
    }
    assert_eq!(may_call(&world, &account).await, "allowed");
    let pat = world.pat(&people.olivia, &["contact.all"]).await.token;
    assert_eq!(end(&world, &pat, platform.client_id.as_str()).await.0, 401);
}

#[tokio::test]
async fn a_platform_manages_nothing_of_its_customer() {
    let world = World::start().await;
    let ask = world.account_ask();
    let resource = ask.value("resource").to_owned();
    let form = [("grant_type", "client_credentials"), ("scope", "account"), ("resource", &resource)];
    let token = world.post("/oauth2/token").form(form).by(&world.apps.platform).send().await;
    let token = token.member("access_token");
    let connected = world.connect(&world.apps.platform, &world.people.olivia).await;
    // It is connected to the sample API, and to no other.
    for (account, refusal) in
        [(None, "insufficient_scope"), (Some(&connected.account), "invalid_connected_account")]
    {
        let draft = world.get("/account/v1/connections").bearer(&token);
        let draft = match account {
            Some(account) => draft.header(postern_testkit::ACCOUNT_HEADER, account),
            None => draft,
        };
        assert_error(&draft.send().await, 403, refusal);
    }
}
