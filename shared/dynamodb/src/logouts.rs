//! The ends of sessions: one transaction each, and the deliveries that it leaves.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use postern_core::audit::Event;
use postern_core::backchannel::{Delivery, DeliveryTurn};
use postern_core::clock::Timestamp;
use postern_core::credential::Tag;
use postern_core::id::{ClientId, SessionId, UserId};
use postern_core::lifetime::{GRANT, RETENTION};
use postern_core::outage::Outage;
use postern_core::session::{MAX_VISITS, Session, Visit};
use postern_core::store::{
    DeliverLogouts, EndSessions, Ended, LoadLogouts, NoteVisits, Noted, Receipt, SessionEnd, Sessions as _,
};
use serde::{Deserialize, Serialize};

use crate::grants::{Change, change};
use crate::item::{event, number, text, value, write, write_with_event};
use crate::sessions::Sent;
use crate::table::{self, DynamoStore, Item};

/// The mark of a session that was ended. It stays as long as any grant of the session could.
#[derive(Serialize, Deserialize)]
struct EndedSession {
    user_id: UserId,
    ended_at: Timestamp,
}

impl NoteVisits for DynamoStore {
    async fn note_visit(&self, session: &Tag, client: &ClientId, visit: &Visit) -> Result<Noted, Outage> {
        let request =
            self.client.update_item().table_name(&self.table).set_key(Some(table::session(session)));
        let request = request
            .condition_expression("attribute_exists(visits.#client) OR size(visits) < :most")
            .update_expression("SET visits.#client = :visit")
            .expression_attribute_names("#client", client.as_str())
            .expression_attribute_values(":most", number(u64::try_from(MAX_VISITS).unwrap_or(u64::MAX)))
            .expression_attribute_values(":visit", value(visit)?)
            .return_values_on_condition_check_failure(AllOld);
        Ok(match change(request).await? {
            Change::Made => Noted::Noted(Receipt::committed()),
            Change::Refused(Some(_)) => Noted::Full,
            Change::Refused(None) => Noted::Ended,
        })
    }
}

impl EndSessions for DynamoStore {
    async fn reload_session(&self, tag: &Tag) -> Result<Option<Session>, Outage> {
        self.get(table::session(tag)).await
    }

    async fn end_session_for_good(&self, end: &SessionEnd<'_>) -> Result<Ended, Outage> {
        let mut writes = Vec::from(self.ending(end.session)?);
        writes.push(self.put_once(mark(end)?)?);
        for delivery in end.deliveries {
            let key = table::delivery(&delivery.session_id, &delivery.client_id);
            writes.push(self.put_once(write(key, delivery, Some(delivery.ended_at.plus(RETENTION)))?)?);
        }
        let fault = match self.send_together(writes).await {
            Sent::Made => return Ok(Ended::Committed(Receipt::committed())),
            Sent::Canceled { .. } => None,
            Sent::Unknown(fault) => Some(fault),
        };
        // The mark is written by this transaction alone: with it the session is over, whoever wrote it (DB04, DB05).
        match (self.has_ended(end.id).await?, fault) {
            (true, _) => {
                Ok(Ended::Committed(self.forget_session(&end.session.user_id, &end.session.tag).await?))
            }
            (false, Some(fault)) => Err(fault),
            (false, None) => Ok(Ended::Changed),
        }
    }
}

impl DynamoStore {
    fn put_once(&self, item: Item) -> Result<TransactWriteItem, Outage> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(PK)").build();
        let put = put.map_err(|error| Outage::Corrupt(format!("put: {error}")))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// The beginning of a change of a delivery that has no verdict.
    fn update_delivery(&self, session: &SessionId, client: &ClientId) -> UpdateItemFluentBuilder {
        let request = self.client.update_item().table_name(&self.table);
        let request = request.set_key(Some(table::delivery(session, client)));
        let request = request.expression_attribute_names("#state", "state");
        request.expression_attribute_values(":settled", text("settled"))
    }
}

fn mark(end: &SessionEnd<'_>) -> Result<Item, Outage> {
    let ended_at = end.event.at;
    let mark = EndedSession { user_id: end.session.user_id.clone(), ended_at };
    let keep = ended_at.plus(GRANT).plus(RETENTION);
    write_with_event(table::logout(end.id), &mark, Some(keep), end.event)
}

impl LoadLogouts for DynamoStore {
    async fn has_ended(&self, session: &SessionId) -> Result<bool, Outage> {
        Ok(self.get::<EndedSession>(table::logout(session)).await?.is_some())
    }
}

impl DeliverLogouts for DynamoStore {
    async fn load_delivery(&self, turn: &DeliveryTurn) -> Result<Option<Delivery>, Outage> {
        self.get(table::delivery(&turn.session_id, &turn.client_id)).await
    }

    async fn postpone_delivery(&self, delivery: &Delivery, next_at: Timestamp) -> Result<Receipt, Outage> {
        let request = self
            .update_delivery(&delivery.session_id, &delivery.client_id)
            .condition_expression("#state <> :settled AND attempts = :seen")
            .update_expression("SET #state = :waiting, attempts = :attempts, next_at = :next")
            .expression_attribute_values(":waiting", text("waiting"))
            .expression_attribute_values(":seen", number(delivery.attempts.into()))
            .expression_attribute_values(":attempts", number(u64::from(delivery.attempts) + 1))
            .expression_attribute_values(":next", number(next_at.as_secs()));
        // Refused: this attempt is counted, by a write of ours that was sent again or by somebody else's.
        change(request).await.map(|_| Receipt::committed())
    }

    async fn pass_on_delivery(&self, turn: &DeliveryTurn) -> Result<Receipt, Outage> {
        let request = self
            .update_delivery(&turn.session_id, &turn.client_id)
            .condition_expression("#state <> :settled AND hops = :seen")
            .update_expression("SET #state = :pending, hops = :hops")
            .expression_attribute_values(":pending", text("pending"))
            .expression_attribute_values(":seen", number(turn.hops.into()))
            .expression_attribute_values(":hops", number(u64::from(turn.hops) + 1));
        // Refused: passed on before, perhaps by a write of ours that was sent again.
        change(request).await.map(|_| Receipt::committed())
    }

    async fn settle_delivery(&self, delivery: &Delivery, told: &Event) -> Result<Receipt, Outage> {
        let request = self
            .update_delivery(&delivery.session_id, &delivery.client_id)
            .condition_expression("#state <> :settled")
            .update_expression("SET #state = :settled, attempts = :attempts, audit = :audit")
            .expression_attribute_values(":attempts", number(u64::from(delivery.attempts) + 1))
            .expression_attribute_values(":audit", event(told)?);
        // Refused: settled before.
        change(request).await.map(|_| Receipt::committed())
    }
}
