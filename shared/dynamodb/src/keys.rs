//! The server's keys.

use postern_core::keys::StoredKeys;
use postern_core::outage::Outage;
use postern_core::store::LoadKeys;

use crate::table::{self, DynamoStore};

impl LoadKeys for DynamoStore {
    async fn load_keys(&self) -> Result<Option<StoredKeys>, Outage> {
        self.get(table::keys()).await
    }
}
