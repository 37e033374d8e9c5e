//! Pages in hostile surroundings: frames, and clients with tricky names.

use postern_browser::{Browser, Callback};
use postern_e2e::{Answer, Deployment, Outcome};
use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::By;

use crate::journey::Journey;

/// A18.
#[tokio::test]
async fn no_page_appears_inside_another() {
    let it = Deployment::start().await.unwrap();
    let url = it.web().authorization("openid").unwrap().url;
    let address = url.as_str().replace('&', "&amp;");
    let frame = format!("<!doctype html><title>trap</title><iframe id=\"trap\" src=\"{address}\"></iframe>");
    let (trap, browser) = (Callback::start(frame).await.unwrap(), Browser::start().await.unwrap());
    browser.open(&trap.url("/trap")).await.unwrap();
    browser.find("trap").await.unwrap().enter_frame().await.unwrap();
    assert!(browser.driver.find(By::Id("sign-in")).await.is_err());
    let shown = browser.text().await.unwrap_or_default();
    assert!(!shown.contains("Password"), "{shown}");
    // The browser says who forbade it.
    let console = browser.console().await.unwrap().join("\n");
    assert!(
        console.contains("frame-ancestors") || console.contains("X-Frame-Options") || console.contains("403"),
        "{console}"
    );
}

/// A17: a client calls itself what it likes; that is text, and stays in its place.
#[tokio::test]
async fn a_clients_name_is_text() {
    let journey = Journey::start().await.unwrap();
    // Markup, and an override that would turn the rest of the line round.
    let name = "<b id=\"injected\">Bank</b>\u{202e}<script>document.title='ran'</script>";
    rename(&journey.it, &journey.app.client.client_id, name).await.unwrap();
    for consent in [false, true] {
        if consent {
            journey.browser.sign_in(journey.owner(), &journey.owner().password).await.unwrap();
            journey.browser.find("allow").await.unwrap();
        } else {
            journey.set_out().await.unwrap();
            journey.browser.find("sign-in").await.unwrap();
        }
        assert!(journey.browser.driver.find(By::Id("injected")).await.is_err());
        let title = journey.browser.driver.title().await.unwrap();
        assert!(["Sign in", "Allow access"].contains(&title.as_str()), "{title}");
        let isolated = journey.browser.driver.find(By::Css("bdi")).await.unwrap();
        assert_eq!(isolated.text().await.unwrap(), name);
    }
    journey.browser.picture("consent-tricky-name").await.unwrap();
    journey.assert_no_violation().await.unwrap();
}

/// Changes the name of a stored client, through DynamoDB's own API.
async fn rename(it: &Deployment, client_id: &str, name: &str) -> Outcome {
    let table = it.stack.outputs().get("TableName").ok_or("no table")?;
    let named = json!({
        "TableName": table,
        "FilterExpression": "client_id = :id AND attribute_exists(#name)",
        "ExpressionAttributeNames": { "#name": "name" },
        "ExpressionAttributeValues": { ":id": { "S": client_id } },
    });
    let found = call(it, "Scan", &named).await?;
    let mut item = found.pointer("/Items/0").cloned().ok_or("no such client")?;
    item.as_object_mut().ok_or("no item")?.insert("name".into(), json!({ "S": name }));
    call(it, "PutItem", &json!({ "TableName": table, "Item": item })).await.map(drop)
}

async fn call(it: &Deployment, operation: &str, body: &Value) -> Outcome<Value> {
    let request = it.http.request(Method::POST, it.stack.engines().dynamodb_url());
    let request = request.header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
    let request = request.header("content-type", "application/x-amz-json-1.0");
    // The embedded engine wants a signature to be there; it does not check it.
    let request = request.header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
    let answer = Answer::of(request.header("x-amz-date", "20260101T000000Z").body(body.to_string())).await?;
    if answer.status == 200 { Ok(answer.json()) } else { Err(answer.body.into()) }
}
