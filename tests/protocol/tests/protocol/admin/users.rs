//! The accounts of people: found, shown, changed, suspended, restored. By operators alone (S01, S02; who may not is with the
//! other strangers).

use postern_core::audit::{Actor, Event, Kind};
use postern_core::caller::Caller;
use postern_core::clock::Timestamp;
use postern_core::http::Method;
use postern_core::id::InvocationId;
use postern_core::param::ScopeSet;
use postern_core::store::{ManageUsers as _, Written};
use postern_testkit::{Answer, Ask, Form, PASSWORD, Person, World, assert_error, claims_of};
use serde_json::{Value, json};

use super::{Admin, json_of};

fn path(person: &Person) -> String {
    format!("users/{}", person.user_id)
}

/// What a login in a new browser leads to.
pub(super) async fn login(world: &World, email: &str) -> Answer {
    let mut browser = world.browser();
    let page = browser.open(&Ask::of(&world.apps.native)).await;
    let form = Form::read(page.text()).unwrap().fill("email", email).fill("password", PASSWORD);
    browser.submit(&form).await
}

pub(super) fn is_signed_in(answer: &Answer) -> bool {
    !answer.text().contains("id=\"sign-in\"")
}

#[tokio::test]
async fn people_are_listed_in_parts_and_found_by_address() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let new = json!({ "email": "ada@acme.test", "name": "Ada", "role": "reader", "active": true,
        "password": PASSWORD });
    let ada = operator.post(&format!("tenants/{}/members", world.tenants.acme), new).await.member("user_id");
    let (mut seen, mut path) = (Vec::new(), "users?limit=4".to_owned());
    loop {
        let part = json_of(&operator.get(&path).await, 200);
        assert!(!part.to_string().contains("password"), "{part}");
        seen.extend(part["data"].as_array().unwrap().iter().map(|it| it["user_id"].clone()));
        let Some(next) = part["next_cursor"].as_str() else { break };
        path = format!("users?limit=4&cursor={next}");
    }
    assert_eq!(seen.len(), 6, "those of the bootstrap and the newcomer");
    assert!(seen.contains(&json!(ada)) && seen.is_sorted_by_key(|it| it.as_str()), "{seen:?}");
    let found = json_of(&operator.get("users?email=%20Olivia@ACME.test").await, 200);
    let olivia = json!({ "user_id": world.people.olivia.user_id, "email": "olivia@acme.test",
        "email_verified": true, "name": "Olivia Owner", "active": true });
    assert_eq!(found, json!({ "data": [olivia] }));
    assert_eq!(json_of(&operator.get("users?email=nobody@acme.test").await, 200), json!({ "data": [] }));
    for (query, field) in
        [("email=nobody", "email"), ("email=a%40b.test&email=c%40d.test", "email"), ("limit=0", "limit")]
    {
        let answer = operator.get(&format!("users?{query}")).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), field);
    }
}

#[tokio::test]
async fn a_person_is_shown_with_profile_and_memberships() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let bo = &world.people.bo;
    let shown = json_of(&operator.get(&path(bo)).await, 200);
    assert_eq!((&shown["name"], &shown["profile"]), (&json!("Bo Both"), &json!({})));
    let mut at: Vec<_> =
        shown["memberships"].as_array().unwrap().iter().map(|it| it["tenant"].as_str().unwrap()).collect();
    at.sort_unstable();
    let mut both = [world.tenants.acme.as_str(), world.tenants.globex.as_str()];
    both.sort_unstable();
    assert_eq!(at, both);
    let left = format!("tenants/{}/members/{}", world.tenants.globex, bo.user_id);
    assert_eq!(operator.delete(&left).await.status(), 204);
    let shown = json_of(&operator.get(&path(bo)).await, 200);
    let acme = json!([{ "tenant": world.tenants.acme, "role": "owner", "active": true }]);
    assert_eq!(shown["memberships"], acme, "one that has ended is none");
    for nobody in ["users/usr_0000000000000000000000", "users/x", "users/usr_"] {
        assert_error(&operator.get(nobody).await, 404, "not_found");
    }
}

