//! Browsers' sessions: each is written, replaced and ended together with its place in the list of its person's.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use postern_core::credential::Tag;
use postern_core::id::UserId;
use postern_core::lifetime;
use postern_core::outage::Outage;
use postern_core::session::Session;
use postern_core::store::{ListSessions, Receipt, Replaced, Sessions};

use crate::fault::outage;
use crate::grants::{Change, change};
use crate::item::{number, read, text, value, write};
use crate::table::{self, DynamoStore, Item};

/// What came of writes that are made together or not at all.
pub(crate) enum Sent {
    Made,
    /// A condition did not hold, or somebody else was writing one of the items.
    Canceled,
    /// They may have been made.
    Unknown(Outage),
}

impl Sessions for DynamoStore {
    async fn put_session(&self, session: &Session) -> Result<Receipt, Outage> {
        match self.send_together(self.beginning(session)?.into()).await {
            Sent::Made => Ok(Receipt::committed()),
            Sent::Canceled => Err(Outage::Unavailable("a new session was refused".to_owned())),
            Sent::Unknown(fault) => Err(fault),
        }
    }

    async fn replace_session(&self, old: &Session, next: &Session) -> Result<Replaced, Outage> {
        let mut writes = Vec::from(self.beginning(next)?);
        writes.extend(self.ending(old)?);
        writes.push(self.standing_check(next)?);
        let fault = match self.send_together(writes).await {
            Sent::Made => return Ok(Replaced::Committed(Receipt::committed())),
            Sent::Canceled => None,
            Sent::Unknown(fault) => Some(fault),
        };
        // Nobody else could have drawn the secret behind its tag (DB04, DB05).
        match (self.load_session(&next.tag).await?, fault) {
            (Some(_), _) => Ok(Replaced::Committed(Receipt::committed())),
            (None, Some(fault)) => Err(fault),
            (None, None) => Ok(Replaced::Changed),
        }
    }

    async fn touch_session(&self, session: &Session) -> Result<(), Outage> {
        let request =
            self.client.update_item().table_name(&self.table).set_key(Some(table::session(&session.tag)));
        let request = request
            .condition_expression("attribute_exists(PK)")
            .update_expression("SET last_seen = :now, #ttl = :ttl")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":now", number(session.last_seen.as_secs()))
            .expression_attribute_values(":ttl", number(session.expires_at().as_secs()));
        match change(request).await? {
            Change::Made | Change::Refused(_) => Ok(()),
        }
    }

    async fn load_session(&self, tag: &Tag) -> Result<Option<Session>, Outage> {
        self.get(table::session(tag)).await
    }
}

impl ListSessions for DynamoStore {
    async fn load_sessions(&self, user: &UserId) -> Result<Vec<Session>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("PK = :sessions")
            .expression_attribute_values(":sessions", text(&table::sessions_partition(user)));
        let mut listed = request.into_paginator().items().send();
        let mut keys = Vec::new();
        while let Some(item) = listed.next().await {
            keys.extend(tag_of(&item.map_err(outage)?).map(|tag| table::session(&tag)));
        }
        self.batch(keys).await?.into_iter().map(read).collect()
    }
}

fn tag_of(listed: &Item) -> Option<Tag> {
    let tag = AttributeValue::as_s(listed.get("SK")?).ok()?;
    Tag::try_from(tag.clone()).ok()
}

impl DynamoStore {
    /// The writes by which a session begins.
    pub(crate) fn beginning(&self, session: &Session) -> Result<[TransactWriteItem; 2], Outage> {
        let begun = write(table::session(&session.tag), session, Some(session.expires_at()))?;
        // Listed for as long as the session could last: its use is written down in one place.
        let longest = session.auth_time.plus(lifetime::SESSION);
        let mut listed = table::session_of_user(&session.user_id, &session.tag);
        listed.insert("ttl".to_owned(), number(longest.as_secs()));
        Ok([self.put_write(begun)?, self.put_write(listed)?])
    }

    /// The writes by which a session ends in which nobody is to be told who was not seen: visits are added and never
    /// taken away.
    pub(crate) fn ending(&self, session: &Session) -> Result<[TransactWriteItem; 2], Outage> {
        let seen = u64::try_from(session.visits.len()).unwrap_or(u64::MAX);
        let delete = Delete::builder().table_name(&self.table).set_key(Some(table::session(&session.tag)));
        let delete = delete
            .condition_expression("attribute_exists(PK) AND size(visits) = :seen")
            .expression_attribute_values(":seen", number(seen))
            .build();
        let listed = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(table::session_of_user(&session.user_id, &session.tag)))
            .build();
        let corrupt = |error| Outage::Corrupt(format!("delete: {error}"));
        let write = |delete| TransactWriteItem::builder().delete(delete).build();
        Ok([write(delete.map_err(corrupt)?), write(listed.map_err(corrupt)?)])
    }

    /// Holds while the person's account lets this login be.
    fn standing_check(&self, session: &Session) -> Result<TransactWriteItem, Outage> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(table::user(&session.user_id)))
            .condition_expression("active = :yes AND not_before <= :login")
            .expression_attribute_values(":yes", value(&true)?)
            .expression_attribute_values(":login", number(session.auth_time.as_secs()))
            .build();
        let check = check.map_err(|error| Outage::Corrupt(format!("check: {error}")))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    fn put_write(&self, item: Item) -> Result<TransactWriteItem, Outage> {
        let put = Put::builder().table_name(&self.table).set_item(Some(item)).build();
        let put = put.map_err(|error| Outage::Corrupt(format!("put: {error}")))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Makes the writes, all or none.
    pub(crate) async fn send_together(&self, writes: Vec<TransactWriteItem>) -> Sent {
        let request = self.client.transact_write_items().set_transact_items(Some(writes));
        match request.send().await {
            Ok(_) => Sent::Made,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(TransactWriteItemsError::is_transaction_canceled_exception) =>
            {
                Sent::Canceled
            }
            Err(error) => Sent::Unknown(outage(error)),
        }
    }
}
