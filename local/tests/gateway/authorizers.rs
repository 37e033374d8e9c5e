//! Verdicts: who gets in, who gets which refusal, and what is kept.

use http::Method;

use super::stack::{get, send, start};

#[tokio::test]
async fn every_verdict_on_both_kinds_of_api() {
    let stack = start().await;
    let http = format!("{}/guarded", stack.base_url());
    let rest = format!("{}/guarded/7", stack.rest_url().unwrap());
    for (token, on_http, on_rest) in [
        ("allow", 200, 200),
        ("deny", 403, 403),
        ("unauthorized", 401, 401),
        ("list", 200, 500),
        ("nonsense", 500, 500),
        ("unknown", 500, 500),
        ("", 401, 401),
    ] {
        let headers = [("authorization", token)];
        assert_eq!(get(&http, &headers).await.status, on_http, "http {token}");
        assert_eq!(get(&rest, &headers).await.status, on_rest, "rest {token}");
    }
    assert_eq!(get(&http, &[]).await.json()["message"], "Unauthorized");
    assert_eq!(get(&rest, &[]).await.status, 401);
    assert_eq!(get(&http, &[("authorization", "deny")]).await.json()["message"], "Forbidden");
}

#[tokio::test]
async fn a_kept_policy_is_evaluated_for_each_request() {
    let stack = start().await;
    let url = format!("{}/guarded/7", stack.rest_url().unwrap());
    let headers = [("authorization", "only-get")];
    let asked = |reply: super::stack::Reply| reply.json()["requestContext"]["authorizer"]["asked"].clone();
    assert_eq!(asked(get(&url, &headers).await), "1");
    assert_eq!(asked(get(&url, &headers).await), "1", "the kept answer serves");
    assert_eq!(
        send(Method::POST, &url, &headers, "").await.status,
        403,
        "and does not allow what it does not name"
    );
    let other = get(&url, &[("authorization", "allow")]).await;
    assert_eq!(asked(other), "2", "another token asks again");
}

#[tokio::test]
async fn nothing_is_kept_when_the_template_says_zero() {
    let stack = start().await;
    let url = format!("{}/guarded", stack.base_url());
    for asked in 1..=3 {
        let event = get(&url, &[("authorization", "allow")]).await.json();
        assert_eq!(event["requestContext"]["authorizer"]["lambda"]["asked"], asked);
    }
}

#[tokio::test]
async fn gateway_responses_of_the_template() {
    let stack = start().await;
    let rest = stack.rest_url().unwrap();
    let url = format!("{rest}/guarded/7");

    let missing = get(&url, &[]).await;
    assert_eq!(missing.header("www-authenticate"), ["Bearer realm=\"api\""]);
    assert_eq!(missing.body, r#"{"error":"invalid_token","path":"/v1/guarded/7"}"#);
    assert_eq!(missing.header("x-amzn-errortype"), ["UnauthorizedException"]);

    let denied = get(&url, &[("authorization", "deny"), ("x-asked", "yes")]).await;
    assert_eq!(denied.header("www-authenticate"), ["Bearer error=\"insufficient_scope\""]);
    assert_eq!(denied.header("x-asked"), ["yes"]);
    let message = "User is not authorized to access this resource with an explicit deny";
    assert_eq!(denied.body, format!(r#"{{"error":"no","message":"{message}"}}"#));

    let implicit = send(Method::POST, &url, &[("authorization", "only-get")], "").await;
    assert_eq!(implicit.header("www-authenticate"), [""; 0], "no value, no header");
    assert_eq!(implicit.json()["error"], "");

    let failed = get(&url, &[("authorization", "unknown")]).await;
    assert_eq!((failed.status, failed.header("retry-after")), (500, vec!["5"]));
    assert_eq!(failed.body, r#"{"message":null}"#);
}
