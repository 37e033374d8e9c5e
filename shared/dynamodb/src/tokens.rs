//! Access tokens that were revoked by themselves.

use postern_core::clock::Timestamp;
use postern_core::id::TokenId;
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::store::{Receipt, RevokeTokens};
use serde::Serialize;

use crate::item::write;
use crate::table::{self, DynamoStore};

#[derive(Serialize)]
struct RevokedToken {
    expires_at: Timestamp,
}

impl RevokeTokens for DynamoStore {
    async fn revoke_token(&self, id: &TokenId, expires_at: Timestamp) -> Result<Receipt, Outage> {
        let item =
            write(table::revoked_token(id), &RevokedToken { expires_at }, Some(expires_at.plus(RETENTION)))?;
        self.put(item).await
    }
}
