//! `/account/v1` and what is somebody else's: another tenant's, another member's, one's own elsewhere (S01, S02).

use postern_core::http::Method;
use postern_testkit::{MadePat, Operation, World, assert_error};
use serde_json::json;

use crate::admin::{Admin, json_of};

/// Each with the path of what is foreign to Olivia at Acme, and that of what nobody has.
async fn foreign(world: &World) -> Vec<(&'static str, String, &'static str)> {
    let (people, globex) = (&world.people, &world.tenants.globex);
    let mut routes = Vec::new();
    let theirs = world.pat(&people.gloria, &["contact.read"]).await;
    let colleagues = world.pat(&people.robin, &["contact.read"]).await;
    for pat in [theirs, colleagues] {
        routes.push(("DELETE", format!("tokens/{}", pat.id), "tokens/pat_0000000000000000"));
    }
    world.connect(&world.apps.rival, &people.gloria).await;
    let rival = &world.apps.rival.client_id;
    for method in ["DELETE", "PATCH"] {
        routes.push((method, format!("connections/{rival}"), "connections/0000000000000000000000"));
    }
    let nobodys = "connections/0000000000000000000000/activity";
    routes.push(("GET", format!("connections/{rival}/activity"), nobodys));
    // Somebody is invited, and it is not Olivia.
    let invited = json!({ "email": people.robin.email, "role": "reader" });
    let path = format!("tenants/{globex}/members");
    json_of(&Admin::operator(world).await.post(&path, invited).await, 202);
    routes.push((
        "POST",
        format!("invitations/{globex}/accept"),
        "invitations/ten_0000000000000000000000/accept",
    ));
    routes.push((
        "POST",
        format!("invitations/{globex}/decline"),
        "invitations/ten_0000000000000000000000/decline",
    ));
    routes
}

#[tokio::test]
async fn s01_what_is_anothers_does_not_exist() {
    let world = World::start().await;
    let routes = foreign(&world).await;
    let token = world.account_token(&world.people.olivia).await;
    let call = async |method: &str, path: &str| {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let draft = world.request(method.clone(), &format!("/account/v1/{path}")).bearer(&token);
        let body = match method {
            Method::PATCH => r#"{"networks":[]}"#,
            Method::POST if path.ends_with("/accept") => r#"{"role":"reader"}"#,
            _ => return draft.send().await,
        };
        draft.body("application/json", body).send().await
    };
    let before = world.dump().await;
    for (method, theirs, nobodys) in &routes {
        let (theirs, nobodys) = (call(method, theirs).await, call(method, nobodys).await);
        assert_error(&theirs, 404, "not_found");
        assert_eq!(
            (theirs.status(), theirs.text()),
            (nobodys.status(), nobodys.text()),
            "{method} {routes:?}"
        );
    }
    assert_eq!(world.dump().await, before);
    for (list, secret) in [("tokens", "contact.read"), ("connections", "Rival"), ("invitations", "Globex")] {
        let answer = call("GET", list).await;
        assert!(answer.status() == 200 && !answer.text().contains(secret), "{list}: {}", answer.text());
    }
}

/// The person is the same, the tenant is not.
#[tokio::test]
async fn s02_what_is_ones_own_at_another_tenant_does_not_exist_here() {
    let world = World::start().await;
    let (bo, wanted) = (&world.people.bo, json!({ "name": "Mine", "scopes": ["contact.read"] }));
    let (here, there) = (&world.tenants.acme, &world.tenants.globex);
    let (here, there) = (world.account_token_at(bo, here).await, world.account_token_at(bo, there).await);
    let pat = MadePat::of(&world.make_pat(&there, &wanted).send().await);
    let path = format!("/account/v1/tokens/{}", pat.id);
    let before = world.dump().await;
    let delete = async |token: &str| world.request(Method::DELETE, &path).bearer(token).send().await;
    assert_error(&delete(&here).await, 404, "not_found");
    assert!(!world.get("/account/v1/tokens").bearer(&here).send().await.text().contains(&pat.id));
    assert_eq!(world.dump().await, before);
    assert_eq!(delete(&there).await.status(), 204);
}

#[tokio::test]
async fn s01_every_documented_operation_that_names_something_is_tried() {
    let world = World::start().await;
    let routes = foreign(&world).await;
    let naming: Vec<_> = Operation::of_account().into_iter().filter(Operation::names_something).collect();
    let tried = |operation: &Operation| {
        routes.iter().any(|(method, path, _)| operation.is(method, &format!("/account/v1/{path}")))
    };
    let missed: Vec<_> = naming.iter().filter(|operation| !tried(operation)).map(Operation::name).collect();
    assert!(missed.is_empty() && naming.len() == 6, "tried nowhere: {missed:?}");
}
