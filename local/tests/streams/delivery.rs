//! What arrives, and in which shape.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::types::AttributeValue;
use postern_local::{Service, StackOptions};
use serde_json::{Value, json};

use super::stack::{TABLE, batches, done, dynamodb, invocations, keys, options, put, start, text, until};
use postern_local::Stack;

#[tokio::test]
async fn the_life_of_an_item_in_lambdas_own_words() {
    let stack = start(&[]).await;
    let client = dynamodb(&stack);
    put(&stack, &[("a", "none")]).await;
    let update = client.update_item().table_name(TABLE).key("PK", text("a"));
    let update = update.update_expression("SET wish = :w").expression_attribute_values(":w", text("other"));
    update.send().await.unwrap();
    client.delete_item().table_name(TABLE).key("PK", text("a")).send().await.unwrap();
    until(|| done(&stack).len() == 3).await;

    let records = done(&stack);
    let image = |wish: &str| json!({ "PK": { "S": "a" }, "wish": { "S": wish } });
    let expected = [
        ("INSERT", Some(image("none")), None),
        ("MODIFY", Some(image("other")), Some(image("none"))),
        ("REMOVE", None, Some(image("other"))),
    ];
    for (record, (name, new, old)) in records.iter().zip(expected) {
        assert_eq!(record["eventName"], name);
        let change = &record["dynamodb"];
        assert_eq!((change.get("NewImage"), change.get("OldImage")), (new.as_ref(), old.as_ref()));
        assert_eq!(change["Keys"], json!({ "PK": { "S": "a" } }));
        assert_eq!(change["StreamViewType"], "NEW_AND_OLD_IMAGES");
        assert!(change["SizeBytes"].as_u64().unwrap() > 0);
        assert!(change["ApproximateCreationDateTime"].is_u64());
        assert!(change["SequenceNumber"].as_str().unwrap().len() >= 21);
        assert_eq!(
            (&record["eventVersion"], &record["eventSource"]),
            (&json!("1.1"), &json!("aws:dynamodb"))
        );
        assert_eq!(record["awsRegion"], "us-east-1");
        assert_eq!(record["eventID"].as_str().unwrap().len(), 32);
        let arn = record["eventSourceARN"].as_str().unwrap();
        assert!(arn.starts_with("arn:aws:dynamodb:us-east-1:000000000000:table/postern-local-Table/stream/"));
        assert_eq!(stack.environment()["STREAM_ARN"], arn, "as the template's GetAtt has it");
    }
}

#[tokio::test]
async fn many_writes_arrive_once_and_in_order() {
    let stack = start(&[]).await;
    let names: Vec<String> = (0..60).map(|n| format!("{n:02}")).collect();
    for name in &names {
        put(&stack, &[(name, "none")]).await;
    }
    until(|| done(&stack).len() >= names.len()).await;
    assert_eq!(keys(&done(&stack)), names);
    assert!(invocations(&stack).iter().all(|invocation| invocation.records.len() <= 10), "BatchSize");
    let sequence = |record: &Value| record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned();
    assert!(done(&stack).iter().map(sequence).is_sorted());
    for operation in ["GetRecords", "GetShardIterator", "DescribeStream"] {
        assert_eq!(stack.engines().faults().count(Service::DynamoDb, operation), 0, "{operation}");
    }
}

#[tokio::test]
async fn a_write_does_not_wait_for_the_batching_window() {
    // The longest that Lambda knows: above every bound of a test.
    let stack = start(&[("Window", "300")]).await;
    for (name, count) in [("a", 1), ("b", 2)] {
        put(&stack, &[(name, "none")]).await;
        until(|| done(&stack).len() == count).await;
    }
}

#[tokio::test]
async fn expired_items_are_removed_by_the_service() {
    let stack = start(&[]).await;
    let past = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() - 60;
    let item = dynamodb(&stack).put_item().table_name(TABLE).item("PK", text("a"));
    item.item("ttl", AttributeValue::N(past.to_string())).send().await.unwrap();
    assert_eq!(stack.engines().sweep().unwrap(), 1);
    until(|| done(&stack).len() == 2).await;
    let removed = &done(&stack)[1];
    assert_eq!(removed["eventName"], "REMOVE");
    let service = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
    assert_eq!(removed["userIdentity"], service);
}

#[tokio::test]
async fn a_filter_lets_through_what_matches() {
    let stack = start(&[("Pattern", r#"{"dynamodb":{"NewImage":{"PK":{"S":[{"prefix":"x"}]}}}}"#)]).await;
    put(&stack, &[("a", "fail 9"), ("x1", "none"), ("b", "fail 9"), ("x2", "none")]).await;
    until(|| done(&stack).len() == 2).await;
    assert_eq!(batches(&stack), ["x1x2"]);
}

#[tokio::test]
async fn another_dynamodb_keeps_its_streams() {
    let other = start(&[]).await;
    let mut options = options(&[]);
    options.engines.dynamodb = Some(other.engines().dynamodb_url().to_owned());
    let stack = Stack::start(options).await.unwrap();
    let said =
        |line: &postern_local::LogLine| line.source == "streams" && line.text.contains("not delivered");
    assert!(stack.logs().iter().any(said));
}

#[tokio::test]
async fn what_is_not_known_here_is_loud() {
    for (name, value, said) in [
        ("Pattern", r#"{"eventName":[{"suffix":"T"}]}"#, "suffix"),
        ("Start", "AT_TIMESTAMP", "AT_TIMESTAMP"),
        ("Retries", "-2", "MaximumRetryAttempts"),
        ("Bisect", "perhaps", "BisectBatchOnFunctionError"),
    ] {
        let refused: StackOptions = options(&[(name, value)]);
        let error = Stack::start(refused).await.err().unwrap().to_string();
        assert!(error.contains(said) && error.contains("Consumer"), "{error}");
    }
}
