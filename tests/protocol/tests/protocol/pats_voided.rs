//! Personal access tokens that a mark has voided: how they are shown, counted and revoked (PT5).

use postern_core::audit::{Actor, Event, Kind};
use postern_core::clock::Timestamp;
use postern_core::http::{Call, Method};
use postern_core::id::{InvocationId, PatId};
use postern_core::pat::Pat;
use postern_core::store::{ListPats as _, ManagePats as _};
use postern_testkit::{MadePat, World};
use serde_json::{Value, json};

use crate::admin::{Admin, json_of};

const READ: &str = "GET /v1/contacts";

/// Adds tokens like the only one that Olivia has; gives the last one's identifier.
async fn add_like_it(world: &World, count: u32) -> PatId {
    let (olivia, acme) = (&world.people.olivia.user_id, &world.tenants.acme);
    let mut pat = world.store().load_pats(olivia, acme).await.unwrap().pop().unwrap();
    for number in 1..=count {
        pat.pat_id = PatId::parse(&format!("pat_{number:016}")).unwrap();
        let _receipt = world.store().create_pat(&pat, &told(world, &pat)).await.unwrap();
    }
    pat.pat_id
}

/// Voids all that Olivia has, ten seconds later; gives the mark.
async fn void(world: &World) -> Timestamp {
    world.clock.advance(10);
    let mark = Timestamp::from_secs(world.now());
    world.edit_account(&world.people.olivia.user_id, |it| it.user.not_before = mark).await;
    mark
}

/// What a password change, a pause or a removal has voided is shown so, and leaves room for others.
#[tokio::test]
async fn pt5_what_a_mark_has_voided_is_listed_as_revoked_and_not_counted() {
    let world = World::start().await;
    let olivia = &world.people.olivia;
    let old = world.pat(olivia, &["contact.read"]).await;
    add_like_it(&world, 49).await;
    let wanted = json!({ "name": "One more", "scopes": ["contact.read"] });
    let full = world.make_pat(&world.account_token(olivia).await, &wanted).send().await;
    assert_eq!((full.status(), full.member("error").as_str()), (409, "limit_reached"));
    let mark = void(&world).await;
    assert_eq!(world.gate(0).call(READ, &old.token).await.name(), "unauthorized");
    let token = world.account_token(olivia).await;
    let made = MadePat::of(&world.make_pat(&token, &wanted).send().await);
    let listed = world.get("/account/v1/tokens").bearer(&token).send().await.json();
    let operator = Admin::operator(&world).await;
    let path = format!("tenants/{}/members/{}/tokens", world.tenants.acme, olivia.user_id);
    assert_eq!(json_of(&operator.get(&path).await, 200), listed, "as whoever administers them sees it");
    for it in listed["data"].as_array().unwrap() {
        let voided = if it["id"] == made.id.as_str() { Value::Null } else { json!(mark) };
        assert_eq!(it.get("revoked_at").cloned().unwrap_or_default(), voided, "{it}");
    }
}

/// What is void and was not revoked has a bound too, and makes room when it is revoked.
#[tokio::test]
async fn pt5_what_a_mark_has_voided_can_be_revoked_and_cannot_pile_up() {
    let world = World::start().await;
    let olivia = &world.people.olivia;
    let old = world.pat(olivia, &["contact.read"]).await;
    let another = add_like_it(&world, 199).await;
    void(&world).await;
    let token = world.account_token(olivia).await;
    let wanted = json!({ "name": "One more", "scopes": ["contact.read"] });
    let full = world.make_pat(&token, &wanted).send().await;
    assert_eq!((full.status(), full.member("error").as_str()), (409, "limit_reached"));
    let path = format!("tenants/{}/members/{}/tokens", world.tenants.acme, olivia.user_id);
    let operator = Admin::operator(&world).await;
    assert_eq!(operator.delete(&format!("{path}/{another}")).await.status(), 204);
    MadePat::of(&world.make_pat(&token, &wanted).send().await);
    assert_eq!(world.make_pat(&token, &wanted).send().await.status(), 409);
    let path = format!("/account/v1/tokens/{}", old.id);
    let revoked = world.request(Method::DELETE, &path).bearer(&token).send().await;
    assert_eq!(revoked.status(), 204);
    MadePat::of(&world.make_pat(&token, &wanted).send().await);
}

fn told(world: &World, pat: &Pat) -> Event {
    let call = Call {
        invocation: InvocationId::parse(pat.pat_id.as_str()).unwrap(),
        source: None,
        deadline: Timestamp::from_secs(world.now() + 10),
        caller: None,
    };
    Event::new(Kind::PatCreated, Actor::User(pat.user_id.clone()), &call, pat.created_at).about_pat(pat)
}
