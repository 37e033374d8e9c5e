//! Who may read it: the customer's members and who administers the customer; nobody else learns that there is anything
//! (S01).

use postern_testkit::{ACCOUNT_HEADER, World, assert_error};

use super::{READ, activity};
use crate::admin::{Admin, json_of};

#[tokio::test]
async fn s01_another_tenants_connection_does_not_exist() {
    let world = World::start().await;
    let (people, platform) = (&world.people, &world.apps.platform);
    world.connect(platform, &people.olivia).await;
    let robin = world.account_token(&people.robin).await;
    assert_eq!(activity(&world, &robin, (platform, "")).await.status(), 200, "every member, as the list");
    let gloria = world.account_token(&people.gloria).await;
    let foreign = activity(&world, &gloria, (platform, "")).await;
    let nothing = world.get("/account/v1/connections/nobody/activity").bearer(&gloria).send().await;
    assert_error(&foreign, 404, "not_found");
    assert_eq!((foreign.status(), foreign.text()), (nothing.status(), nothing.text()));
    let unconnected = activity(&world, &robin, (&world.apps.rival, "")).await;
    assert_error(&unconnected, 404, "not_found");
    let pat = world.pat(&people.olivia, &["contact.all"]).await.token;
    assert_eq!(activity(&world, &pat, (platform, "")).await.status(), 401);
}

#[tokio::test]
async fn a_platform_does_not_read_it() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let acme = world.connect(platform, &world.people.olivia).await;
    let resource = world.account_ask().value("resource").to_owned();
    let form = [("grant_type", "client_credentials"), ("scope", "account"), ("resource", &resource)];
    let token = world.post("/oauth2/token").form(form).by(platform).send().await.member("access_token");
    assert_error(&activity(&world, &token, (platform, "")).await, 403, "insufficient_scope");
    let path = format!("/account/v1/connections/{}/activity", platform.client_id);
    let for_acme = world.get(&path).bearer(&token).header(ACCOUNT_HEADER, &acme.account).send().await;
    assert_error(&for_acme, 403, "invalid_connected_account");
}

#[tokio::test]
async fn r10_who_administers_the_customer_reads_the_same() {
    let world = World::start().await;
    let platform = &world.apps.platform;
    let acme = world.connect(platform, &world.people.olivia).await;
    let own = world.platform_token(platform).await;
    assert_eq!(world.gate(0).call_for(READ, &own, &acme.account).await.name(), "allowed");
    let token = world.account_token(&world.people.olivia).await;
    world.events(None).await;
    let member = activity(&world, &token, (platform, "")).await.json();
    let path = format!("tenants/{}/connections/{}/activity", world.tenants.acme, platform.client_id);
    for admin in [Admin::of_acme(&world).await, Admin::operator(&world).await] {
        assert_eq!(json_of(&admin.get(&path).await, 200), member);
        let first = json_of(&admin.get(&format!("{path}?limit=1")).await, 200);
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(admin.get(&format!("{path}?limit=1&cursor={cursor}")).await.status(), 200);
    }
    assert_eq!(member["requests"][0]["allowed"], 1);
}
