//! Authorization requests that were pushed.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException as Refused;
use aws_sdk_dynamodb::types::ReturnValue;
use postern_core::authorize::{AuthorizationRequest, PushedRequest};
use postern_core::clock::Timestamp;
use postern_core::id::{ClientId, InvocationId, RequestId};
use postern_core::outage::Outage;
use postern_core::store::{PushRequests, Receipt, TakeRequests};

use crate::fault::outage;
use crate::item::{number, read, text, write};
use crate::table::{self, DynamoStore};

impl PushRequests for DynamoStore {
    async fn push_request(&self, pushed: &PushedRequest) -> Result<Receipt, Outage> {
        self.put(write(table::pushed_request(&pushed.request_id), pushed, Some(pushed.expires_at))?).await
    }
}

impl TakeRequests for DynamoStore {
    async fn take_request(
        &self,
        id: &RequestId,
        client: &ClientId,
        by: &InvocationId,
        now: Timestamp,
    ) -> Result<Option<AuthorizationRequest>, Outage> {
        let request =
            self.client.update_item().table_name(&self.table).set_key(Some(table::pushed_request(id)));
        let request = request
            .condition_expression(
                "client_id = :client AND expires_at > :now AND (attribute_not_exists(taken_by) OR taken_by = :by)",
            )
            .update_expression("SET taken_by = :by")
            .expression_attribute_values(":client", text(client))
            .expression_attribute_values(":now", number(now.as_secs()))
            .expression_attribute_values(":by", text(by))
            .return_values(ReturnValue::AllNew);
        match request.send().await {
            Ok(answer) => {
                let item = answer.attributes;
                let item = item.ok_or_else(|| Outage::Corrupt("an update without attributes".into()))?;
                Ok(Some(read::<PushedRequest>(item)?.request))
            }
            Err(error) if matches!(error.as_service_error(), Some(Refused(_))) => Ok(None),
            Err(error) => Err(outage(error)),
        }
    }
}
