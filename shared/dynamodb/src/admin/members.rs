//! Members.

use postern_core::audit::Event;
use postern_core::id::{TenantId, UserId};
use postern_core::outage::Outage;
use postern_core::store::{Listing, ManageMembers, Membership, Newcomer, Seen, Versioned, Window, Written};
use postern_core::tenant::{Member, User};

use super::transaction::{Transaction, versioned};
use crate::item::{read, take, write};
use crate::people::EmailPointer;
use crate::table::{self, DynamoStore, Item, OF_MEMBER};

impl ManageMembers for DynamoStore {
    async fn list_members(
        &self,
        tenant: &TenantId,
        window: Window<'_>,
    ) -> Result<Listing<Membership>, Outage> {
        let named = self.names(&table::tenant_partition(tenant), OF_MEMBER, window).await?;
        let ids: Vec<_> = named.items.iter().filter_map(|id| UserId::parse(id).ok()).collect();
        let keys = ids.iter().flat_map(|id| [table::user(id), table::member(id, tenant)]);
        let mut items = self.batch(keys.collect()).await?;
        let mut found = Vec::with_capacity(ids.len());
        for id in &ids {
            let user = take(&mut items, &table::user(id));
            let member = take(&mut items, &table::member(id, tenant));
            if let (Some(user), Some(member)) = (user, member) {
                found.extend(membership(user, read(member)?)?);
            }
        }
        Ok(Listing { items: found, next: named.next })
    }

    async fn read_member(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Option<Versioned<Membership>>, Outage> {
        let keys = (table::user(user), table::member(user, tenant));
        let mut items = self.batch(vec![keys.0.clone(), keys.1.clone()]).await?;
        let (Some(person), Some(member)) = (take(&mut items, &keys.0), take(&mut items, &keys.1)) else {
            return Ok(None);
        };
        let (member, is_removed) = versioned::<Member>(member)?;
        if is_removed {
            return Ok(None);
        }
        let record = membership(person, member.record)?;
        Ok(record.map(|record| Versioned { record, version: member.version }))
    }

    async fn ended_member(
        &self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Option<Versioned<Member>>, Outage> {
        let item = self.one(table::member(user, tenant)).await?;
        let found = item.map(versioned).transpose()?;
        Ok(found.filter(|(_, is_removed)| *is_removed).map(|(member, _)| member))
    }

    async fn add_member(&self, newcomer: &Newcomer<'_>) -> Result<Written, Outage> {
        let member = newcomer.member;
        let key = table::member(&member.user_id, &member.tenant_id);
        let mut change = Transaction::of(self, key, member, (newcomer.seen, newcomer.event))?;
        let listed = table::member_of_tenant(&member.tenant_id, &member.user_id);
        change = change.and_put(self, listed, None)?;
        if let Some((user, event)) = newcomer.account {
            change = change.and_new(self, (table::user(&user.user_id), user), event)?;
            change = change.and_put(self, table::listed_user(&user.user_id), None)?;
            // Nobody takes an address that is somebody's.
            let pointer = EmailPointer { user_id: user.user_id.clone() };
            let claim = write(table::email(&user.email), &pointer, None)?;
            change = change.and_put(self, claim, Some(None))?;
        }
        change.commit(self).await
    }

    async fn change_member(&self, member: &Member, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::member(&member.user_id, &member.tenant_id);
        Transaction::of(self, key, member, (seen, event))?.commit(self).await
    }

    async fn end_member(&self, member: &Member, seen: Seen, event: &Event) -> Result<Written, Outage> {
        let key = table::member(&member.user_id, &member.tenant_id);
        let change = Transaction::of_removed(self, key, member, (seen, event), None)?;
        let listed = table::member_of_tenant(&member.tenant_id, &member.user_id);
        change.and_delete(self, listed)?.commit(self).await
    }
}

/// Without the password: nobody here needs it. `None` where the person was removed just as they were added.
fn membership(user: Item, member: Member) -> Result<Option<Membership>, Outage> {
    let (user, is_removed) = versioned::<User>(user)?;
    let user = User { password: None, ..user.record };
    Ok((!is_removed).then_some(Membership { user, member }))
}
