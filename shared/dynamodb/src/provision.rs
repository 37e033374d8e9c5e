//! What an operator writes: keys, tenants, people, clients. No function has these ports.

use postern_core::api::Api;
use postern_core::client::Client;
use postern_core::keys::StoredKeys;
use postern_core::outage::Outage;
use postern_core::store::{Provision, Receipt};
use postern_core::tenant::{Account, Tenant};

use crate::apis::ApiRecord;
use crate::item::write;
use crate::people::EmailPointer;
use crate::table::{self, DynamoStore};

impl Provision for DynamoStore {
    async fn put_keys(&self, keys: &StoredKeys) -> Result<bool, Outage> {
        self.put_new(write(table::keys(), keys, None)?).await
    }

    async fn put_api(&self, api: &Api) -> Result<Receipt, Outage> {
        self.put(write(table::api(&api.audience), &ApiRecord::of(api)?, None)?).await
    }

    async fn put_client(&self, client: &Client) -> Result<Receipt, Outage> {
        self.put(write(table::client(&client.client_id), client, None)?).await
    }

    async fn put_tenant(&self, tenant: &Tenant) -> Result<Receipt, Outage> {
        self.put(write(table::tenant(&tenant.tenant_id), tenant, None)?).await
    }

    async fn put_account(&self, account: &Account) -> Result<Receipt, Outage> {
        let user = &account.user;
        for member in &account.memberships {
            let _receipt =
                self.put(write(table::member(&user.user_id, &member.tenant_id), member, None)?).await?;
        }
        let _receipt = self.put(write(table::user(&user.user_id), user, None)?).await?;
        // The address comes last: nobody signs in to half an account.
        let pointer = EmailPointer { user_id: user.user_id.clone() };
        self.put(write(table::email(&user.email), &pointer, None)?).await
    }
}
