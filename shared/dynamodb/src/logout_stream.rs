//! The table's stream: which deliveries of logout tokens a change brings.

use postern_core::backchannel::DeliveryTurn;
use postern_core::id::{ClientId, SessionId};
use serde::Deserialize;

use crate::table::{LOGOUT, OF_CLIENT};

/// One record of the table's stream, as Lambda delivers it. Only what names a delivery is read.
#[derive(Deserialize)]
pub struct DeliveryRecord {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    sequence_number: String,
    keys: Keys,
    new_image: Option<Image>,
}

#[derive(Deserialize)]
struct Keys {
    #[serde(rename = "PK")]
    partition: Text,
    #[serde(rename = "SK")]
    sort: Text,
}

#[derive(Deserialize)]
struct Image {
    state: Option<Text>,
    hops: Option<Number>,
}

#[derive(Deserialize)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

#[derive(Deserialize)]
struct Number {
    #[serde(rename = "N")]
    text: String,
}

impl DeliveryRecord {
    /// Its place in the stream.
    pub fn sequence_number(&self) -> &str {
        &self.dynamodb.sequence_number
    }

    /// The delivery that it brings: a new one, or one that was passed on. `None` for every other change of the table.
    pub fn turn(&self) -> Option<DeliveryTurn> {
        let Change { keys, new_image, .. } = &self.dynamodb;
        let session_id = SessionId::parse(keys.partition.text.strip_prefix(LOGOUT)?).ok()?;
        let client_id = ClientId::parse(keys.sort.text.strip_prefix(OF_CLIENT)?).ok()?;
        let Image { state, hops } = new_image.as_ref()?;
        state.as_ref().filter(|state| state.text == "pending")?;
        let hops = hops.as_ref()?.text.parse().ok()?;
        Some(DeliveryTurn { session_id, client_id, hops })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn hops(partition: &str, sort: &str, image: &Value) -> Option<u32> {
        let keys = json!({"PK": {"S": partition}, "SK": {"S": sort}});
        let change = json!({"SequenceNumber": "1", "Keys": keys, "NewImage": image});
        let record: DeliveryRecord = serde_json::from_value(json!({ "dynamodb": change })).unwrap();
        record.turn().map(|turn| turn.hops)
    }

    #[test]
    fn a_delivery_comes_while_it_is_pending() {
        let image = |state: &str| json!({"state": {"S": state}, "hops": {"N": "2"}});
        let of = |image: &Value| hops("LOGOUT#ses_1", "CLIENT#c", image);
        assert_eq!(of(&image("pending")), Some(2));
        for other in [image("waiting"), image("settled"), Value::Null, json!({})] {
            assert_eq!(of(&other), None, "{other}");
        }
        assert_eq!(hops("LOGOUT#ses_1", "LOGOUT", &image("pending")), None);
        assert_eq!(hops("CLIENT#c", "CLIENT", &image("pending")), None);
    }
}
