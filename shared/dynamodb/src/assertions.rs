//! Client assertions that were used.

use aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException as Refused;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use postern_core::clock::Timestamp;
use postern_core::credential::Tag;
use postern_core::id::InvocationId;
use postern_core::outage::Outage;
use postern_core::store::UseAssertions;
use serde::{Deserialize, Serialize};

use crate::fault::outage;
use crate::item::{read, write};
use crate::table::{self, DynamoStore};

#[derive(Serialize, Deserialize)]
struct UsedAssertion {
    by: InvocationId,
}

impl UseAssertions for DynamoStore {
    async fn use_assertion(
        &self,
        tag: &Tag,
        expires_at: Timestamp,
        by: &InvocationId,
    ) -> Result<bool, Outage> {
        let item = write(table::assertion(tag), &UsedAssertion { by: by.clone() }, Some(expires_at))?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let request = request
            .condition_expression("attribute_not_exists(PK)")
            .return_values_on_condition_check_failure(AllOld);
        let Err(error) = request.send().await else { return Ok(true) };
        let Some(Refused(refusal)) = error.as_service_error() else { return Err(outage(error)) };
        // After a lost acknowledgement the resend finds our own mark (DB04).
        let used: Option<UsedAssertion> = refusal.item().cloned().map(read).transpose()?;
        Ok(used.is_some_and(|used| used.by == *by))
    }
}
