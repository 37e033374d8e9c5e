//! The audit log of a real deployment: written by the functions, carried by the table's stream, copied by a process of its
//! own.

use std::time::Duration;

use postern_e2e::{Answer, Deployment, Outcome};
use reqwest::Method;
use serde_json::{Value, json};

/// The longest that the stream may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// The kinds of events in a tenant's log, the oldest first.
async fn kinds(it: &Deployment, tenant: &str) -> Outcome<Vec<String>> {
    let query = json!({
        "TableName": it.stack.outputs().get("TableName"),
        "KeyConditionExpression": "PK = :log",
        "ExpressionAttributeValues": {":log": {"S": format!("AUDIT#{tenant}")}},
    });
    let request = it
        .http
        .request(Method::POST, it.stack.engines().dynamodb_url())
        .header("x-amz-target", "DynamoDB_20120810.Query")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", "20260101T000000Z")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
        .body(query.to_string());
    let answer = Answer::of(request).await?;
    let found = answer.json();
    let items = found.get("Items").and_then(Value::as_array).ok_or(answer.body)?;
    let kind = |item: &Value| item.pointer("/kind/S").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(items.iter().map(kind).collect())
}

/// Looks until the log has what is expected; gives what it has in the end.
pub(crate) async fn until(it: &Deployment, tenant: &str, expected: &[&str]) -> Outcome<Vec<String>> {
    let has_all = |found: &[String]| expected.iter().all(|kind| found.iter().any(|it| it == kind));
    let looking = async {
        loop {
            let found = kinds(it, tenant).await?;
            if has_all(&found) {
                return Ok(found);
            }
        }
    };
    match tokio::time::timeout(PATIENCE, looking).await {
        Ok(found) => found,
        Err(_) => kinds(it, tenant).await,
    }
}

#[tokio::test]
async fn a_login_leaves_its_trace_in_the_tenants_log() {
    let it = Deployment::start().await.unwrap();
    let owner = &it.demo.users[0];
    let tokens = it.web().sign_in(&mut it.visitor(), owner, "openid contact.read").await.unwrap();
    assert_eq!(it.web().refresh(&tokens.refresh).await.unwrap().status, 200);
    assert_eq!(it.service().client_credentials("contact.read").await.unwrap().status, 200);
    let expected = [
        "tenant.created",
        "member.added",
        "consent.given",
        "code.exchanged",
        "token.refreshed",
        "client_token.issued",
    ];
    let found = until(&it, &owner.tenant, &expected).await.unwrap();
    for kind in expected {
        assert!(found.iter().any(|it| it == kind), "{kind} in {found:?}");
    }
    for once in ["consent.given", "code.exchanged", "token.refreshed", "client_token.issued"] {
        assert_eq!(found.iter().filter(|kind| *kind == once).count(), 1, "{once} in {found:?}");
    }
}
