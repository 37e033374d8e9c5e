//! Proofs of possession that came before.

use aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException as Refused;
use postern_core::clock::Timestamp;
use postern_core::dpop::ProofId;
use postern_core::outage::Outage;
use postern_core::store::ClaimProofs;
use serde::Serialize;

use crate::fault::outage;
use crate::item::{number, text, write};
use crate::table::{self, DynamoStore};

#[derive(Serialize)]
struct ClaimedProof<'a> {
    claimed_by: &'a str,
    expires_at: Timestamp,
}

impl ClaimProofs for DynamoStore {
    async fn claim_proof(
        &self,
        id: &ProofId,
        attempt: &str,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> Result<bool, Outage> {
        let claimed = ClaimedProof { claimed_by: attempt, expires_at };
        let item = write(table::proof(id), &claimed, Some(expires_at))?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let request = request
            .condition_expression("attribute_not_exists(PK) OR claimed_by = :by OR expires_at <= :now")
            .expression_attribute_values(":by", text(attempt))
            .expression_attribute_values(":now", number(now.as_secs()));
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.as_service_error(), Some(Refused(_))) => Ok(false),
            Err(error) => Err(outage(error)),
        }
    }
}
