//! A stack from the fixture template, its table, and what its function has seen.

use std::path::PathBuf;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use postern_local::{Stack, StackOptions};
use serde_json::Value;

/// The fixture's table.
pub(super) const TABLE: &str = "postern-local-Table";

/// One invocation, as the function printed it.
pub(super) struct Invocation {
    /// How many records it has dealt with.
    pub(super) done: usize,
    /// The event's records.
    pub(super) records: Vec<Value>,
}

/// The options of the fixture stack, with parameters.
pub(super) fn options(parameters: &[(&str, &str)]) -> StackOptions {
    let template = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/streams.yaml");
    // Test binaries are in target/<profile>/deps, examples beside that folder.
    let this = std::env::current_exe().unwrap();
    let examples = this.ancestors().nth(2).unwrap().join("examples");
    assert!(examples.join("stream_function").exists(), "cargo build -p postern-local --examples");
    let parameters = parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    StackOptions { parameters, ..StackOptions::new(template, examples) }
}

/// The fixture stack.
pub(super) async fn start(parameters: &[(&str, &str)]) -> Stack {
    Stack::start(options(parameters)).await.unwrap()
}

/// A client of the stack's DynamoDB.
pub(super) fn dynamodb(stack: &Stack) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(stack.engines().dynamodb_url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Writes items, each with a wish, at once: one read finds them all.
pub(super) async fn put(stack: &Stack, items: &[(&str, &str)]) {
    let mut write = dynamodb(stack).transact_write_items();
    for (name, wish) in items {
        let put = Put::builder().table_name(TABLE).item("PK", text(name)).item("wish", text(wish));
        write = write.transact_items(TransactWriteItem::builder().put(put.build().unwrap()).build());
    }
    write.send().await.unwrap();
}

/// What the function has been invoked with, oldest first.
pub(super) fn invocations(stack: &Stack) -> Vec<Invocation> {
    let lines = stack.logs().into_iter().filter(|line| line.source == "stream_function");
    let printed = lines.filter_map(|line| serde_json::from_str::<Value>(&line.text).ok());
    let invocation = |line: Value| Invocation {
        done: usize::try_from(line["done"].as_u64().unwrap()).unwrap(),
        records: line["event"]["Records"].as_array().unwrap().clone(),
    };
    printed.filter(Value::is_object).map(invocation).collect()
}

/// The keys of records.
pub(super) fn keys(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| record["dynamodb"]["Keys"]["PK"]["S"].as_str().unwrap().into()).collect()
}

/// Every batch that the function got, as the keys of its records.
pub(super) fn batches(stack: &Stack) -> Vec<String> {
    invocations(stack).iter().map(|invocation| keys(&invocation.records).join("")).collect()
}

/// The records that the function has dealt with, in its order.
pub(super) fn done(stack: &Stack) -> Vec<Value> {
    let done = |invocation: Invocation| invocation.records.into_iter().take(invocation.done);
    invocations(stack).into_iter().flat_map(done).collect()
}

/// Returns when the stack is as wanted. Fails after two minutes: only a bound.
pub(super) async fn until(wanted: impl Fn() -> bool) {
    let reached = async {
        while !wanted() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), reached).await.unwrap();
}
