//! The change of a password: the person, the session that ends and the one that goes on.

use aws_sdk_dynamodb::types::Update;
use postern_core::outage::Outage;
use postern_core::store::{ChangePasswords, PasswordChange, Written};

use super::transaction::{Transaction, VERSION};
use crate::item::{event, number, value};
use crate::table::{self, DynamoStore};

impl ChangePasswords for DynamoStore {
    async fn change_password(&self, change: &PasswordChange<'_>) -> Result<Written, Outage> {
        let person = table::user(change.user_id);
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(person.clone()))
            .condition_expression("password = :seen AND active = :yes")
            // The number too: an administrator's change that began before is told of this one.
            .update_expression("SET password = :next, not_before = :mark, audit = :audit ADD #version :one")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":seen", value(change.seen)?)
            .expression_attribute_values(":yes", value(&true)?)
            .expression_attribute_values(":next", value(change.next)?)
            .expression_attribute_values(":mark", number(change.not_before.as_secs()))
            .expression_attribute_values(":audit", event(change.event)?);
        Transaction::of_update(person, update, change.event)?
            .and_all(self.beginning(change.begins)?)
            .and_all(self.ending(change.ends)?)
            .commit_beside_others(self)
            .await
    }
}
