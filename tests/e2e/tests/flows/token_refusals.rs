//! Requests that the token endpoint does not read, through the real gateway's event conversion.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_e2e::{Answer, Deployment};
use reqwest::Method;

#[tokio::test]
async fn only_post_gets_tokens() {
    let it = Deployment::start().await.unwrap();
    for path in ["/oauth2/token", "/oauth2/refresh", "/oauth2/revoke", "/oauth2/introspect"] {
        let url = format!("{}{path}?grant_type=client_credentials", it.demo.issuer);
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = it.http.call(method.clone(), &url, None).await.unwrap();
            assert_eq!(answer.verdict(), (405, "invalid_request".into()), "{method} {path}: {}", answer.body);
            assert!(answer.header("allow").contains("POST"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_body_must_be_a_small_form() {
    let it = Deployment::start().await.unwrap();
    let url = format!("{}/oauth2/token", it.demo.issuer);
    let post = |content_type: &str, body: String| {
        let request = it.http.request(Method::POST, &url);
        let request =
            if content_type.is_empty() { request } else { request.header("content-type", content_type) };
        Answer::of(request.body(body))
    };
    let form = "application/x-www-form-urlencoded";
    let megabyte = post(form, format!("grant_type={}", "a".repeat(1 << 20))).await.unwrap();
    assert_eq!(megabyte.status, 413, "{}", megabyte.body);
    let refused = (400, "invalid_request".to_owned());
    let json = post("application/json", r#"{"grant_type":"client_credentials"}"#.into()).await.unwrap();
    assert_eq!(json.verdict(), refused);
    for (content_type, body) in [
        ("", "grant_type=client_credentials"),
        ("text/plain", "grant_type=client_credentials"),
        (form, "grant_type=client_credentials&grant_type=refresh_token"),
        (form, "grant_type=%ff%fe"),
        (form, ""),
    ] {
        let answer = post(content_type, body.into()).await.unwrap();
        assert!(
            matches!(answer.status, 400 | 401),
            "{content_type} {body}: {} {}",
            answer.status,
            answer.body
        );
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn doubled_parameters_are_refused() {
    let it = Deployment::start().await.unwrap();
    let doubled =
        [("grant_type", "client_credentials"), ("scope", "contact.read"), ("scope", "contact.read")];
    let answer = it.service().token(&doubled).await.unwrap();
    assert_eq!(answer.verdict(), (400, "invalid_request".into()));
}

#[tokio::test]
async fn unknown_clients_and_wrong_secrets_look_the_same() {
    let it = Deployment::start().await.unwrap();
    let url = format!("{}/oauth2/token", it.demo.issuer);
    let service = &it.demo.clients.service;
    let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
    let mut bodies = Vec::new();
    for (id, secret) in [(service.client_id.as_str(), "wrong"), ("nobody", "wrong")] {
        let request = it.http.request(Method::POST, &url).basic_auth(id, Some(secret)).form(&form);
        let answer = Answer::of(request).await.unwrap();
        assert_eq!(answer.verdict(), (401, "invalid_client".into()));
        assert!(
            answer.header("www-authenticate").starts_with("Basic"),
            "{}",
            answer.header("www-authenticate")
        );
        bodies.push(answer.body);
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn malformed_and_doubled_client_authentication_is_refused() {
    let it = Deployment::start().await.unwrap();
    let url = format!("{}/oauth2/token", it.demo.issuer);
    let service = &it.demo.clients.service;
    let (id, secret) = (service.client_id.as_str(), service.client_secret.as_deref().unwrap());
    let form = [("grant_type", "client_credentials"), ("scope", "contact.read")];
    let both = [&form[..], &[("client_id", id), ("client_secret", secret)]].concat();
    let request = it.http.request(Method::POST, &url).basic_auth(id, Some(secret)).form(&both);
    let answer = Answer::of(request).await.unwrap();
    assert!(matches!(answer.status, 400 | 401), "{} {}", answer.status, answer.body);
    for malformed in
        ["Basic".to_owned(), "Basic !!!".into(), format!("Basic {}", STANDARD.encode("no colon"))]
    {
        let request = it.http.request(Method::POST, &url).header("authorization", &malformed).form(&form);
        let answer = Answer::of(request).await.unwrap();
        assert_eq!(answer.verdict(), (401, "invalid_client".into()), "{malformed}: {}", answer.body);
    }
    assert_eq!(it.service().client_credentials("contact.read").await.unwrap().status, 200);
}
