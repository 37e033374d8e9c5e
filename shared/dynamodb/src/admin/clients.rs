//! Clients.

use postern_core::audit::Event;
use postern_core::client::Client;
use postern_core::clock::Timestamp;
use postern_core::id::{ClientId, TenantId};
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::store::{Listing, ManageClients, Seen, Versioned, Window, Written};

use super::transaction::{Transaction, standing, versioned};
use crate::table::{self, CLIENTS, DynamoStore, Item, OF_CLIENT};

impl ManageClients for DynamoStore {
    async fn list_clients(
        &self,
        tenant: Option<&TenantId>,
        window: Window<'_>,
    ) -> Result<Listing<Client>, Outage> {
        let named = match tenant {
            Some(tenant) => self.names(&table::tenant_partition(tenant), OF_CLIENT, window).await?,
            None => self.names(CLIENTS, "", window).await?,
        };
        let ids = named.items.iter().filter_map(|id| ClientId::parse(id).ok());
        let keys: Vec<Item> = ids.map(|id| table::client(&id)).collect();
        let mut items = self.batch(keys.clone()).await?;
        Ok(Listing { items: standing(&keys, &mut items)?, next: named.next })
    }

    async fn read_client(&self, id: &ClientId) -> Result<Option<Versioned<Client>>, Outage> {
        let item = self.one(table::client(id)).await?;
        let found = item.map(versioned).transpose()?;
        Ok(found.filter(|(_, is_removed)| !is_removed).map(|(client, _)| client))
    }

    async fn write_client(&self, client: &Client, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::client(&client.client_id);
        let mut change = Transaction::of_swept(self, key, client, (seen, event), swept_after(client))?;
        if seen.is_none() {
            for listed in in_lists(client) {
                change = change.and_put(self, listed, None)?;
            }
        }
        change.commit(self).await
    }

    async fn remove_client(&self, client: &Client, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::client(&client.client_id);
        let mut change = Transaction::of_removed(self, key, client, (seen, event), swept_after(client))?;
        for listed in in_lists(client) {
            change = change.and_delete(self, listed)?;
        }
        change.commit(self).await
    }
}

/// When the item of a client that may cease to exist is of no use any more (D01). Never of one that keeps a decision.
pub(crate) fn swept_after(client: &Client) -> Option<Timestamp> {
    let expires_at = client.registration.expires_at.filter(|_| !client.outlasts_its_document());
    expires_at.map(|expires_at| expires_at.plus(RETENTION))
}

/// The places of a client in lists.
pub(crate) fn in_lists(client: &Client) -> Vec<Item> {
    let own = client.tenant.as_ref().map(|tenant| table::client_of_tenant(tenant, &client.client_id));
    std::iter::once(table::listed_client(&client.client_id)).chain(own).collect()
}
