//! The table's stream: which deliveries of logout tokens a change brings, and which sessions it ends.

use postern_core::backchannel::{DeliveryTurn, LogoutTask, Voiding};
use postern_core::clock::Timestamp;
use postern_core::id::{ClientId, SessionId, UserId};
use serde::Deserialize;

use crate::table::{ACCOUNT, LOGOUT, OF_CLIENT, USER};

/// One record of the table's stream, as Lambda delivers it. Only what names a delivery, or voids sessions, is read.
#[derive(Deserialize)]
pub struct LogoutRecord {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    sequence_number: String,
    /// In seconds since 1970.
    approximate_creation_date_time: Option<f64>,
    keys: Keys,
    new_image: Option<Image>,
    old_image: Option<Image>,
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
    active: Option<Flag>,
    not_before: Option<Number>,
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

#[derive(Deserialize)]
struct Flag {
    #[serde(rename = "BOOL")]
    is_set: bool,
}

impl LogoutRecord {
    /// Its place in the stream.
    pub fn sequence_number(&self) -> &str {
        &self.dynamodb.sequence_number
    }

    /// What it gives to do; `None` for every other change of the table.
    pub fn task(&self) -> Option<LogoutTask> {
        let delivery = self.delivery().map(LogoutTask::Deliver);
        delivery.or_else(|| self.voiding().map(LogoutTask::End))
    }

    /// The delivery that it brings: a new one, or one that was passed on.
    fn delivery(&self) -> Option<DeliveryTurn> {
        let Change { keys, new_image, .. } = &self.dynamodb;
        let session_id = SessionId::parse(keys.partition.text.strip_prefix(LOGOUT)?).ok()?;
        let client_id = ClientId::parse(keys.sort.text.strip_prefix(OF_CLIENT)?).ok()?;
        let Image { state, hops, .. } = new_image.as_ref()?;
        state.as_ref().filter(|state| state.text == "pending")?;
        let hops = hops.as_ref()?.text.parse().ok()?;
        Some(DeliveryTurn { session_id, client_id, hops })
    }

    /// The account whose mark rose, or that was switched off.
    fn voiding(&self) -> Option<Voiding> {
        let Change { keys, new_image, old_image, .. } = &self.dynamodb;
        let user_id = UserId::parse(keys.partition.text.strip_prefix(USER)?).ok()?;
        let (new, old) = (new_image.as_ref()?, old_image.as_ref()?);
        if keys.sort.text != ACCOUNT {
            return None;
        }
        let not_before = match (new.not_before()?, old.not_before()?) {
            (raised, before) if raised > before => raised,
            // Whoever switches off sets a mark. Where somebody else did it without, the moment of the change is one.
            _ if old.is_active() && !new.is_active() => self.changed_at()?.plus(1),
            _ => return None,
        };
        Some(Voiding { user_id, not_before })
    }

    /// When the table changed so, where the record says it.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a moment of our days")]
    pub fn changed_at(&self) -> Option<Timestamp> {
        self.dynamodb.approximate_creation_date_time.map(|seconds| Timestamp::from_secs(seconds as u64))
    }
}

impl Image {
    fn not_before(&self) -> Option<Timestamp> {
        self.not_before.as_ref()?.text.parse().ok().map(Timestamp::from_secs)
    }

    fn is_active(&self) -> bool {
        self.active.as_ref().is_some_and(|active| active.is_set)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn task(partition: &str, sort: &str, (old, new): (&Value, &Value)) -> Option<LogoutTask> {
        let keys = json!({"PK": {"S": partition}, "SK": {"S": sort}});
        let change = json!({"SequenceNumber": "1", "ApproximateCreationDateTime": 99, "Keys": keys,
            "OldImage": old, "NewImage": new});
        let record: LogoutRecord = serde_json::from_value(json!({ "dynamodb": change })).unwrap();
        record.task()
    }

    #[test]
    fn a_delivery_comes_while_it_is_pending() {
        let image = |state: &str| json!({"state": {"S": state}, "hops": {"N": "2"}});
        let of = |partition: &str, sort: &str, image: &Value| task(partition, sort, (&Value::Null, image));
        let delivery = of("LOGOUT#ses_1", "CLIENT#c", &image("pending"));
        assert!(matches!(delivery, Some(LogoutTask::Deliver(DeliveryTurn { hops: 2, .. }))), "{delivery:?}");
        for other in [image("waiting"), image("settled"), Value::Null, json!({})] {
            assert_eq!(of("LOGOUT#ses_1", "CLIENT#c", &other), None, "{other}");
        }
        assert_eq!(of("LOGOUT#ses_1", "LOGOUT", &image("pending")), None);
        assert_eq!(of("CLIENT#c", "CLIENT", &image("pending")), None);
    }

    #[test]
    fn sessions_end_where_the_mark_of_an_account_rises_or_it_is_switched_off() {
        const PERSON: &str = "USER#usr_0123456789abcdefABCDEF";
        let image = |mark: u64, active: bool| json!({"not_before": {"N": mark.to_string()}, "active": {"BOOL": active}});
        let mark = |old: &Value, new: &Value| match task(PERSON, "ACCOUNT", (old, new)) {
            Some(LogoutTask::End(voiding)) => Some(voiding.not_before.as_secs()),
            _ => None,
        };
        assert_eq!(mark(&image(1, true), &image(7, true)), Some(7), "another password");
        assert_eq!(mark(&image(1, true), &image(7, false)), Some(7), "suspended, or removed");
        assert_eq!(mark(&image(1, true), &image(1, false)), Some(100), "by another hand");
        assert_eq!(mark(&image(7, false), &image(7, true)), None, "restored");
        assert_eq!(mark(&image(7, true), &image(7, true)), None, "another name");
        assert_eq!(mark(&Value::Null, &image(7, true)), None, "new");
        let changed = (&image(1, true), &image(7, false));
        assert_eq!(task(PERSON, "ACCOUNT#MEMBER#ten_1", changed), None);
        assert_eq!(task("TENANT#ten_1", "TENANT", changed), None);
    }
}
