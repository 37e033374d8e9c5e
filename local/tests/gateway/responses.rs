//! From answers to HTTP, routing, limits, CORS.

use http::Method;

use super::stack::{get, send, start};

#[tokio::test]
async fn a_rest_api_renames_the_challenge_and_an_http_api_does_not() {
    let stack = start().await;
    let wish = [("x-do", "headers")];
    let http = get(&format!("{}/open/x", stack.base_url()), &wish).await;
    assert_eq!((http.status, http.body.as_str()), (401, "hi"));
    assert_eq!(http.header("www-authenticate"), ["Basic"]);
    assert_eq!(http.header("set-cookie"), ["a=1", "b=2", "c=3", "d=4"]);
    assert_eq!(
        http.header("access-control-allow-origin"),
        [""; 0],
        "the gateway's CORS replaces the function's"
    );

    let rest = get(&format!("{}/open/x", stack.rest_url().unwrap()), &wish).await;
    assert_eq!(rest.header("www-authenticate"), [""; 0]);
    assert_eq!(rest.header("x-amzn-remapped-www-authenticate"), ["Basic"]);
    assert_eq!(rest.header("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(rest.header("x-one"), ["1"]);
}

#[tokio::test]
async fn answers_that_make_no_sense() {
    let stack = start().await;
    let (http, rest) =
        (format!("{}/open/x", stack.base_url()), format!("{}/open/x", stack.rest_url().unwrap()));
    for wish in ["nonsense", "fail", "crash", "large"] {
        let reply = get(&http, &[("x-do", wish)]).await;
        assert_eq!(
            (reply.status, &reply.json()["message"]),
            (500, &"Internal Server Error".into()),
            "{wish}"
        );
        let reply = get(&rest, &[("x-do", wish)]).await;
        assert_eq!(
            (reply.status, &reply.json()["message"]),
            (502, &"Internal server error".into()),
            "{wish}"
        );
    }
    let plain = get(&http, &[("x-do", "plain")]).await;
    assert_eq!((plain.status, plain.body.as_str()), (200, r#"{"hello":"world"}"#));
    assert_eq!(get(&rest, &[("x-do", "plain")]).await.status, 502);
    assert_eq!(get(&format!("{}/gone", stack.base_url()), &[]).await.status, 500);
}

#[tokio::test]
async fn routes() {
    let stack = start().await;
    let base = stack.base_url();
    let key = |path: &'static str| async move {
        get(&format!("{base}{path}"), &[]).await.json()["routeKey"].clone()
    };
    assert_eq!(key("/open/page").await, "GET /open/page");
    assert_eq!(key("/open/other").await, "ANY /open/{name}");
    assert_eq!(key("/files/a/b").await, "GET /files/{path+}");
    let unknown = get(&format!("{base}/nothing"), &[]).await;
    assert_eq!((unknown.status, unknown.body.as_str()), (404, r#"{"message":"Not Found"}"#));
    assert_eq!(send(Method::POST, &format!("{base}/files/a"), &[], "").await.status, 404);
    assert_eq!(get(&format!("{base}/open/"), &[]).await.status, 404);

    let rest = stack.rest_url().unwrap();
    let unknown = send(Method::DELETE, &format!("{rest}/guarded/7"), &[], "").await;
    assert_eq!(
        (unknown.status, unknown.body.as_str()),
        (403, r#"{"message":"Missing Authentication Token"}"#)
    );
}

#[tokio::test]
async fn limits() {
    let stack = start().await;
    let url = format!("{}/open/x", stack.base_url());
    let body = |length| vec![b'x'; length];
    assert_eq!(send(Method::POST, &url, &[], body(7 * 1024 * 1024)).await.status, 413);
    assert_eq!(send(Method::POST, &url, &[], body(11 * 1024 * 1024)).await.status, 413);
    let long = "x".repeat(10_241);
    assert_eq!(get(&url, &[("x-long", &long)]).await.status, 431);
}

#[tokio::test]
async fn preflights() {
    let stack = start().await;
    let url = format!("{}/guarded", stack.base_url());
    let ask = [("origin", "https://app.test"), ("access-control-request-method", "GET")];
    let allowed = send(Method::OPTIONS, &url, &ask, "").await;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.header("access-control-allow-origin"), ["https://app.test"]);
    assert_eq!(allowed.header("access-control-max-age"), ["60"]);
    let stranger = [("origin", "https://evil.test"), ("access-control-request-method", "GET")];
    let refused = send(Method::OPTIONS, &url, &stranger, "").await;
    assert_eq!(refused.header("access-control-allow-origin"), [""; 0]);

    let rest = send(Method::OPTIONS, &format!("{}/guarded/7", stack.rest_url().unwrap()), &ask, "").await;
    assert_eq!((rest.status, rest.header("access-control-allow-origin")), (200, vec!["*"]));
}
