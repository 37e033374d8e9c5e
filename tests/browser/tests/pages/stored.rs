//! What is in the table, changed through DynamoDB's own API.

use postern_e2e::{Answer, Deployment, Outcome};
use reqwest::Method;
use serde_json::{Value, json};

/// Changes the name of a stored client.
pub(crate) async fn rename_client(it: &Deployment, client_id: &str, name: &str) -> Outcome {
    edit(it, client_id, "name", &json!({ "S": name })).await
}

/// Changes a list of a stored client.
pub(crate) async fn edit_client(it: &Deployment, client_id: &str, member: &str, words: &[&str]) -> Outcome {
    let words: Vec<Value> = words.iter().map(|word| json!({ "S": word })).collect();
    edit(it, client_id, member, &json!({ "L": words })).await
}

/// Makes a stored client one that nobody has vouched for.
pub(crate) async fn disown_client(it: &Deployment, client_id: &str) -> Outcome {
    edit(it, client_id, "registration", &json!({ "M": { "origin": { "S": "registered" } } })).await
}

async fn edit(it: &Deployment, client_id: &str, member: &str, value: &Value) -> Outcome {
    let table = it.stack.outputs().get("TableName").ok_or("no table")?;
    let named = json!({
        "TableName": table,
        "FilterExpression": "client_id = :id AND attribute_exists(#name)",
        "ExpressionAttributeNames": { "#name": "name" },
        "ExpressionAttributeValues": { ":id": { "S": client_id } },
    });
    let found = call(it, "Scan", &named).await?;
    let mut item = found.pointer("/Items/0").cloned().ok_or("no such client")?;
    item.as_object_mut().ok_or("no item")?.insert(member.to_owned(), value.clone());
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
