//! The table's stream and its readers.

use postern_architecture::template::Template;
use serde_json::{Value, json};

/// The audit log is complete because each change is delivered, in order, until it is copied; and it ends because copies
/// are not delivered again.
#[test]
fn only_the_audit_function_reads_the_stream_and_gives_up_nothing() {
    let template = Template::load().unwrap();
    assert_eq!(
        template.properties("Table")["StreamSpecification"],
        json!({"StreamViewType": "NEW_AND_OLD_IMAGES"})
    );
    let mut readers = Vec::new();
    for function in template.functions() {
        for event in function.properties["Events"].as_object().into_iter().flat_map(|map| map.values()) {
            if event["Type"] == "DynamoDB" {
                readers.push((function.package.to_owned(), event["Properties"].clone()));
            }
        }
    }
    let [(package, properties)] = readers.as_slice() else { panic!("{readers:?}") };
    assert_eq!(package, "audit");
    assert_eq!(properties["Stream"], json!({"Fn::GetAtt": "Table.StreamArn"}));
    assert_eq!(properties["StartingPosition"], "TRIM_HORIZON");
    assert_eq!(properties["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    for limit in ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds"] {
        assert!(properties[limit].is_null(), "{limit} would lose events");
    }
    let filters = properties["FilterCriteria"]["Filters"].as_array().unwrap();
    let patterns: Vec<Value> = filters
        .iter()
        .map(|filter| serde_json::from_str(filter["Pattern"].as_str().unwrap()).unwrap())
        .collect();
    let told = json!({"NewImage": {"audit": {"M": {"id": {"S": [{"exists": true}]}}}}});
    assert_eq!(patterns, [json!({"eventName": ["INSERT", "MODIFY"], "dynamodb": told})]);
}
