//! The audit log over HTTP, and limits as operators set them.

use postern_testkit::{World, assert_error};
use serde_json::{Value, json};

use super::{Admin, json_of};

#[tokio::test]
async fn r12_a_tenants_log_is_read_by_page_and_by_time() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    world.tokens(&world.apps.web).await;
    world.clock.advance(5);
    world.tokens(&world.apps.web).await;
    let _copied = world.events(Some(&world.tenants.acme)).await;
    let all = json_of(&admin.get("audit?limit=100").await, 200);
    let kinds: Vec<&str> =
        all["data"].as_array().unwrap().iter().filter_map(|it| it["kind"].as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "code.exchanged").count(), 2, "{kinds:?}");
    let mut paged: Vec<Value> = Vec::new();
    let mut path = "audit?limit=2".to_owned();
    loop {
        let page = json_of(&admin.get(&path).await, 200);
        paged.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("audit?limit=2&cursor={cursor}");
    }
    assert_eq!(json!(paged), all["data"]);
    let since = world.now();
    let later = json_of(&admin.get(&format!("audit?from={since}")).await, 200);
    assert!(later["data"].as_array().unwrap().iter().all(|it| it["at"].as_u64() >= Some(since)));
    let before = json_of(&admin.get(&format!("audit?to={}", since - 1)).await, 200);
    let both = later["data"].as_array().unwrap().len() + before["data"].as_array().unwrap().len();
    assert_eq!(both, paged.len());
}

#[tokio::test]
async fn s01_db13_a_log_is_its_tenants_and_a_cursor_its_searchs() {
    let world = World::start().await;
    let (admin, operator) = (Admin::of_acme(&world).await, Admin::operator(&world).await);
    world.tokens(&world.apps.web).await;
    let _copied = world.events(Some(&world.tenants.acme)).await;
    let foreign = admin.get(&format!("audit?tenant={}", world.tenants.globex)).await;
    let unknown = admin.get("audit?tenant=ten_nobody").await;
    assert_error(&foreign, 404, "not_found");
    assert_eq!(foreign.text(), unknown.text());
    let acme = format!("audit?tenant={}&limit=1", world.tenants.acme);
    let cursor = json_of(&operator.get(&acme).await, 200)["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(operator.get(&format!("{acme}&cursor={cursor}")).await.status(), 200);
    for other in [
        format!("audit?tenant={}&limit=1&cursor={cursor}", world.tenants.globex),
        format!("{acme}&from=5&cursor={cursor}"),
        format!("{acme}&cursor=x{cursor}"),
    ] {
        assert_error(&operator.get(&other).await, 400, "invalid_request");
    }
    for bad in ["from=x", "to=-1", "limit=0", "limit=101", "from=1&from=2", "to=1000000000000"] {
        assert_error(&admin.get(&format!("audit?{bad}")).await, 400, "invalid_request");
    }
}

#[tokio::test]
async fn r12_a_log_is_read_by_client() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    world.tokens(&world.apps.web).await;
    world.connect(&world.apps.platform, &world.people.olivia).await;
    let _copied = world.events(Some(&world.tenants.acme)).await;
    let platform = &world.apps.platform.client_id;
    let page = json_of(&admin.get(&format!("audit?client_id={platform}")).await, 200);
    let events = page["data"].as_array().unwrap();
    assert!(events.len() >= 3 && events.iter().all(|it| it["client_id"] == platform.as_str()), "{page}");
    let first = json_of(&admin.get(&format!("audit?client_id={platform}&limit=1")).await, 200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("limit=1&cursor={cursor}");
    assert_eq!(admin.get(&format!("audit?client_id={platform}&{path}")).await.status(), 200);
    let web = &world.apps.web.client_id;
    for other in [format!("audit?{path}"), format!("audit?client_id={web}&{path}")] {
        assert_error(&admin.get(&other).await, 400, "invalid_request");
    }
    for bad in ["client_id=a%23b", "client_id=a&client_id=b"] {
        let refused = admin.get(&format!("audit?{bad}")).await;
        assert_eq!((refused.status(), &refused.json()["field"]), (400, &json!("client_id")), "{bad}");
    }
}

#[tokio::test]
async fn r13_operators_set_limits_and_the_limited_do_not_lift_them() {
    let world = World::start().await;
    let (admin, operator) = (Admin::of_acme(&world).await, Admin::operator(&world).await);
    let path = format!("clients/{}", world.apps.service.client_id);
    let limits = json!({ "limits": { "api": { "per_minute": 60, "burst": 1 } } });
    let changed = json_of(&operator.patch(&path, limits.clone()).await, 200);
    assert_eq!(changed["limits"], limits["limits"]);
    let form = world.client_credentials(&world.apps.service, "contact.read").send().await;
    let (gate, token) = (world.gate(0), form.member("access_token"));
    assert_eq!(gate.call("GET /v1/contacts", &token).await.name(), "allowed");
    assert_eq!(gate.call("GET /v1/contacts", &token).await.name(), "rate_limited");
    assert_error(&admin.patch(&path, json!({ "limits": {} })).await, 403, "insufficient_role");
    for bad in [json!(5), json!({ "api": 5 }), json!({ "api": { "per_minute": 0 } }), json!({ "each": {} })] {
        assert_error(&operator.patch(&path, json!({ "limits": bad })).await, 400, "invalid_request");
    }
    assert_eq!(json_of(&operator.patch(&path, json!({ "limits": {} })).await, 200)["limits"], json!({}));
}
