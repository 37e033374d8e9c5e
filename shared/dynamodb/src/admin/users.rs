//! People's accounts.

use aws_sdk_dynamodb::types::AttributeValue;
use postern_core::audit::Event;
use postern_core::id::UserId;
use postern_core::outage::Outage;
use postern_core::store::{Departure, Listing, ManageUsers, Person, Seen, Window, Written};
use postern_core::tenant::User;

use super::transaction::{Transaction, versioned};
use crate::fault::outage;
use crate::item::{take, text};
use crate::table::{self, ACCOUNT, DynamoStore, Item, USERS};

impl ManageUsers for DynamoStore {
    async fn list_users(&self, window: Window<'_>) -> Result<Listing<User>, Outage> {
        let named = self.names(USERS, "", window).await?;
        let ids = named.items.iter().filter_map(|id| UserId::parse(id).ok());
        let keys: Vec<Item> = ids.map(|id| table::user(&id)).collect();
        let mut items = self.batch(keys.clone()).await?;
        let mut found = Vec::with_capacity(keys.len());
        for key in &keys {
            let user = take(&mut items, key).map(versioned::<User>).transpose()?;
            let user = user.filter(|(_, is_removed)| !is_removed);
            found.extend(user.map(|(user, _)| User { password: None, ..user.record }));
        }
        Ok(Listing { items: found, next: named.next })
    }

    async fn read_person(&self, id: &UserId) -> Result<Option<Person>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("PK = :user AND begins_with(SK, :account)")
            .expression_attribute_values(":user", text(&table::user_partition(id)))
            .expression_attribute_values(":account", text(ACCOUNT));
        let mut pages = request.into_paginator().items().send();
        let (mut found, mut memberships) = (None, Vec::new());
        while let Some(item) = pages.next().await {
            let item = item.map_err(outage)?;
            if item.get("SK").map(AttributeValue::as_s) == Some(Ok(&ACCOUNT.to_owned())) {
                let (user, is_removed) = versioned(item)?;
                found = Some(user).filter(|_| !is_removed);
            } else {
                let (member, has_ended) = versioned(item)?;
                memberships.extend(Some(member).filter(|_| !has_ended));
            }
        }
        Ok(found.map(|user| Person { user, memberships }))
    }

    async fn write_user(&self, user: &User, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::user(&user.user_id);
        Transaction::of(self, key, user, (seen, event))?.commit(self).await
    }

    async fn remove_user(&self, departure: &Departure<'_>) -> Result<Written, Outage> {
        let Departure { user, seen, email, memberships, event } = *departure;
        let id = &user.user_id;
        let mut change = Transaction::of_removed(self, table::user(id), user, (seen, event), None)?
            .and_delete(self, table::listed_user(id))?
            .and_free(self, table::email(email), id)?;
        for member in memberships {
            let tenant = &member.record.tenant_id;
            let (place, told) = (table::member(id, tenant), event.for_member(&member.record));
            change = change
                .and_removed(self, (place, &member.record), member.version, &told)?
                .and_delete(self, table::member_of_tenant(tenant, id))?;
        }
        change.commit(self).await
    }
}
