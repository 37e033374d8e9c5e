//! The sample API behind the authorizer: `/me`, contacts and an MCP server, behind an HTTP API and a REST API alike.
//!
//! It shows what a backend has to do, which is little: trust the authorizer's context, and nothing that the caller
//! sent about who they are. It keeps no state: what is created or changed is answered, not stored.

mod contacts;
mod event;
mod mcp;

use event::Call;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Map, Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(handle(&event.payload))
    }))
    .await
}

fn handle(event: &Value) -> Value {
    let call = Call::parse(event);
    let (status, more, body) = match (call.method, call.resource) {
        ("GET", "/me") => (200, Vec::new(), me(&call)),
        (method, "/mcp") => mcp::answer(method, &call),
        (method, resource) => {
            let (status, body) = contacts::answer(method, resource, &call);
            (status, Vec::new(), body)
        }
    };
    let usual = [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ];
    let headers: Map<_, _> =
        usual.into_iter().chain(more).map(|(name, text)| (name.to_owned(), text.into())).collect();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    json!({ "statusCode": status, "headers": headers, "body": body, "isBase64Encoded": false })
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
