//! Clients.

use postern_core::client::Client;
use postern_core::id::ClientId;
use postern_core::outage::Outage;
use postern_core::store::LoadClients;

use crate::table::{self, DynamoStore};

impl LoadClients for DynamoStore {
    async fn load_client(&self, id: &ClientId) -> Result<Option<Client>, Outage> {
        self.get(table::client(id)).await
    }
}
