//! Bodies of `POST /account/v1/tokens` that are refused, each with the member that is wrong.

use postern_testkit::{Answer, World};
use serde_json::{Value, json};

async fn refused(world: &World, token: &str, content_type: &str, body: String) -> Answer {
    let answer = world.post("/account/v1/tokens").bearer(token).body(content_type, body).send().await;
    assert!((400..416).contains(&answer.status()), "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(!answer.member("error_description").is_empty());
    answer
}

fn outcome(answer: &Answer) -> (u16, String, String) {
    (answer.status(), answer.member("error"), answer.member("field"))
}

#[tokio::test]
async fn each_wrong_member_is_named() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let long = "x".repeat(10_000);
    let many: Vec<String> = (0..101).map(|it| format!("198.51.100.{it}")).collect();
    let cases: Vec<(&str, &str, Vec<Value>)> = vec![
        (
            "name",
            "invalid_request",
            vec![
                json!(null),
                json!(7),
                json!(["a"]),
                json!(""),
                json!(" \n "),
                json!("a\u{0}"),
                json!("a\nb"),
                json!("a\u{202e}b"),
                json!("\u{2066}"),
                json!("x".repeat(101)),
                json!(long),
            ],
        ),
        (
            "scopes",
            "invalid_request",
            vec![
                json!(null),
                json!("contact.read"),
                json!([]),
                json!([7]),
                json!(["contact.read", null]),
                json!({}),
            ],
        ),
        (
            "scopes",
            "invalid_scope",
            vec![
                json!([""]),
                json!(["contact.read contact.write"]),
                json!(["contact.*"]),
                json!(["*"]),
                json!(["openid"]),
                json!(["account"]),
                json!(["Contact.read"]),
                json!(["contact.read", "contact.none"]),
                json!(["é"]),
                json!([long]),
                json!(["\"", "contact.read"]),
            ],
        ),
        ("resource", "invalid_request", vec![json!(null), json!(["https://api.test"]), json!(7)]),
        (
            "resource",
            "invalid_target",
            vec![
                json!(""),
                json!("https://api.test/"),
                json!("https://elsewhere.test"),
                json!(long),
                json!("https://as.test/account"),
            ],
        ),
        (
            "expires_in",
            "invalid_request",
            vec![
                json!(null),
                json!("3600"),
                json!(3600.5),
                json!(-1),
                json!(0),
                json!(59),
                json!(1e300),
                json!([60]),
            ],
        ),
        (
            "networks",
            "invalid_request",
            vec![
                json!(null),
                json!("198.51.100.0/24"),
                json!([]),
                json!([7]),
                json!(["198.51.100.7/24"]),
                json!([""]),
                json!(["198.51.100.0/33"]),
                json!(["::/129"]),
                json!(["localhost"]),
                json!([long]),
                json!(many),
            ],
        ),
        ("color", "invalid_request", vec![json!(null), json!("red"), json!(long)]),
        ("token", "invalid_request", vec![json!("pstp_x")]),
        ("tenant_id", "invalid_request", vec![json!("ten_x")]),
    ];
    for (field, error, values) in cases {
        for value in values {
            let mut body = json!({ "name": "Test", "scopes": ["contact.read"] });
            body[field] = value.clone();
            let answer = refused(&world, &token, "application/json", body.to_string()).await;
            assert_eq!(outcome(&answer), (400, error.to_owned(), field.to_owned()), "{field} {value:.60}");
        }
    }
    for missing in ["name", "scopes"] {
        let mut body = json!({ "name": "Test", "scopes": ["contact.read"] });
        body.as_object_mut().unwrap().remove(missing);
        let answer = refused(&world, &token, "application/json", body.to_string()).await;
        assert_eq!(outcome(&answer), (400, "invalid_request".into(), missing.into()));
    }
    assert!(!world.dump().await.contains("pat.created"));
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_whole() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let good = r#"{"name":"Test","scopes":["contact.read"]}"#;
    let twice = r#"{"name":"Test","scopes":["contact.read"],"scopes":["contact.all"]}"#;
    for (status, content_type, body) in [
        (400, "application/json", ""),
        (400, "application/json", "null"),
        (400, "application/json", "[]"),
        (400, "application/json", "{"),
        (400, "application/json", twice),
        (400, "application/json", "name=Test&scopes=contact.read"),
        (400, "application/json", &"[".repeat(60_000)),
        (413, "application/json", &"x".repeat(70_000)),
        (415, "application/x-www-form-urlencoded", good),
        (415, "text/plain", good),
        (415, "application/json, text/plain", good),
    ] {
        let answer = refused(&world, &token, content_type, body.to_owned()).await;
        assert_eq!(outcome(&answer), (status, "invalid_request".into(), String::new()), "{body:.60}");
    }
    assert!(!world.dump().await.contains("pat.created"));
}

#[tokio::test]
async fn an_unseemly_name_is_kept_as_it_is_and_escaped_where_it_is_shown() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let name = "<script>alert(\"1\")</script> 数据";
    let body = json!({ "name": name, "scopes": ["contact.read"] });
    let answer = world.make_pat(&token, &body).send().await;
    assert_eq!((answer.status(), answer.member("name").as_str()), (201, name));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}
