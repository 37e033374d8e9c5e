//! Accounts that are removed: nothing personal is left, nothing counts, and the address is free.

use postern_core::audit::Kind;
use postern_core::clock::Timestamp;
use postern_core::entropy::OsEntropy;
use postern_core::id::TenantId;
use postern_core::openid::Profile;
use postern_core::tenant::Member;
use postern_testkit::{Ask, PASSWORD, Reply, World, assert_error};
use serde_json::json;

use super::users::{is_signed_in, login};
use super::{Admin, json_of};

const READ: &str = "GET /v1/contacts";

#[tokio::test]
async fn i9_nothing_of_a_removed_person_is_left_or_counts() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let bo = &world.people.bo;
    let nickname = Some("Bobby".to_owned());
    world.edit_account(&bo.user_id, |it| it.user.profile = Profile { nickname, ..Profile::default() }).await;
    let tokens = world.tokens_for(&world.apps.web, bo, "contact.read offline_access").await;
    let pat = world.pat(bo, &["contact.read"]).await;
    let mut browser = world.signed_in(bo).await;
    let path = format!("users/{}", bo.user_id);
    assert_eq!(operator.delete(&path).await.status(), 204);
    let dump = world.dump().await;
    let own: Vec<_> =
        dump.lines().filter(|it| it.contains(&format!("\"PK\": \"USER#{}", bo.user_id))).collect();
    for personal in ["both.test", "Bobby", "Bo Both", "argon2"] {
        assert!(own.iter().all(|line| !line.contains(personal)), "{personal}: {own:?}");
    }
    assert!(!dump.contains("bo@both.test"), "nowhere else either");
    for token in [&tokens.access, &pat.token] {
        assert_eq!(world.gate(0).call(READ, token).await.name(), "unauthorized");
    }
    assert_error(&world.refresh(&world.apps.web, &tokens.refresh).send().await, 400, "invalid_grant");
    assert_eq!(world.userinfo(&tokens.access).send().await.status(), 401);
    assert!(!is_signed_in(&browser.open(&Ask::of(&world.apps.web)).await));
    assert!(!is_signed_in(&login(&world, bo.email).await));
    for answer in [
        operator.get(&path).await,
        operator.delete(&path).await,
        operator.patch(&path, json!({ "name": "Back" })).await,
        operator.post(&format!("{path}/restore"), json!(null)).await,
    ] {
        assert_error(&answer, 404, "not_found");
    }
    let listed = json_of(&operator.get("users").await, 200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 4, "{listed}");
}

#[tokio::test]
async fn every_membership_ends_and_is_told_where_it_was() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let (bo, tenants) = (&world.people.bo, [&world.tenants.acme, &world.tenants.globex]);
    assert_eq!(operator.delete(&format!("users/{}", bo.user_id)).await.status(), 204);
    for tenant in tenants {
        let members = json_of(&operator.get(&format!("tenants/{tenant}/members")).await, 200);
        assert!(!members.to_string().contains(bo.user_id.as_str()), "{members}");
        let one = operator.get(&format!("tenants/{tenant}/members/{}", bo.user_id)).await;
        assert_error(&one, 404, "not_found");
        let log = world.events(Some(tenant)).await;
        let told: Vec<_> = log.iter().filter(|it| it.kind == Kind::MemberRemoved).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].subject.as_ref(), Some(&bo.user_id));
    }
    let log = world.events(None).await;
    let told: Vec<_> = log.iter().filter(|it| it.kind == Kind::UserRemoved).collect();
    assert!(told.len() == 1 && told[0].subject.as_ref() == Some(&bo.user_id), "{told:?}");
    assert!(!format!("{told:?}").contains("both.test"));
}

/// Whoever has the address next is somebody else: none of the old one's rights are theirs.
#[tokio::test]
async fn the_address_is_free_for_another_account() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let robin = &world.people.robin;
    let members = format!("tenants/{}/members", world.tenants.acme);
    let new = json!({ "email": robin.email, "name": "Another", "role": "reader", "active": true,
        "password": PASSWORD });
    assert_error(&operator.post(&members, new.clone()).await, 409, "conflict");
    assert_eq!(operator.delete(&format!("users/{}", robin.user_id)).await.status(), 204);
    let found = json_of(&operator.get(&format!("users?email={}", robin.email)).await, 200);
    assert_eq!(found, json!({ "data": [] }));
    let another = json_of(&operator.post(&members, new).await, 201);
    assert_ne!(another["user_id"], robin.user_id.as_str());
    assert!(is_signed_in(&login(&world, robin.email).await));
}

/// An invitation is its address's: the person who has none any more cannot take it, whatever they still hold.
#[tokio::test]
async fn s03_an_invitation_gives_a_removed_person_nothing() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let robin = &world.people.robin;
    let token = world.account_token(robin).await;
    world.invited(robin, &world.tenants.globex, "owner").await;
    assert_eq!(world.invitations(&token).send().await.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(operator.delete(&format!("users/{}", robin.user_id)).await.status(), 204);
    world.clock.advance(15);
    let before = world.dump().await;
    for draft in [
        world.invitations(&token),
        world.answer_invitation(&token, &world.tenants.globex, Reply::Accept("owner")),
        world.instance().answer_invitation(&token, &world.tenants.globex, Reply::Accept("owner")),
    ] {
        assert_eq!(draft.send().await.status(), 401);
    }
    assert_eq!(world.dump().await, before);
}

#[tokio::test]
async fn more_memberships_than_one_transaction_takes_are_ended_first() {
    let world = World::start().await;
    let operator = Admin::operator(&world).await;
    let tess = &world.people.tess;
    let zero = Timestamp::from_secs(0);
    let another = || Member {
        user_id: tess.user_id.clone(),
        tenant_id: TenantId::generate(&OsEntropy),
        role: "owner".to_owned(),
        active: true,
        not_before: zero,
    };
    world.edit_account(&tess.user_id, |it| it.memberships.extend((0..48).map(|_| another()))).await;
    let (path, before) = (format!("users/{}", tess.user_id), world.state().await);
    let refused = operator.delete(&path).await;
    assert_error(&refused, 409, "conflict");
    assert!(refused.text().contains("end memberships first"), "{}", refused.text());
    assert_eq!(world.state().await, before);
    let one = format!("tenants/{}/members/{}", world.tenants.trial, tess.user_id);
    assert_eq!(operator.delete(&one).await.status(), 204);
    assert_eq!(operator.delete(&path).await.status(), 204, "as many as there may be");
    assert!(!world.state().await.contains("tess@trial.test"));
}
