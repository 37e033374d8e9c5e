//! Starting and stopping, outputs, set-up, the control endpoint.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use postern_local::{Stack, StackOptions, serve_control};
use serde_json::json;

use super::stack::{get, options, send, start};

#[tokio::test]
async fn outputs_are_local_and_the_issuer_has_the_real_port() {
    let stack = start().await;
    let base = stack.base_url();
    let outputs = stack.outputs();
    assert_eq!(outputs["Api"], base);
    assert_eq!(outputs["Rest"], format!("{base}/v1"));
    assert_eq!(outputs["Issuer"], base);
    assert!(!outputs.contains_key("Green"));
    assert!(!base.ends_with(":0"));
    assert_eq!(stack.environment()["ISSUER"], base);
    assert_eq!(stack.environment()["COLOR"], "red");
    assert_eq!(stack.environment()["TABLE_NAME"], "postern-local-Table");
    assert!(stack.open_pages().contains(&format!("{base}/open/page")));
    let v6 = base.replace("localhost", "[::1]");
    assert_eq!(get(&format!("{v6}/open/x"), &[]).await.status, 200);
}

#[tokio::test]
async fn parameters_conditions_and_a_foreign_issuer() {
    let parameters = [("Color".to_owned(), "green".to_owned())].into();
    let issuer = Some("https://as.test:9443".to_owned());
    let stack = Stack::start(StackOptions { parameters, issuer, ..options() }).await.unwrap();
    assert_eq!(stack.outputs()["Green"], "yes");
    assert_eq!(stack.outputs()["Issuer"], "https://as.test:9443");
    let parameters = [("Color".to_owned(), "blue".to_owned())].into();
    assert!(Stack::start(StackOptions { parameters, ..options() }).await.is_err());
}

#[tokio::test]
async fn set_up_runs_against_the_serving_stack() {
    let folder = tempfile::tempdir().unwrap();
    let outputs_file = Some(folder.path().join("outputs.json"));
    let echo = "test -s $OUTPUTS && echo table $TABLE_NAME at $AWS_ENDPOINT_URL_DYNAMODB";
    let command = echo.replace("$OUTPUTS", &folder.path().join("outputs.json").display().to_string());
    let stack = Stack::start(StackOptions { outputs_file, setup: vec![command], ..options() }).await.unwrap();
    let expected = format!("table postern-local-Table at {}", stack.engines().dynamodb_url());
    assert!(stack.logs().iter().any(|line| line.source == "setup" && line.text == expected));
    let failing = StackOptions { setup: vec!["exit 3".into()], ..options() };
    assert!(Stack::start(failing).await.err().unwrap().to_string().contains("exit 3"));
}

#[tokio::test]
async fn keys_and_tables_are_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options();
    options.engines.data_dir = Some(folder.path().to_owned());
    let first = Stack::start(options.clone()).await.unwrap().outputs()["Key"].clone();
    let second = Stack::start(options).await.unwrap().outputs()["Key"].clone();
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_dropped_stack_serves_no_more() {
    let stack = start().await;
    let url = format!("{}/open/x", stack.base_url());
    assert_eq!(get(&url, &[]).await.status, 200);
    drop(stack);
    let address = url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let closed = async {
        while tokio::net::TcpStream::connect(&address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), closed).await.unwrap();
}

#[tokio::test]
async fn the_knobs_over_http() {
    let stack = Arc::new(start().await);
    let (port, _server) = serve_control(Arc::clone(&stack), 0).await.unwrap();
    let knob = |path: &str| format!("http://127.0.0.1:{port}{path}");
    let fault =
        json!({ "service": "kms", "operation": "Sign", "moment": "after-effect", "kind": "throttle" });
    assert_eq!(send(Method::POST, &knob("/faults"), &[], fault.to_string()).await.status, 200);
    assert_eq!(send(Method::POST, &knob("/faults"), &[], "{}").await.status, 400);
    assert_eq!(send(Method::DELETE, &knob("/faults"), &[], "").await.status, 200);
    let counts = get(&knob("/counts"), &[]).await.json();
    assert!(
        counts
            .as_array()
            .unwrap()
            .contains(&json!({ "service": "kms", "operation": "CreateKey", "calls": 1 }))
    );
    let kill = json!({ "function": "Echo", "moment": "before-answer" }).to_string();
    assert_eq!(send(Method::POST, &knob("/instances/kill"), &[], kill).await.status, 200);
    assert_eq!(get(&format!("{}/open/x", stack.base_url()), &[]).await.status, 500);
    assert_eq!(send(Method::POST, &knob("/sweep"), &[], "").await.json(), json!({ "deleted": 0 }));
    let lines = get(&knob("/logs"), &[]).await.json();
    assert!(lines.as_array().unwrap().iter().any(|line| line["text"] == "GET /open/x 500"));
    assert_eq!(get(&knob("/nothing"), &[]).await.status, 404);
}
