//! Tenants.

use postern_core::audit::Event;
use postern_core::id::TenantId;
use postern_core::outage::Outage;
use postern_core::store::{Listing, ManageTenants, Seen, Versioned, Window, Written};
use postern_core::tenant::Tenant;

use super::transaction::{Transaction, standing, versioned};
use crate::table::{self, DynamoStore, Item, TENANTS};

impl ManageTenants for DynamoStore {
    async fn list_tenants(&self, window: Window<'_>) -> Result<Listing<Tenant>, Outage> {
        let named = self.names(TENANTS, "", window).await?;
        let ids = named.items.iter().filter_map(|id| TenantId::parse(id).ok());
        let keys: Vec<Item> = ids.map(|id| table::tenant(&id)).collect();
        let mut items = self.batch(keys.clone()).await?;
        Ok(Listing { items: standing(&keys, &mut items)?, next: named.next })
    }

    async fn read_tenant(&self, id: &TenantId) -> Result<Option<Versioned<Tenant>>, Outage> {
        let item = self.one(table::tenant(id)).await?;
        let found = item.map(versioned).transpose()?;
        Ok(found.filter(|(_, is_removed)| !is_removed).map(|(tenant, _)| tenant))
    }

    async fn write_tenant(&self, tenant: &Tenant, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::tenant(&tenant.tenant_id);
        let mut change = Transaction::of(self, key, tenant, (seen, event))?;
        if seen.is_none() {
            change = change.and_put(self, table::listed_tenant(&tenant.tenant_id), None)?;
        }
        change.commit(self).await
    }

    async fn remove_tenant(&self, tenant: &Tenant, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::tenant(&tenant.tenant_id);
        let change = Transaction::of_removed(self, key, tenant, (seen, event), None)?;
        change.and_delete(self, table::listed_tenant(&tenant.tenant_id))?.commit(self).await
    }
}
