//! The day of the last use of connections and personal access tokens.

use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use postern_core::clock::Timestamp;
use postern_core::outage::Outage;
use postern_core::store::{MarkUse, Used};

use crate::fault::{impatient, outage};
use crate::item::number;
use crate::table::{self, DynamoStore};

/// How long the mark may take: the caller's own caller waits for it, and it is of no consequence.
const PATIENCE: Duration = Duration::from_millis(150);

impl MarkUse for DynamoStore {
    async fn mark_use(&self, used: &Used, day: Timestamp) -> Result<(), Outage> {
        let key = match used {
            Used::Connection { tenant_id, client_id } => table::connection(tenant_id, client_id),
            Used::Pat { user_id, pat_id } => table::pat(user_id, pat_id),
        };
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .condition_expression(
                "attribute_exists(PK) AND (attribute_not_exists(last_used_on) OR last_used_on < :day)",
            )
            .update_expression("SET last_used_on = :day")
            .expression_attribute_values(":day", number(day.as_secs()));
        match request.customize().config_override(impatient(PATIENCE)).send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(outage(error)),
        }
    }
}
