//! Faults while personal access tokens and connections are ended, by members and by administrators: what is answered
//! with 204 is over, and the log tells of one end.

use postern_core::http::Method;
use postern_testkit::{Answer, Connected, Draft, Instance, MadePat, World};

use super::{Outcome, at_every_call};
use crate::admin::Admin;

const READ: &str = "GET /v1/contacts";

/// A warm process with somebody's token and a path: what fails is the function, not the authorizer before it.
struct Door {
    process: Instance,
    token: String,
    path: String,
}

impl Door {
    async fn of_member(world: &World, list: &str, id: &str) -> Self {
        let token = world.account_token(&world.people.olivia).await;
        Self::open(world, token, (&format!("/account/v1/{list}"), id)).await
    }

    async fn of_admin(world: &World, list: &str, id: &str) -> Self {
        let token = Admin::operator(world).await.token;
        let tenant = &world.tenants.acme;
        Self::open(world, token, (&format!("/admin/v1/tenants/{tenant}/{list}"), id)).await
    }

    async fn open(world: &World, token: String, (list, id): (&str, &str)) -> Self {
        let process = world.instance();
        assert_eq!(process.get(list).bearer(&token).send().await.status(), 200);
        Self { process, token, path: format!("{list}/{id}") }
    }

    fn delete(&self) -> Draft {
        self.process.request(Method::DELETE, &self.path).bearer(&self.token)
    }
}

async fn connected(world: &World) -> Connected {
    // Who was disconnected in this very second is not connected again.
    world.clock.advance(1);
    world.connect(&world.apps.platform, &world.people.olivia).await
}

/// How often the table tells of this, with this in the line.
async fn told(world: &World, kind: &str, about: &str) -> usize {
    let dump = world.dump().await;
    dump.lines().filter(|line| line.contains(kind) && line.contains(about)).count()
}

async fn pat_is_over(world: &World, pat: &MadePat, outcome: &Outcome) {
    settled(outcome);
    assert_eq!(world.gate(0).call(READ, &pat.token).await.name(), "unauthorized", "{}", outcome.cell);
    assert_eq!(told(world, "pat.revoked", &pat.id).await, 1, "{}", outcome.cell);
}

async fn connection_is_over(world: &World, account: &str, outcome: &Outcome) {
    settled(outcome);
    let platform = &world.apps.platform;
    let token = world.platform_token(platform).await;
    let verdict = world.gate(0).call_for(READ, &token, account).await;
    assert_eq!(verdict.name(), "connection_revoked", "{}", outcome.cell);
    assert_eq!(told(world, "connection.revoked", platform.client_id.as_str()).await, 1, "{}", outcome.cell);
}

#[track_caller]
fn settled(outcome: &Outcome) {
    let first: &Answer = &outcome.first;
    assert!(first.status() == 204 || outcome.first_failed(), "{}", outcome.cell);
    assert_eq!(outcome.second.status(), 204, "{}", outcome.cell);
}

#[tokio::test]
async fn db04_db05_v03_a_member_revokes_a_token() {
    at_every_call(
        async |world| {
            let pat = world.pat(&world.people.olivia, &["contact.read"]).await;
            (Door::of_member(world, "tokens", &pat.id).await, pat)
        },
        async |_, (door, _)| door.delete().send().await,
        async |world, (_, pat), outcome| pat_is_over(world, pat, &outcome).await,
    )
    .await;
}

#[tokio::test]
async fn db04_db05_v03_a_member_ends_a_connection() {
    at_every_call(
        async |world| {
            let account = connected(world).await.account;
            (Door::of_member(world, "connections", world.apps.platform.client_id.as_str()).await, account)
        },
        async |_, (door, _)| door.delete().send().await,
        async |world, (_, account), outcome| connection_is_over(world, account, &outcome).await,
    )
    .await;
}

#[tokio::test]
async fn db04_db05_v03_an_administrator_revokes_a_token() {
    at_every_call(
        async |world| {
            let olivia = &world.people.olivia;
            let pat = world.pat(olivia, &["contact.read"]).await;
            let list = format!("members/{}/tokens", olivia.user_id);
            (Door::of_admin(world, &list, &pat.id).await, pat)
        },
        async |_, (door, _)| door.delete().send().await,
        async |world, (_, pat), outcome| pat_is_over(world, pat, &outcome).await,
    )
    .await;
}

#[tokio::test]
async fn db04_db05_v03_an_administrator_ends_a_connection() {
    at_every_call(
        async |world| {
            let account = connected(world).await.account;
            (Door::of_admin(world, "connections", world.apps.platform.client_id.as_str()).await, account)
        },
        async |_, (door, _)| door.delete().send().await,
        async |world, (_, account), outcome| connection_is_over(world, account, &outcome).await,
    )
    .await;
}

#[tokio::test]
async fn db04_db05_an_administrator_binds_a_connection_to_a_network() {
    at_every_call(
        async |world| {
            let account = connected(world).await.account;
            (Door::of_admin(world, "connections", world.apps.platform.client_id.as_str()).await, account)
        },
        async |_, (door, _)| {
            let draft = door.process.request(Method::PATCH, &door.path).bearer(&door.token);
            draft.json(&serde_json::json!({ "networks": ["203.0.113.0/24"] })).send().await
        },
        async |world, (_, account), outcome| {
            assert!(outcome.first.status() == 200 || outcome.first_failed(), "{}", outcome.cell);
            assert_eq!(outcome.second.status(), 200, "{}", outcome.cell);
            let token = world.platform_token(&world.apps.platform).await;
            let verdict = world.gate(0).call_for(READ, &token, account).await;
            assert_eq!(verdict.name(), "ip_not_allowed", "{}", outcome.cell);
        },
    )
    .await;
}
