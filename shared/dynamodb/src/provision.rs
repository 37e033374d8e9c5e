//! What an operator writes: keys, tenants, people, clients. No function has these ports.

use postern_core::audit::Event;
use postern_core::client::Client;
use postern_core::keys::StoredKeys;
use postern_core::outage::Outage;
use postern_core::store::{Provision, Receipt};
use postern_core::tenant::{Account, Tenant};

use crate::admin;
use crate::item::{write, write_with_event};
use crate::people::EmailPointer;
use crate::table::{self, DynamoStore};

impl Provision for DynamoStore {
    async fn put_keys(&self, keys: &StoredKeys, event: &Event) -> Result<bool, Outage> {
        self.put_new(write_with_event(table::keys(), keys, None, event)?).await
    }

    async fn put_client(&self, client: &Client, event: &Event) -> Result<Receipt, Outage> {
        for listed in admin::client_in_lists(client) {
            let _receipt = self.put(listed).await?;
        }
        self.put(write_with_event(table::client(&client.client_id), client, None, event)?).await
    }

    async fn put_tenant(&self, tenant: &Tenant, event: &Event) -> Result<Receipt, Outage> {
        let _receipt = self.put(table::listed_tenant(&tenant.tenant_id)).await?;
        self.put(write_with_event(table::tenant(&tenant.tenant_id), tenant, None, event)?).await
    }

    async fn put_account(&self, account: &Account, event: &Event) -> Result<Receipt, Outage> {
        let user = &account.user;
        let _receipt = self.put(table::listed_user(&user.user_id)).await?;
        for member in &account.memberships {
            let _receipt = self.put(table::member_of_tenant(&member.tenant_id, &user.user_id)).await?;
            let key = table::member(&user.user_id, &member.tenant_id);
            let item = write_with_event(key, member, None, &event.for_member(member))?;
            let _receipt = self.put(item).await?;
        }
        let item = write_with_event(table::user(&user.user_id), user, None, event)?;
        let _receipt = self.put(item).await?;
        // The address comes last: nobody signs in to half an account.
        let pointer = EmailPointer { user_id: user.user_id.clone() };
        self.put(write(table::email(&user.email), &pointer, None)?).await
    }
}