#[tokio::test]
async fn what_is_changed_is_what_clients_are_told() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let olivia = &world.people.olivia;
    let change = json!({ "name": "Olivia Ordinary", "email_verified": false,
        "profile": { "given_name": "Olivia", "locale": "en-GB" } });
    let shown = json_of(&operator.patch(&path(olivia), change).await, 200);
    assert_eq!((&shown["name"], &shown["email_verified"]), (&json!("Olivia Ordinary"), &json!(false)));
    assert_eq!(shown["profile"]["updated_at"], world.now());
    let tokens = world.tokens(&world.apps.web).await;
    let told = world.userinfo(&tokens.access).send().await.json();
    assert_eq!((&told["name"], &told["given_name"]), (&json!("Olivia Ordinary"), &json!("Olivia")));
    assert_eq!((&told["email_verified"], &told["locale"]), (&json!(false), &json!("en-GB")));
    assert!(claims_of(&tokens.id)["sub"] == json!(olivia.user_id), "the same person");
    // A profile is written as a whole; what is not named stays.
    world.clock.advance(1);
    let shown = json_of(&operator.patch(&path(olivia), json!({ "profile": {} })).await, 200);
    assert_eq!(shown["profile"], json!({ "updated_at": world.now() }));
    assert_eq!(shown["name"], "Olivia Ordinary");
    let log = world.events(None).await;
    let told: Vec<_> = log.iter().filter(|it| it.kind == Kind::UserChanged).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].subject.as_ref(), Some(&olivia.user_id));
    assert_eq!(told[0].actor, Actor::Client(operator.app.client_id.clone()));
    assert_eq!(told[0].details["changed"], "email_verified name profile");
    assert!(!format!("{told:?}").contains("Ordinary"), "no name in the log");
}

#[tokio::test]
async fn every_bad_member_of_a_person_is_named() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let olivia = path(&world.people.olivia);
    let before = world.state().await;
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "<b>" }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": "a\u{202e}b" }), "name"),
        (json!({ "email_verified": "yes" }), "email_verified"),
        (json!({ "profile": null }), "profile"),
        (json!({ "profile": { "email": "x@y.test" } }), "profile"),
        (json!({ "profile": { "nickname": "x".repeat(5_000) } }), "profile"),
        (json!({ "email": "x@y.test" }), "email"),
        (json!({ "password": PASSWORD }), "password"),
        (json!({ "active": false }), "active"),
    ] {
        let answer = operator.patch(&olivia, body.clone()).await;
        assert_error(&answer, 400, "invalid_request");
        assert_eq!(answer.member("field"), field, "{body:.80}");
    }
    assert_eq!(world.state().await, before);
}

/// I9: what is void stays void when the person comes back.
#[tokio::test]
async fn i9_who_was_suspended_comes_back_with_nothing_but_their_password() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let (olivia, web) = (&world.people.olivia, &world.apps.web);
    let tokens = world.tokens_for(web, olivia, "openid contact.read offline_access").await;
    let mut browser = world.signed_in(olivia).await;
    let pat = world.pat(olivia, &["contact.read"]).await;
    let connected = world.connect(&world.apps.platform, olivia).await;
    let shown = json_of(&operator.post(&format!("{}/suspend", path(olivia)), Value::Null).await, 200);
    assert_eq!(shown["active"], false);
    world.clock.advance(2);
    assert!(!is_signed_in(&login(&world, olivia.email).await), "suspended");
    let shown = json_of(&operator.post(&format!("{}/restore", path(olivia)), Value::Null).await, 200);
    assert_eq!(shown["active"], true);
    for token in [&tokens.access, &pat.token, &connected.tokens.access] {
        assert_eq!(world.gate(0).call("GET /v1/contacts", token).await.name(), "unauthorized");
    }
    for (app, token) in [(web, &tokens.refresh), (&world.apps.platform, &connected.tokens.refresh)] {
        assert_error(&world.refresh(app, token).send().await, 400, "invalid_grant");
    }
    assert!(!is_signed_in(&browser.open(&Ask::of(web)).await), "the session");
    let page = browser.open(&Ask::of(web)).await;
    let page = browser.sign_in(&page, olivia).await;
    assert!(page.text().contains("id=\"allow\""), "consent is asked for anew: {}", page.text());
    assert!(browser.decide(&page, "allow").await.returned("code").is_some());
    // The connection is the organisation's.
    let own = world.platform_token(&world.apps.platform).await;
    let call = world.gate(0).call_for("GET /v1/contacts", &own, &connected.account).await;
    assert_eq!(call.name(), "allowed");
}

