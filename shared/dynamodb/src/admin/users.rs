//! People's accounts.

use postern_core::audit::Event;
use postern_core::id::UserId;
use postern_core::outage::Outage;
use postern_core::store::{Departure, Listing, ManageUsers, Person, Seen, Window, Written};
use postern_core::tenant::User;

use super::transaction::{Transaction, versioned};
use crate::item::take;
use crate::people::AccountItems;
use crate::table::{self, DynamoStore, Item, USERS};

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
        let AccountItems { user, members } = self.account_items(id).await?;
        let user = user.map(versioned).transpose()?.filter(|(_, is_removed)| !is_removed);
        let Some((user, _)) = user else { return Ok(None) };
        let mut memberships = Vec::new();
        for item in members {
            let (member, has_ended) = versioned(item)?;
            memberships.extend(Some(member).filter(|_| !has_ended));
        }
        Ok(Some(Person { user, memberships }))
    }

    async fn write_user(&self, user: &User, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::user(&user.user_id);
        Transaction::of(self, key, user, (seen, event))?.commit_beside_others(self).await
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
        change.commit_beside_others(self).await
    }
}
