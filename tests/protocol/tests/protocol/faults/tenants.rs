//! Faults while a tenant is removed: what is answered as done is done, and told once.

use postern_core::id::TenantId;
use postern_testkit::{Instance, World};
use serde_json::{Value, json};

use super::at_every_call;
use crate::admin::Admin;

/// A process with an operator's token, and a suspended tenant.
struct Desk {
    process: Instance,
    token: String,
    tenant: String,
}

impl Desk {
    async fn open(world: &World) -> Self {
        let operator = Admin::operator(world).await;
        let tenant = operator.post("tenants", json!({ "name": "Initech" })).await.member("id");
        let suspended = operator.post(&format!("tenants/{tenant}/suspend"), Value::Null).await;
        assert_eq!(suspended.status(), 200, "{}", suspended.text());
        let process = world.instance();
        let path = format!("/admin/v1/tenants/{tenant}");
        assert_eq!(process.get(&path).bearer(&operator.token).send().await.status(), 200);
        Self { process, token: operator.token, tenant }
    }
}

#[tokio::test]
async fn db04_db05_a_removal() {
    at_every_call(
        async |world| Desk::open(world).await,
        async |_, desk| {
            let path = format!("/admin/v1/tenants/{}", desk.tenant);
            let delete = desk.process.request(postern_core::http::Method::DELETE, &path);
            delete.bearer(&desk.token).send().await
        },
        async |world, desk, outcome| {
            assert!(outcome.first.status() == 204 || outcome.first_failed(), "{}", outcome.cell);
            // Who is not told asks again, and finds that it is done.
            let second = outcome.second.status();
            assert!(second == 404 || (second == 204 && outcome.first_failed()), "{}", outcome.cell);
            let log = world.events(Some(&TenantId::parse(&desk.tenant).unwrap())).await;
            let told = log.iter().filter(|it| it.kind.as_str() == "tenant.removed").count();
            assert_eq!(told, 1, "{}", outcome.cell);
            let listed = format!("\"PK\": \"LIST#TENANTS\", \"SK\": \"{}\"", desk.tenant);
            assert!(!world.dump().await.contains(&listed), "{}", outcome.cell);
        },
    )
    .await;
}
