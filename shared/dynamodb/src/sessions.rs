//! Browsers' sessions: each is written, replaced and ended together with its place in the list of its person's.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem,
};
use postern_core::clock::Timestamp;
use postern_core::credential::{PasswordHash, Tag};
use postern_core::id::UserId;
use postern_core::lifetime;
use postern_core::outage::Outage;
use postern_core::session::Session;
use postern_core::store::{Begun, ListSessions, Listing, Receipt, Sessions, Surplus, Window};

use crate::fault::outage;
use crate::grants::{Change, change};
use crate::item::{number, read, take, text, value, write};
use crate::table::{self, DynamoStore, Item};

/// How much of a person's list a login reads.
const MAX_LISTED: i32 = 200;
/// How many sessions one login is given to forget, and how many to end.
const MAX_SURPLUS: usize = 10;

/// What came of writes that are made together or not at all.
pub(crate) enum Sent {
    Made,
    /// A condition did not hold, perhaps that of the first write, or somebody else was writing one of the items.
    Canceled {
        by_first: bool,
    },
    /// They may have been made.
    Unknown(Outage),
}

impl Sessions for DynamoStore {
    async fn put_session(&self, session: &Session, proved: &PasswordHash) -> Result<Begun, Outage> {
        let mut writes = vec![self.standing_check(session, proved)?];
        writes.extend(self.beginning(session)?);
        match self.send_together(writes).await {
            Sent::Made => Ok(Begun::Committed(Receipt::committed())),
            Sent::Canceled { by_first } => Ok(not_begun(by_first)),
            Sent::Unknown(fault) => Err(fault),
        }
    }

    async fn replace_session(
        &self,
        old: &Session,
        next: &Session,
        proved: &PasswordHash,
    ) -> Result<Begun, Outage> {
        let mut writes = vec![self.standing_check(next, proved)?];
        writes.extend(self.beginning(next)?);
        writes.extend(self.ending(old)?);
        let met = match self.send_together(writes).await {
            Sent::Made => return Ok(Begun::Committed(Receipt::committed())),
            Sent::Canceled { by_first } => Ok(not_begun(by_first)),
            Sent::Unknown(fault) => Err(fault),
        };
        // Nobody else could have drawn the secret behind its tag (DB04, DB05).
        match self.load_session(&next.tag).await? {
            Some(_) => Ok(Begun::Committed(Receipt::committed())),
            None => met,
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

    async fn load_surplus(&self, user: &UserId, most: usize, now: Timestamp) -> Result<Surplus, Outage> {
        let listed = self.listed_sessions(user).limit(MAX_LISTED).send().await.map_err(outage)?;
        let listed = listed.items.unwrap_or_default();
        if listed.len() <= most {
            return Ok(Surplus::default());
        }
        let tags: Vec<_> =
            listed.iter().filter_map(|item| Some((tag_of(item)?, longest_of(item)?))).collect();
        let mut items = self.batch(tags.iter().map(|(tag, _)| table::session(tag)).collect()).await?;
        let mut surplus = Surplus::default();
        for (tag, longest) in tags {
            let kept = take(&mut items, &table::session(&tag)).and_then(|item| read::<Session>(item).ok());
            match kept {
                Some(session) if now < session.expires_at() => surplus.live.push(session),
                // What began this minute may have been listed a moment before it could be read.
                None if now.plus(lifetime::SESSION - 60) < longest => {}
                Some(_) | None => surplus.over.push(tag),
            }
        }
        surplus.over.truncate(MAX_SURPLUS);
        surplus.live.sort_by_key(|session| session.auth_time);
        let too_many = surplus.live.len().saturating_sub(most);
        surplus.live.truncate(too_many.min(MAX_SURPLUS));
        Ok(surplus)
    }

    async fn forget_session(&self, user: &UserId, tag: &Tag) -> Result<Receipt, Outage> {
        let _receipt = self.delete(table::session(tag)).await?;
        self.delete(table::session_of_user(user, tag)).await
    }
}

/// Why a session did not begin.
const fn not_begun(is_void: bool) -> Begun {
    if is_void { Begun::Void } else { Begun::Changed }
}

impl ListSessions for DynamoStore {
    async fn load_sessions(
        &self,
        user: &UserId,
        window: Window<'_>,
        now: Timestamp,
    ) -> Result<Listing<Result<Session, Outage>>, Outage> {
        let request = self.listed_sessions(user).limit(window.limit.into());
        let after = window.after.map(|after| table::listed_session(user, after));
        let listed = request.set_exclusive_start_key(after).send().await.map_err(outage)?;
        let next = listed.last_evaluated_key.as_ref().and_then(tag_of).map(|tag| tag.to_string());
        let listed = listed.items.unwrap_or_default();
        let listed = listed.iter().filter(|item| longest_of(item).is_none_or(|longest| now < longest));
        let items = self.batch(listed.filter_map(tag_of).map(|tag| table::session(&tag)).collect()).await?;
        Ok(Listing { items: items.into_iter().map(read).collect(), next })
    }
}

/// How long a listed session could last.
fn longest_of(listed: &Item) -> Option<Timestamp> {
    listed.get("ttl")?.as_n().ok()?.parse().ok().map(Timestamp::from_secs)
}

fn tag_of(listed: &Item) -> Option<Tag> {
    let tag = AttributeValue::as_s(listed.get("SK")?).ok()?;
    Tag::try_from(tag.clone()).ok()
}

impl DynamoStore {
    /// The beginning of a look at the list of a person's sessions.
    fn listed_sessions(&self, user: &UserId) -> QueryFluentBuilder {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        request
            .key_condition_expression("PK = :sessions")
            .expression_attribute_values(":sessions", text(&table::sessions_partition(user)))
    }

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
    fn standing_check(&self, session: &Session, proved: &PasswordHash) -> Result<TransactWriteItem, Outage> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(table::user(&session.user_id)))
            .condition_expression("active = :yes AND not_before <= :login AND password = :proved")
            .expression_attribute_values(":yes", value(&true)?)
            .expression_attribute_values(":proved", value(proved)?)
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
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                    let first = canceled.cancellation_reasons().first().and_then(CancellationReason::code);
                    Sent::Canceled { by_first: first == Some("ConditionalCheckFailed") }
                }
                _ => Sent::Unknown(outage(error)),
            },
        }
    }
}
