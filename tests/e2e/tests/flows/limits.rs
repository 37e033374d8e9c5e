//! A limit at both gateways: who is told what.

use postern_e2e::{Answer, Deployment, Outcome};
use reqwest::Method;
use serde_json::{Value, json};

/// A deployment that believes nothing it has read, and a token of its service.
async fn scene() -> Outcome<(Deployment, String)> {
    let started = Deployment::start_with(|options| {
        options.parameters.insert("RevocationSeconds".into(), "0".into());
    });
    let it = started.await?;
    let token = it.service().client_credentials("contact.read").await?.text("access_token");
    Ok((it, token))
}

/// Gives the service these limits, as an operator does.
async fn limit(it: &Deployment, limits: Value) -> Outcome<Answer> {
    let url = format!("{}/admin/v1/clients/{}", it.demo.issuer, it.demo.clients.service.client_id);
    let request = it.http.request(Method::PATCH, &url).bearer_auth(&it.demo.admin_token);
    let body = json!({ "limits": limits }).to_string();
    Answer::of(request.header("content-type", "application/json").body(body)).await
}

#[tokio::test]
async fn r13_a_rest_api_tells_who_comes_too_fast_and_an_http_api_cannot() {
    let (it, token) = scene().await.unwrap();
    let call = async |api: &str| it.http.get(&format!("{api}/v1/contacts"), Some(&token)).await.unwrap();
    for api in [&it.demo.api_rest, &it.demo.api] {
        for _ in 0..2 {
            assert_eq!(call(api).await.status, 200, "without a limit: {api}");
        }
    }
    let limited = limit(&it, json!({ "api": { "per_minute": 1, "burst": 1 } })).await.unwrap();
    assert_eq!(limited.status, 200, "{}", limited.body);
    assert_eq!(call(&it.demo.api_rest).await.status, 200, "the one of this minute");
    let refused = call(&it.demo.api_rest).await;
    assert_eq!(refused.verdict(), (403, "rate_limited".into()), "{}", refused.body);
    assert!(!refused.text("error_description").is_empty(), "{}", refused.body);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.header("cache-control"), "no-store");
    let refused = call(&it.demo.api).await;
    assert_eq!((refused.status, refused.json()), (403, json!({ "message": "Forbidden" })));
    assert_eq!(refused.header("retry-after"), "");
}
