//! What is no form, no POST, too large or ambiguous, at every endpoint that takes a form.

use postern_core::http::Method;
use postern_testkit::{Tokens, World, assert_error};
use proptest::prelude::*;

const FORM: &str = "application/x-www-form-urlencoded";
const ENDPOINTS: [&str; 5] = [
    "/oauth2/token",
    "/oauth2/refresh",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/oauth2/device_authorization",
];

#[tokio::test]
async fn t01_v10_only_post() {
    let world = World::start().await;
    for path in ENDPOINTS {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let query = "?grant_type=client_credentials&token=x&callback=f";
            let answer = world.request(method, &format!("{path}{query}")).by(&world.apps.web).send().await;
            assert_error(&answer, 405, "invalid_request");
            assert!(answer.header("allow").unwrap().contains("POST"));
        }
    }
}

#[tokio::test]
async fn t02_only_forms() {
    let world = World::start().await;
    let text = "grant_type=client_credentials&scope=contact.read&token=x";
    for path in ENDPOINTS {
        for content_type in [
            "application/json",
            "multipart/form-data; boundary=x",
            "text/plain",
            "",
            "application/x-www-form-urlencoded, text/plain",
        ] {
            let draft = world.post(path).by(&world.apps.service).body(content_type, text);
            assert_error(&draft.send().await, 400, "invalid_request");
        }
        let twice = world.post(path).by(&world.apps.service).body(FORM, text).header("content-type", FORM);
        assert_error(&twice.send().await, 400, "invalid_request");
        for broken in [&b"token=%ff"[..], b"token=\xff", b"%c3%28=x"] {
            let draft = world.post(path).by(&world.apps.service).body(FORM, broken);
            assert_error(&draft.send().await, 400, "invalid_request");
        }
    }
    for good in ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-Urlencoded"] {
        Tokens::of(&world.post("/oauth2/token").by(&world.apps.service).body(good, text).send().await);
    }
}

#[tokio::test]
async fn t03_a_doubled_parameter_is_refused_and_an_empty_one_is_absent() {
    let world = World::start().await;
    let service = &world.apps.service;
    for (name, value) in
        [("grant_type", "client_credentials"), ("scope", "contact.read"), ("unheard-of", "x")]
    {
        let draft = world.client_credentials(service, "contact.read").form([(name, value), (name, value)]);
        assert_error(&draft.send().await, 400, "invalid_request");
    }
    for path in ["/oauth2/revoke", "/oauth2/introspect"] {
        let draft = world.post(path).form([("token", "a"), ("token", "a")]).by(service);
        assert_error(&draft.send().await, 400, "invalid_request");
        assert_error(
            &world.post(path).form([("token", "")]).by(service).send().await,
            400,
            "invalid_request",
        );
    }
    let empty = world
        .client_credentials(service, "contact.read")
        .form([("client_secret", ""), ("resource", "https://api.test")]);
    Tokens::of(&empty.send().await);
}

#[tokio::test]
async fn a_megabyte_is_too_much() {
    let world = World::start().await;
    let large = [b"token=".to_vec(), vec![b'x'; 1024 * 1024]].concat();
    for path in ENDPOINTS {
        let draft = world.post(path).by(&world.apps.service).body(FORM, large.clone());
        assert_error(&draft.send().await, 413, "invalid_request");
    }
    let many = "a=b&".repeat(16_000);
    assert_error(&world.post("/oauth2/token").body(FORM, many).send().await, 400, "invalid_request");
}

#[tokio::test]
async fn t18_no_answer_is_stored_anywhere() {
    let world = World::start().await;
    let (app, tokens) = (&world.apps.web, world.tokens(&world.apps.web).await);
    let answers = [
        world.refresh(app, &tokens.refresh).send().await,
        world.client_credentials(&world.apps.service, "contact.read").send().await,
        world.introspect(app, &tokens.access).send().await,
        world.userinfo(&tokens.access).send().await,
        world.userinfo("x").send().await,
        world.revoke(app, &tokens.access).send().await,
    ];
    for answer in answers {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.text());
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn t20_scripts_of_any_origin_may_call_without_credentials() {
    let world = World::start().await;
    for path in ENDPOINTS.into_iter().chain(["/oauth2/userinfo", "/.well-known/jwks.json"]) {
        let preflight =
            world.request(Method::OPTIONS, path).header("origin", "https://spa.test").send().await;
        let answer = world.get(path).header("origin", "https://spa.test").send().await;
        assert_eq!(preflight.status(), 204);
        for answer in [preflight, answer] {
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
            assert!(answer.all("access-control-allow-credentials").is_empty(), "{path}");
        }
    }
}

/// Any bytes get an answer of the protocol: no panic, and nothing that is our fault.
#[test]
fn l05_any_request_gets_an_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::start());
    let paths = ENDPOINTS.into_iter().chain([
        "/oauth2/authorize",
        "/oauth2/login",
        "/oauth2/consent",
        "/oauth2/userinfo",
    ]);
    let names = "(grant_type|code|refresh_token|token|client_id|client_secret|scope|ix|csrf|resource|x)";
    let values =
        "(authorization_code|refresh_token|client_credentials|pstr_[a-z]{1,3}\\.[0-9]{1,11}\\.x\\.y|.{0,20})";
    let strategy = (
        prop::sample::select(paths.collect::<Vec<_>>()),
        prop::collection::vec((names, values), 0..6),
        prop::option::of("(Basic|Bearer|DPoP) [ -~]{0,40}"),
        prop::option::of(prop::collection::vec(any::<u8>(), 0..60)),
    );
    proptest!(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() },
    |((path, pairs, authorization, bytes) in strategy)| {
        let draft = world.post(path).form(pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())));
        let draft = match bytes { Some(bytes) => draft.body(FORM, bytes), None => draft };
        let draft = match authorization { Some(value) => draft.header("authorization", &value), None => draft };
        let answer = runtime.block_on(draft.send());
        prop_assert!((200..500).contains(&answer.status()), "{answer:?}");
    });
}
