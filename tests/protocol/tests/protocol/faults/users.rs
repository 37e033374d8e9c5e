//! Faults while operators administer the accounts of people: what is answered as done is done, and told once.

use postern_core::http::Method;
use postern_local::{FaultKind, Moment, Service};
use postern_testkit::{Answer, Blow, Form, Instance, PASSWORD, Site, World};
use serde_json::{Value, json};

use super::{Outcome, at_every_call};
use crate::admin::Admin;

/// A warm process with an operator's token, and somebody new at two tenants.
struct Desk {
    process: Instance,
    token: String,
    user: String,
}

impl Desk {
    async fn open(world: &World) -> Self {
        let operator = Admin::operator(world).await;
        let body = json!({ "email": "ada@acme.test", "name": "Ada", "role": "owner", "active": true,
            "password": PASSWORD });
        let members = format!("tenants/{}/members", world.tenants.acme);
        // The one of the round before, whatever became of her, makes room.
        let found = operator.get("users?email=ada@acme.test").await.json()["data"][0]["user_id"].clone();
        if let Some(before) = found.as_str() {
            assert_eq!(operator.delete(&format!("users/{before}")).await.status(), 204);
        }
        let user = operator.post(&members, body).await.member("user_id");
        let more = json!({ "email": "ada@acme.test", "role": "owner", "active": true });
        let second = operator.post(&format!("tenants/{}/members", world.tenants.globex), more).await;
        assert_eq!(second.status(), 201, "{}", second.text());
        let process = world.instance();
        let path = format!("/admin/v1/users/{user}");
        assert_eq!(process.get(&path).bearer(&operator.token).send().await.status(), 200);
        Self { process, token: operator.token, user }
    }

    async fn ask(&self, method: Method, verb: &str, body: &Value) -> Answer {
        let path = format!("/admin/v1/users/{}{verb}", self.user);
        let draft = self.process.request(method, &path).bearer(&self.token);
        if body.is_null() { draft.send().await } else { draft.json(body).send().await }
    }
}

/// How often the log tells of this about the person.
async fn told(world: &World, desk: &Desk, kind: &str) -> usize {
    let about = |it: &&postern_core::audit::Event| {
        it.kind.as_str() == kind && it.subject.as_ref().is_some_and(|it| it.as_str() == desk.user)
    };
    world.events(None).await.iter().filter(about).count()
}

#[track_caller]
fn settled(outcome: &Outcome, status: u16) {
    assert!(outcome.first.status() == status || outcome.first_failed(), "{}", outcome.cell);
}

#[tokio::test]
async fn db04_db05_a_change_of_an_account() {
    at_every_call(
        async |world| Desk::open(world).await,
        async |_, desk| desk.ask(Method::PATCH, "", &json!({ "name": "Ada Lovelace" })).await,
        async |_, desk, outcome| {
            settled(&outcome, 200);
            assert_eq!(outcome.second.json()["name"], "Ada Lovelace", "{}", outcome.cell);
            let shown = desk.ask(Method::GET, "", &Value::Null).await.json();
            assert_eq!(shown["name"], "Ada Lovelace", "{}", outcome.cell);
        },
    )
    .await;
}

#[tokio::test]
async fn db04_db05_i9_a_suspension_and_a_restoration() {
    for (verb, kind, active) in [("/suspend", "user.suspended", false), ("/restore", "user.restored", true)] {
        at_every_call(
            async |world| {
                let desk = Desk::open(world).await;
                if active {
                    assert_eq!(desk.ask(Method::POST, "/suspend", &Value::Null).await.status(), 200);
                }
                desk
            },
            async |_, desk| desk.ask(Method::POST, verb, &Value::Null).await,
            async |world, desk, outcome| {
                settled(&outcome, 200);
                assert_eq!(outcome.second.json()["active"], active, "{}", outcome.cell);
                assert_eq!(told(world, desk, kind).await, 1, "{}", outcome.cell);
            },
        )
        .await;
    }
}

#[tokio::test]
async fn db04_db05_i9_a_removal() {
    at_every_call(
        async |world| Desk::open(world).await,
        async |_, desk| desk.ask(Method::DELETE, "", &Value::Null).await,
        async |world, desk, outcome| {
            settled(&outcome, 204);
            // Who is not told asks again, and finds that it is done.
            let second = outcome.second.status();
            assert!(second == 404 || (second == 204 && outcome.first_failed()), "{}", outcome.cell);
            assert_eq!(told(world, desk, "user.removed").await, 1, "{}", outcome.cell);
            for tenant in [&world.tenants.acme, &world.tenants.globex] {
                let log = world.events(Some(tenant)).await;
                let left = log.iter().filter(|it| it.kind.as_str() == "member.removed");
                let left = left.filter(|it| it.subject.as_ref().is_some_and(|it| it.as_str() == desk.user));
                assert_eq!(left.count(), 1, "{}", outcome.cell);
            }
            assert!(!world.dump().await.contains("ada@acme.test"), "{}", outcome.cell);
        },
    )
    .await;
}

/// Every login checks its account: one that comes at the same moment does not put a suspension or a new password off.
#[tokio::test]
async fn db06_i9_a_login_at_the_same_moment_puts_nothing_off() {
    let collision =
        |times| Blow { kind: FaultKind::TransactionConflict, moment: Moment::BeforeEffect, times };
    let site = Site { service: Service::DynamoDb, operation: "TransactWriteItems".to_owned(), nth: 0 };
    let world = World::start().await;
    for (method, verb, status) in
        [(Method::POST, "/suspend", 200), (Method::POST, "/restore", 200), (Method::DELETE, "", 204)]
    {
        let desk = Desk::open(&world).await;
        world.strike(&site, collision(3));
        let answer = desk.ask(method, verb, &Value::Null).await;
        world.faults().clear();
        assert_eq!(answer.status(), status, "{verb} {}", answer.text());
    }
    let mut browser = world.signed_in(&world.people.olivia).await;
    let page = browser.visit("/oauth2/password").await;
    let next = "a new password of some length";
    let form =
        Form::read(page.text()).unwrap().fill("current", PASSWORD).fill("new", next).fill("again", next);
    world.strike(&site, collision(3));
    assert_eq!(browser.submit(&form).await.status(), 200);
}