#[tokio::test]
async fn what_is_said_twice_is_done_once_and_told_once() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    for (verb, kind) in [("suspend", Kind::UserSuspended), ("restore", Kind::UserRestored)] {
        for _ in 0..2 {
            let robin = format!("{}/{verb}", path(&world.people.robin));
            json_of(&operator.post(&robin, Value::Null).await, 200);
        }
        let told: Vec<_> = world.events(None).await.into_iter().filter(|it| it.kind == kind).collect();
        assert_eq!(told.len(), 1, "{verb}");
        assert_eq!(told[0].subject.as_ref(), Some(&world.people.robin.user_id));
        world.clock.advance(5);
    }
}

#[tokio::test]
async fn nobody_locks_themselves_out() {
    let world = World::start().await;
    let olivia = &world.people.olivia;
    let caller = Caller {
        tenant_id: world.tenants.operators.clone(),
        user_id: Some(olivia.user_id.clone()),
        client_id: Some(world.apps.web.client_id.clone()),
        delegate: None,
        pat_id: None,
        account_id: None,
        scopes: ScopeSet::parse("admin").unwrap(),
    };
    let before = world.state().await;
    for (method, path) in
        [(Method::POST, format!("{}/suspend", path(olivia))), (Method::DELETE, path(olivia))]
    {
        let draft = world.request(method, &format!("/admin/v1/{path}")).as_caller(caller.clone());
        assert_error(&draft.send().await, 409, "conflict");
    }
    assert_eq!(world.state().await, before);
    let robin = format!("/admin/v1/{}/suspend", path(&world.people.robin));
    assert_eq!(world.post(&robin).as_caller(caller).send().await.status(), 200, "anybody else");
}

/// Of an operator's change and a change of password at the same moment none undoes the other.
#[tokio::test]
async fn db06_a_change_that_was_overtaken_writes_nothing() {
    let world = World::start().await;
    let (operator, olivia) = (Admin::operator(&world).await, &world.people.olivia);
    let event = |name: &str| {
        let invocation = InvocationId::parse(name).unwrap();
        Event::by_operator(Kind::UserChanged, &invocation, Timestamp::from_secs(world.now()))
    };
    let store = world.store();
    let seen = store.read_person(&olivia.user_id).await.unwrap().unwrap().user;
    let mut browser = world.signed_in(olivia).await;
    let page = browser.visit("/oauth2/password").await;
    let next = "a new password of some length";
    let form =
        Form::read(page.text()).unwrap().fill("current", PASSWORD).fill("new", next).fill("again", next);
    assert_eq!(browser.submit(&form).await.status(), 200);
    let overtaken = store.write_user(&seen.record, Some(seen.version), &event("one")).await.unwrap();
    assert!(matches!(overtaken, Written::Conflict), "the old password would be back");
    let seen = store.read_person(&olivia.user_id).await.unwrap().unwrap().user;
    json_of(&operator.patch(&path(olivia), json!({ "name": "Else" })).await, 200);
    let overtaken = store.write_user(&seen.record, Some(seen.version), &event("two")).await.unwrap();
    assert!(matches!(overtaken, Written::Conflict), "the old name would be back");
}
