//! A client made from the configuration, against a server that misbehaves.

#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use postern_aws::{AwsEnvironment, Outage, Service, classify, describe, sdk_config};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers each request with `status` and `body`, or with silence; counts them.
async fn server(answer: Option<(u16, &'static str)>) -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicU32::new(0));
    let counter = requests.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let counter = counter.clone();
            tokio::spawn(async move {
                let mut buffer = vec![0; 16 * 1024];
                let _ = stream.read(&mut buffer).await;
                counter.fetch_add(1, Ordering::SeqCst);
                let Some((status, body)) = answer else { return std::future::pending().await };
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: r-1\r\n\
                     content-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            });
        }
    });
    (url, requests)
}

fn client(endpoint: &str) -> Client {
    let environment = AwsEnvironment::from_vars(|name| {
        let value = match name {
            "AWS_REGION" => "eu-central-1",
            "AWS_ACCESS_KEY_ID" => "id",
            "AWS_SECRET_ACCESS_KEY" => "secret",
            "AWS_ENDPOINT_URL_DYNAMODB" => endpoint,
            _ => return None,
        };
        Some(value.to_owned())
    });
    Client::new(&sdk_config(&environment.unwrap(), Service::DynamoDb))
}

/// The outage and its description, of one call that must fail.
async fn failure(endpoint: &str) -> (Outage, String) {
    let error = client(endpoint).list_tables().send().await.unwrap_err();
    (classify(&error), describe(&error))
}

#[tokio::test]
async fn a_good_answer_arrives_over_plain_http() {
    let (url, requests) = server(Some((200, r#"{"TableNames":["one"]}"#))).await;
    let tables = client(&url).list_tables().send().await.unwrap();
    assert_eq!(tables.table_names(), ["one"]);
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn throttling_is_retried_twice_and_then_named() {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}"#;
    let (url, requests) = server(Some((400, body))).await;
    let outage = (Outage::Throttled, "ThrottlingException (status 400, request r-1): slow down".to_owned());
    assert_eq!(failure(&url).await, outage);
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_status_of_429_without_a_code_is_throttling() {
    let (url, _) = server(Some((429, "{}"))).await;
    assert_eq!(failure(&url).await.0, Outage::Throttled);
}

#[tokio::test]
async fn a_server_error_is_retried_twice_and_unavailable() {
    let (url, requests) = server(Some((503, r#"{"message":"on fire"}"#))).await;
    assert_eq!(failure(&url).await.0, Outage::Unavailable);
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn silence_ends_after_three_seconds_at_most() {
    let (url, requests) = server(None).await;
    let outage = tokio::time::timeout(Duration::from_secs(4), failure(&url)).await.unwrap();
    assert_eq!(outage, (Outage::Unavailable, "timed out".to_owned()));
    assert!((2..=3).contains(&requests.load(Ordering::SeqCst)));
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(failure(&url).await, (Outage::Unavailable, "the connection failed".to_owned()));
}

#[tokio::test]
async fn the_log_line_has_nothing_of_an_unreadable_body() {
    let (url, _) = server(Some((200, "Plaintext: c2VjcmV0"))).await;
    let (outage, line) = failure(&url).await;
    assert_eq!(outage, Outage::Unavailable);
    assert!(line.contains("status 200") && !line.contains("c2VjcmV0"), "{line}");
}
