//! The sample API behind the authorizer: `/me` and contacts, behind an HTTP API and a REST API alike.
//!
//! It shows what a backend has to do, which is little: trust the authorizer's context, and nothing that the caller
//! sent about who they are. It keeps no state: what is created or changed is answered, not stored.

mod contacts;
mod event;

use event::Call;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(handle(&event.payload))
    }))
    .await
}

fn handle(event: &Value) -> Value {
    let call = Call::parse(event);
    let (status, body) = match (call.method, call.resource) {
        ("GET", "/me") => (200, me(&call)),
        (method, resource) => contacts::answer(method, resource, &call),
    };
    let body = if body.is_null() { String::new() } else { body.to_string() };
    json!({
        "statusCode": status,
        "headers": {
            "content-type": "application/json",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

/// Who calls, as the authorizer saw it, and the API's own headers, which pass through untouched (R24).
fn me(call: &Call<'_>) -> Value {
    json!({
        "tenant": call.context("tenant"),
        "user": call.context("user"),
        "client_id": call.context("client_id"),
        "account": call.context("account"),
        "scope": call.context("scope"),
        "version": call.header("version"),
    })
}
