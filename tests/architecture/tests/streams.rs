//! The table's stream and its readers.

use postern_architecture::template::Template;
use serde_json::{Value, json};

/// Package, name and properties of each reader.
fn readers(template: &Template) -> Vec<(String, String, Value)> {
    let mut readers = Vec::new();
    for function in template.functions() {
        let events = function.properties.get("Events").and_then(Value::as_object);
        for (name, event) in events.into_iter().flatten() {
            if event.get("Type").and_then(Value::as_str) == Some("DynamoDB") {
                let properties = event.get("Properties").cloned().unwrap_or_default();
                readers.push((function.package.to_owned(), name.clone(), properties));
            }
        }
    }
    readers
}

fn patterns(properties: &Value) -> Vec<Value> {
    let filters = properties.pointer("/FilterCriteria/Filters").and_then(Value::as_array);
    let texts = filters.into_iter().flatten().map(|filter| filter.get("Pattern").and_then(Value::as_str));
    texts.map(|text| text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()).collect()
}

/// The audit log is complete, and every client is told, because each change is delivered until it is dealt with.
#[test]
fn the_readers_of_the_stream_give_up_nothing() {
    let template = Template::load().unwrap();
    assert_eq!(
        template.properties("Table")["StreamSpecification"],
        json!({"StreamViewType": "NEW_AND_OLD_IMAGES"})
    );
    let readers = readers(&template);
    let names: Vec<_> = readers.iter().map(|(package, name, _)| (package.as_str(), name.as_str())).collect();
    // A third reader of one shard would be throttled.
    assert_eq!(names, [("audit", "Changes"), ("logout", "Deliveries")]);
    for (_, name, properties) in &readers {
        assert_eq!(properties["Stream"], json!({"Fn::GetAtt": "Table.StreamArn"}), "{name}");
        assert_eq!(properties["StartingPosition"], "TRIM_HORIZON", "{name}");
        assert_eq!(properties["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{name}");
        for limit in ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds"] {
            assert!(properties[limit].is_null(), "{name}: {limit} would lose events");
        }
    }
}

/// Copies of events are not delivered again: they have no attribute `audit`.
#[test]
fn the_audit_function_gets_what_has_an_event() {
    let readers = readers(&Template::load().unwrap());
    let (_, _, audit) = readers.iter().find(|(package, _, _)| package == "audit").unwrap();
    let told = json!({"NewImage": {"audit": {"M": {"id": {"S": [{"exists": true}]}}}}});
    assert_eq!(patterns(audit), [json!({"eventName": ["INSERT", "MODIFY"], "dynamodb": told})]);
}

/// A delivery comes when it is new and when it was passed on. That an attempt failed, or how it ended, starts nothing. Of
/// people only the account itself comes: neither memberships nor tokens.
#[test]
fn the_logout_function_gets_deliveries_that_are_pending_and_accounts_that_were_changed() {
    let readers = readers(&Template::load().unwrap());
    let (_, _, logout) = readers.iter().find(|(package, _, _)| package == "logout").unwrap();
    let keys = json!({"PK": {"S": [{"prefix": "LOGOUT#"}]}});
    let pending = json!({"Keys": keys, "NewImage": {"state": {"S": ["pending"]}}});
    let account = json!({"Keys": {"PK": {"S": [{"prefix": "USER#"}]}, "SK": {"S": ["ACCOUNT"]}}});
    let patterns = patterns(logout);
    assert_eq!(patterns[0], json!({"eventName": ["MODIFY"], "dynamodb": account}));
    assert_eq!(patterns[1..], [json!({"eventName": ["INSERT", "MODIFY"], "dynamodb": pending})]);
}
