//! Invitations as administrators see them: the same for every address, listed, withdrawn.

use std::collections::BTreeSet;

use postern_testkit::{World, assert_error};
use serde_json::{Value, json};

use super::{Admin, events, json_of};

async fn listed(admin: &Admin<'_>) -> Vec<Value> {
    let path = format!("tenants/{}/invitations", admin.world.tenants.acme);
    json_of(&admin.get(&path).await, 200)["data"].as_array().unwrap().clone()
}

fn invitation(email: &str) -> Value {
    json!({ "email": email, "role": "reader" })
}

/// Finding 13: whoever invites cannot tell whether somebody has an account.
#[tokio::test]
async fn w03_known_and_unknown_addresses_are_answered_alike_by_the_same_calls() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let path = format!("tenants/{}/members", world.tenants.acme);
    let mut seen = BTreeSet::new();
    // What a process reads once is not of the address.
    json_of(&admin.post(&path, invitation("first@anywhere.test")).await, 202);
    for email in ["gloria@globex.test", "nobody@anywhere.test"] {
        let (sites, answer) = world.sites(admin.post(&path, invitation(email))).await;
        let mut body = json_of(&answer, 202);
        assert_eq!(body["email"], email);
        assert!(body["id"].as_str().unwrap().starts_with("inv_"));
        (body["email"], body["id"]) = (json!(""), json!(""));
        seen.insert(format!("{sites:?} {body}"));
    }
    assert_eq!(seen.len(), 1, "{seen:#?}");
}

#[tokio::test]
async fn an_invitation_is_listed_renewed_and_withdrawn() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let acme = &world.tenants.acme;
    let path = format!("tenants/{acme}/members");
    let first = json_of(&admin.post(&path, invitation(" Gloria@Globex.test ")).await, 202);
    let expected = json!({
        "id": first["id"], "email": "gloria@globex.test", "role": "reader",
        "invited_by": { "type": "client", "id": admin.app.client_id },
        "created_at": world.now(), "expires_at": world.now() + 14 * 86_400,
    });
    assert_eq!(first, expected);
    assert_eq!(listed(&admin).await, std::slice::from_ref(&first));
    let made = world.now();
    world.clock.advance(60);
    let again = json!({ "email": "gloria@globex.test", "role": "owner" });
    let renewed = json_of(&admin.post(&path, again).await, 202);
    assert_eq!((&renewed["id"], &renewed["role"]), (&first["id"], &json!("owner")));
    let times = (renewed["created_at"].as_u64(), renewed["expires_at"].as_u64());
    assert_eq!(times, (Some(made), Some(made + 60 + 14 * 86_400)));
    assert_eq!(listed(&admin).await, [renewed]);
    let named = format!("tenants/{acme}/invitations/{}", first["id"].as_str().unwrap());
    assert_eq!(admin.delete(&named).await.status(), 204);
    assert_error(&admin.delete(&named).await, 404, "not_found");
    assert!(listed(&admin).await.is_empty());
    let anew = json_of(&admin.post(&path, invitation("gloria@globex.test")).await, 202);
    assert_ne!(anew["id"], first["id"], "what was withdrawn stays so");
    assert_eq!(listed(&admin).await, [anew]);
    assert_error(&admin.delete(&named).await, 404, "not_found");
}

#[tokio::test]
async fn an_invitation_makes_no_member_and_one_event() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let acme = &world.tenants.acme;
    let made = admin.post(&format!("tenants/{acme}/members"), invitation("gloria@globex.test")).await;
    let id = json_of(&made, 202)["id"].as_str().unwrap().to_owned();
    let members = json_of(&admin.get(&format!("tenants/{acme}/members")).await, 200);
    assert!(!members.to_string().contains("gloria"), "{members}");
    admin.delete(&format!("tenants/{acme}/invitations/{id}")).await;
    let log = world.events(Some(acme)).await;
    let told: Vec<_> = log.iter().filter(|it| it.details.get("invitation") == Some(&id)).collect();
    let kinds: Vec<_> = told.iter().map(|it| it.kind.as_str()).collect();
    assert_eq!(kinds, ["member.invited", "invitation.withdrawn"]);
    assert!(!format!("{told:?}").contains("globex.test"), "the log has names, not addresses");
    assert!(events(&world, "member.added", &admin.app).await.is_empty());
}

#[tokio::test]
async fn a_list_of_invitations_comes_in_parts() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let acme = &world.tenants.acme;
    let mut all = BTreeSet::new();
    for number in 0..5 {
        let body = invitation(&format!("guest{number}@anywhere.test"));
        all.insert(
            json_of(&admin.post(&format!("tenants/{acme}/members"), body).await, 202)["email"].to_string(),
        );
    }
    let (mut found, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let part = json_of(&admin.get(&format!("tenants/{acme}/invitations?limit=2{cursor}")).await, 200);
        found.extend(part["data"].as_array().unwrap().iter().map(|it| it["email"].to_string()));
        let Some(next) = part["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, all);
}
