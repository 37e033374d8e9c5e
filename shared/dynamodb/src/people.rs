//! People and tenants.

use aws_sdk_dynamodb::types::AttributeValue;
use postern_core::id::{TenantId, UserId};
use postern_core::outage::Outage;
use postern_core::store::{LoadAccounts, LoadTenants};
use postern_core::tenant::{Account, Tenant};
use serde::{Deserialize, Serialize};

use crate::fault::outage;
use crate::item::{read, text};
use crate::table::{self, ACCOUNT, DynamoStore, Item};

/// Which user signs in with an address.
#[derive(Serialize, Deserialize)]
pub(crate) struct EmailPointer {
    pub(crate) user_id: UserId,
}

impl LoadAccounts for DynamoStore {
    async fn load_account_by_email(&self, email: &str) -> Result<Option<Account>, Outage> {
        let pointer = self.get::<EmailPointer>(table::email(email)).await?;
        // An unknown address costs the same two calls (W03).
        let nobody = || UserId::parse("usr_nobody").map_err(|error| Outage::Corrupt(error.to_string()));
        let id = pointer.map_or_else(nobody, |pointer| Ok(pointer.user_id))?;
        self.load_account(&id).await
    }

    async fn load_account(&self, id: &UserId) -> Result<Option<Account>, Outage> {
        let AccountItems { user, members } = self.account_items(id).await?;
        let memberships = members.into_iter().map(read).collect::<Result<_, _>>()?;
        let user = user.map(read).transpose()?;
        Ok(user.map(|user| Account { user, memberships }))
    }
}

/// A person as the table has them.
pub(crate) struct AccountItems {
    pub(crate) user: Option<Item>,
    /// Memberships, ended ones too.
    pub(crate) members: Vec<Item>,
}

impl DynamoStore {
    /// A person and their memberships, strongly consistent.
    pub(crate) async fn account_items(&self, id: &UserId) -> Result<AccountItems, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("PK = :user AND begins_with(SK, :account)")
            .expression_attribute_values(":user", text(&table::user_partition(id)))
            .expression_attribute_values(":account", text(ACCOUNT));
        let mut pages = request.into_paginator().items().send();
        let mut found = AccountItems { user: None, members: Vec::new() };
        while let Some(item) = pages.next().await {
            let item = item.map_err(outage)?;
            if item.get("SK").map(AttributeValue::as_s) == Some(Ok(&ACCOUNT.to_owned())) {
                found.user = Some(item);
            } else {
                found.members.push(item);
            }
        }
        Ok(found)
    }
}

impl LoadTenants for DynamoStore {
    async fn load_tenants(&self, ids: &[TenantId]) -> Result<Vec<Tenant>, Outage> {
        let items = self.batch(ids.iter().map(table::tenant).collect()).await?;
        let mut tenants = items.into_iter().map(read).collect::<Result<Vec<Tenant>, Outage>>()?;
        tenants.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tenants)
    }
}
