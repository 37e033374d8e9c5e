//! A function for the gateway's tests: says what it was asked, or misbehaves as the header `x-do` or the token says.
//! As an authorizer it gives the verdict that the token names.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

/// How often this process was asked as an authorizer.
static ASKED: AtomicU64 = AtomicU64::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(answer)).await
}

async fn answer(event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload.get("type").is_some() { authorize(&event.payload) } else { proxy(event.payload).await }
}

async fn proxy(event: Value) -> Result<Value, Error> {
    let wish = event.get("headers").and_then(|headers| headers.get("x-do")).and_then(Value::as_str);
    match wish.unwrap_or_default() {
        "crash" => std::process::exit(1),
        "fail" => Err("as you wished".into()),
        "sleep" => {
            println!("going to sleep");
            tokio::time::sleep(Duration::from_secs(3)).await;
            Ok(json!({ "statusCode": 200, "body": "slept" }))
        }
        "hang" => std::future::pending().await,
        "nonsense" => Ok(json!({ "statusCode": "two hundred" })),
        "plain" => Ok(json!({ "hello": "world" })),
        "large" => Ok(json!({ "statusCode": 200, "body": "x".repeat(7 * 1024 * 1024) })),
        "print" => {
            println!("a canary on standard output");
            eprintln!("a canary on standard error");
            Ok(json!({ "statusCode": 204 }))
        }
        "headers" => Ok(json!({
            "statusCode": 401,
            "headers": { "WWW-Authenticate": "Basic", "X-One": "1", "Access-Control-Allow-Origin": "evil" },
            "multiValueHeaders": { "Set-Cookie": ["a=1", "b=2"] },
            "cookies": ["c=3", "d=4"],
            "body": "aGk=",
            "isBase64Encoded": true,
        })),
        _ => Ok(json!({ "statusCode": 200, "body": event.to_string() })),
    }
}

fn authorize(event: &Value) -> Result<Value, Error> {
    let asked = ASKED.fetch_add(1, Ordering::SeqCst) + 1;
    let header = event.get("headers").and_then(|headers| headers.get("authorization"));
    let token = event.get("authorizationToken").or(header).and_then(Value::as_str).unwrap_or_default();
    // Payload 1.0 joins every identity source here.
    let token = token.split(',').next().unwrap_or_default();
    let policy = |effect: &str, resource: &str, context: Value| {
        let statement = json!({ "Effect": effect, "Action": "execute-api:Invoke", "Resource": resource });
        let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
        Ok(json!({ "principalId": "me", "policyDocument": document, "context": context }))
    };
    match token {
        "allow" => policy("Allow", "*", json!({ "n": 7, "yes": true, "asked": asked })),
        "event" => policy("Allow", "*", json!({ "event": event.to_string() })),
        "only-get" => policy("Allow", "arn:aws:execute-api:*/GET/*", json!({ "asked": asked })),
        "deny" => policy(
            "Deny",
            "*",
            json!({ "wwwAuthenticate": "Bearer error=\"insufficient_scope\"", "error": "no" }),
        ),
        "list" => policy("Allow", "*", json!({ "list": [1, 2] })),
        "unauthorized" => Err("Unauthorized".into()),
        "nonsense" => Ok(json!({})),
        _ => Err("no such token".into()),
    }
}
