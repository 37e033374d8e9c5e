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

/// Sends a good body with one member of each of these values: each is refused with this error about that member, and
/// nothing is made.
async fn each_is_refused(field: &str, error: &str, values: impl IntoIterator<Item = Value>) {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    for value in values {
        let mut body = json!({ "name": "Test", "scopes": ["contact.read"] });
        body[field] = value.clone();
        let answer = refused(&world, &token, "application/json", body.to_string()).await;
        assert_eq!(outcome(&answer), (400, error.to_owned(), field.to_owned()), "{field} {value:.60}");
    }
    assert!(!world.dump().await.contains("pat.created"));
}

fn long() -> Value {
    json!("x".repeat(10_000))
}

#[tokio::test]
async fn names() {
    let types = [json!(null), json!(7), json!(["a"]), json!({}), long(), json!("x".repeat(101))];
    let texts = ["", " \n ", "a\0", "a\nb", "a\u{7f}", "a\u{202e}b", "\u{2066}", "a\u{2028}b"];
    each_is_refused("name", "invalid_request", types.into_iter().chain(texts.map(Value::from))).await;
}

#[tokio::test]
async fn scopes() {
    let types =
        [json!(null), json!("contact.read"), json!([]), json!([7]), json!(["contact.read", null]), json!({})];
    each_is_refused("scopes", "invalid_request", types).await;
    let unknown =
        ["", "contact.read contact.write", "contact.*", "*", "openid", "account", "Contact.read", "é", "\""];
    let unknown = unknown.map(|scope| json!([scope])).into_iter();
    let others = [json!([long()]), json!(["contact.read", "contact.none"]), json!(vec!["contact.read"; 100])];
    each_is_refused("scopes", "invalid_scope", unknown.chain(others)).await;
}

#[tokio::test]
async fn resources() {
    let types = [json!(null), json!(["https://api.test"]), json!(7)];
    each_is_refused("resource", "invalid_request", types).await;
    let unknown = ["", "https://api.test/", "https://elsewhere.test", "https://as.test/account"];
    each_is_refused("resource", "invalid_target", unknown.map(Value::from).into_iter().chain([long()])).await;
}

#[tokio::test]
async fn lifetimes() {
    let values = [
        json!(null),
        json!("3600"),
        json!(3600.5),
        json!(-1),
        json!(0),
        json!(59),
        json!(1e300),
        json!([60]),
    ];
    each_is_refused("expires_in", "invalid_request", values).await;
}

#[tokio::test]
async fn networks() {
    let types = [json!(null), json!("198.51.100.0/24"), json!([]), json!([7]), json!([long()])];
    let texts = ["", "198.51.100.7/24", "198.51.100.0/33", "::/129", "localhost", "198.51.100.0/24, ::/0"];
    let many = json!((0..101).map(|it| format!("198.51.100.{it}")).collect::<Vec<_>>());
    let values = types.into_iter().chain(texts.map(|text| json!([text]))).chain([many]);
    each_is_refused("networks", "invalid_request", values).await;
}

#[tokio::test]
async fn members_that_are_not_known() {
    for field in ["color", "token", "tenant_id", "user_id", "id", "created_at"] {
        each_is_refused(field, "invalid_request", [json!(null), json!("x"), long()]).await;
    }
}

#[tokio::test]
async fn members_that_are_missing() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    for missing in ["name", "scopes"] {
        let mut body = json!({ "name": "Test", "scopes": ["contact.read"] });
        body.as_object_mut().unwrap().remove(missing);
        let answer = refused(&world, &token, "application/json", body.to_string()).await;
        assert_eq!(outcome(&answer), (400, "invalid_request".into(), missing.into()));
    }
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
async fn a_name_is_of_any_script_and_without_markup() {
    let world = World::start().await;
    let token = world.account_token(&world.people.olivia).await;
    let make = async |name: &str| {
        let body = json!({ "name": name, "scopes": ["contact.read"] });
        world.make_pat(&token, &body).send().await
    };
    let refused = make("<script>alert(\"1\")</script>").await;
    assert_eq!((refused.status(), refused.member("field").as_str()), (400, "name"));
    let name = "\"数据\" & 'export'";
    let answer = make(name).await;
    assert_eq!((answer.status(), answer.member("name").as_str()), (201, name));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}
