//! Access tokens that were revoked by themselves.

use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::id::TokenId;
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::store::{Receipt, RevokeTokens};
use serde::Serialize;

use crate::item::write_with_event;
use crate::table::{self, DynamoStore};

#[derive(Serialize)]
struct RevokedToken {
    expires_at: Timestamp,
}

impl RevokeTokens for DynamoStore {
    async fn revoke_token(
        &self,
        id: &TokenId,
        expires_at: Timestamp,
        event: &Event,
    ) -> Result<Receipt, Outage> {
        let (key, ttl) = (table::revoked_token(id), expires_at.plus(RETENTION));
        let item = write_with_event(key, &RevokedToken { expires_at }, Some(ttl), event)?;
        // Revoked before: nothing changes, and there is nothing to tell.
        let _is_new = self.put_new(item).await?;
        Ok(Receipt::committed())
    }
}
