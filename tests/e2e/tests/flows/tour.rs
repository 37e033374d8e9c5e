//! From the first click to a refused request, on both kinds of API.

use std::time::Duration;

use postern_e2e::Deployment;
use serde_json::json;

const EVERYTHING: &str = "openid profile email offline_access contact.all";

#[tokio::test]
async fn a_person_signs_in_and_the_app_acts_for_them_until_it_gives_the_grant_back() {
    let bound = 2;
    let it = Deployment::start_with(|options| {
        options.parameters.insert("RevocationSeconds".into(), bound.to_string());
    })
    .await
    .unwrap();
    let (web, user) = (it.web(), &it.demo.users[0]);
    let tokens = web.sign_in(&mut it.visitor(), user, EVERYTHING).await.unwrap();

    for api in [&it.demo.api, &it.demo.api_rest] {
        let me = it.http.get(&format!("{api}/me"), Some(&tokens.access)).await.unwrap();
        assert_eq!((me.status, me.text("tenant")), (200, user.tenant.clone()), "{api}: {}", me.body);
        assert_eq!(me.text("client_id"), web.client.client_id);
        assert!(!me.text("user").is_empty());
    }

    let refreshed = web.refresh(&tokens.refresh).await.unwrap();
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    let (access, refresh) = (refreshed.text("access_token"), refreshed.text("refresh_token"));
    assert_ne!(refresh, tokens.refresh);
    let me = format!("{}/me", it.demo.api);
    assert_eq!(it.http.get(&me, Some(&access)).await.unwrap().status, 200);

    assert_eq!(web.revoke(&refresh).await.unwrap().status, 200);
    tokio::time::sleep(Duration::from_secs(bound)).await;
    for token in [&access, &tokens.access] {
        for api in [&it.demo.api, &it.demo.api_rest] {
            assert_eq!(it.http.get(&format!("{api}/me"), Some(token)).await.unwrap().status, 401, "{api}");
        }
    }
    let again = web.refresh(&refresh).await.unwrap();
    assert_eq!(again.verdict(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn a_service_acts_for_its_tenant_and_for_nobody_else() {
    let it = Deployment::start().await.unwrap();
    let answer = it.service().client_credentials("contact.read").await.unwrap();
    assert_eq!((answer.status, answer.text("token_type").as_str()), (200, "Bearer"), "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.json().get("refresh_token").is_none());
    let me =
        it.http.get(&format!("{}/me", it.demo.api_rest), Some(&answer.text("access_token"))).await.unwrap();
    let tenant = &it.demo.tenants[0].id;
    assert_eq!((me.status, &me.json()["tenant"]), (200, &json!(tenant)), "{}", me.body);
    assert!(me.json()["user"].is_null());
}
