//! The table's stream: which event each change tells of.

use postern_core::audit::Event;
use serde::Deserialize;
use serde_dynamo::AttributeValue;
use serde_json::Value;

/// One record of the table's stream, as Lambda delivers it. Only the attribute `audit` is read: the rest of an item is
/// nobody's business here.
#[derive(Deserialize)]
pub struct StreamRecord {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    sequence_number: String,
    new_image: Option<Image>,
    old_image: Option<Image>,
}

#[derive(Deserialize)]
struct Image {
    audit: Option<Value>,
}

/// An attribute `audit` that is no event. The text names no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnEvent(String);

impl StreamRecord {
    /// Its place in the stream.
    pub fn sequence_number(&self) -> &str {
        &self.dynamodb.sequence_number
    }

    /// The event of the change; `None` where the change has none: the item carries none, or the one that it carried
    /// before. [`NotAnEvent`] where it cannot be read.
    pub fn event(&self) -> Result<Option<Event>, NotAnEvent> {
        let audit = |image: &Option<Image>| image.as_ref().and_then(|image| image.audit.clone());
        let (new, old) = (audit(&self.dynamodb.new_image), audit(&self.dynamodb.old_image));
        let Some(new) = new else { return Ok(None) };
        if id(&new).is_some() && id(&new) == old.as_ref().and_then(id) {
            return Ok(None);
        }
        let unread = |place: &str| NotAnEvent(format!("{place} of record {}", self.sequence_number()));
        let attribute = AttributeValue::deserialize(new).map_err(|_| unread("the attribute"))?;
        serde_dynamo::from_attribute_value(attribute).map(Some).map_err(|_| unread("the event"))
    }
}

fn id(audit: &Value) -> Option<&str> {
    audit.pointer("/M/id/S").and_then(Value::as_str)
}

impl std::fmt::Display for NotAnEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} cannot be read", self.0)
    }
}

impl std::error::Error for NotAnEvent {}

#[cfg(test)]
mod tests {
    use postern_core::audit::Kind;
    use serde_json::json;

    use super::*;

    fn audit(id: &str) -> Value {
        json!({"audit": {"M": {
            "id": {"S": id}, "kind": {"S": "tenant.created"}, "at": {"N": "1700000000"},
            "outcome": {"S": "success"}, "actor": {"M": {"type": {"S": "operator"}}},
        }}})
    }

    fn read(new: &Value, old: &Value) -> Result<Option<Event>, NotAnEvent> {
        let change = json!({"SequenceNumber": "7", "NewImage": new, "OldImage": old});
        serde_json::from_value::<StreamRecord>(json!({ "dynamodb": change })).unwrap().event()
    }

    #[test]
    fn a_new_event_is_told_and_an_old_one_is_not() {
        assert_eq!(read(&audit("a"), &Value::Null).unwrap().unwrap().kind, Kind::TenantCreated);
        assert_eq!(read(&audit("b"), &audit("a")).unwrap().unwrap().id, "b");
        assert_eq!(read(&audit("a"), &audit("a")), Ok(None));
        assert_eq!(read(&Value::Null, &audit("a")), Ok(None));
        assert_eq!(read(&json!({"PK": {"S": "x"}}), &audit("a")), Ok(None));
    }

    #[test]
    fn what_is_no_event_is_said_to_be_none_without_its_values() {
        for bad in [json!({"S": "canary"}), json!({"M": {"id": {"S": "canary"}}}), json!("canary")] {
            let error = read(&json!({ "audit": bad }), &Value::Null).unwrap_err().to_string();
            assert!(error.contains("record 7") && !error.contains("canary"), "{error}");
        }
    }
}
