//! From a record of `GetRecords` to one of a Lambda event.

use serde_json::{Value, json};

use crate::template::REGION;

/// A record on its way to a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Its place in the shard.
    pub(super) sequence: String,
    /// As the event has it.
    pub(super) json: String,
}

impl Record {
    /// Writes out a record that [`as_lambda_sends`] has shaped.
    pub(super) fn new(event: &Value) -> Self {
        Self { sequence: sequence(event).to_owned(), json: event.to_string() }
    }
}

/// A record's place in its shard, in either form.
pub(super) fn sequence(record: &Value) -> &str {
    record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).unwrap_or_default()
}

/// Shapes a record of the engine as Lambda does: with the stream's ARN, in the function's Region, and with the time
/// in whole seconds.
pub(super) fn as_lambda_sends(mut record: Value, arn: &str) -> Value {
    if let Some(members) = record.as_object_mut() {
        members.insert("awsRegion".to_owned(), json!(REGION));
        members.insert("eventSourceARN".to_owned(), json!(arn));
    }
    if let Some(time) = record.pointer_mut("/dynamodb/ApproximateCreationDateTime") {
        let seconds = time.as_f64().map(std::time::Duration::try_from_secs_f64);
        *time = json!(seconds.and_then(Result::ok).unwrap_or_default().as_secs());
    }
    record
}

/// The event of one invocation.
pub(super) fn event(records: &[Record]) -> String {
    let records: Vec<&str> = records.iter().map(|record| record.json.as_str()).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_that_lambda_sends() {
        let engine = json!({
            "eventID": "00ff", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "elsewhere",
            "dynamodb": { "SequenceNumber": "100", "ApproximateCreationDateTime": 1_700_000_000.0 },
        });
        let shaped = as_lambda_sends(engine, "arn:stream");
        assert_eq!(shaped["awsRegion"], "us-east-1");
        assert_eq!(shaped["eventSourceARN"], "arn:stream");
        assert_eq!(shaped["dynamodb"]["ApproximateCreationDateTime"].as_u64(), Some(1_700_000_000));
        let record = Record::new(&shaped);
        assert_eq!(record.sequence, "100");
        let event: Value = serde_json::from_str(&event(&[record.clone(), record])).unwrap();
        assert_eq!(event, json!({ "Records": [shaped, shaped] }));
    }
}
