//! Invitations: each lies with its address, and the tenant's list names the address.

use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::id::{InvitationId, TenantId, UserId};
use postern_core::invitation::Invitation;
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::store::{
    Acceptance, AnswerInvitations, Listing, ManageInvitations, Seat, Seen, Versioned, Window, Written,
};
use serde::{Deserialize, Serialize};

use super::transaction::{Transaction, versioned};
use crate::fault::outage;
use crate::item::{read, take, text, write};
use crate::table::{self, DynamoStore, INVITATION, Item};

/// How many invitations of one address are read.
const MAX_OF_ADDRESS: i32 = 100;

/// Who was invited, in the tenant's list.
#[derive(Serialize, Deserialize)]
struct Invited {
    email: String,
}

fn key(invitation: &Invitation) -> Item {
    table::invitation(&invitation.email, &invitation.tenant_id)
}

/// Kept for a while, so that the same answer can be given to whoever asks twice.
fn swept_at(invitation: &Invitation) -> Timestamp {
    invitation.expires_at.plus(RETENTION)
}

impl ManageInvitations for DynamoStore {
    async fn list_invitations(
        &self,
        tenant: &TenantId,
        window: Window<'_>,
    ) -> Result<Listing<Invitation>, Outage> {
        let named = self.names(&table::tenant_partition(tenant), INVITATION, window).await?;
        let ids: Vec<_> = named.items.iter().filter_map(|id| InvitationId::parse(id).ok()).collect();
        let listed =
            self.batch(ids.iter().map(|id| table::invitation_of_tenant(tenant, id)).collect()).await?;
        let listed = listed.into_iter().map(read).collect::<Result<Vec<Invited>, Outage>>()?;
        let mut keys: Vec<_> = listed.iter().map(|it| table::invitation(&it.email, tenant)).collect();
        keys.sort_by_key(|key| key.get("PK").and_then(|it| it.as_s().ok()).cloned());
        keys.dedup();
        let items = self.batch(keys).await?;
        let mut found = items.into_iter().map(read).collect::<Result<Vec<Invitation>, Outage>>()?;
        // An address that was invited again has another name now.
        found.retain(|it| ids.contains(&it.invitation_id));
        found.sort_by(|a, b| a.invitation_id.cmp(&b.invitation_id));
        Ok(Listing { items: found, next: named.next })
    }

    async fn read_invitation(
        &self,
        tenant: &TenantId,
        id: &InvitationId,
    ) -> Result<Option<Versioned<Invitation>>, Outage> {
        let listed = self.one(table::invitation_of_tenant(tenant, id)).await?;
        let Some(Invited { email }) = listed.map(read).transpose()? else { return Ok(None) };
        let found = self.find_invitation(tenant, &email).await?;
        Ok(found.filter(|it| it.record.invitation_id == *id))
    }

    async fn find_invitation(
        &self,
        tenant: &TenantId,
        email: &str,
    ) -> Result<Option<Versioned<Invitation>>, Outage> {
        let item = self.one(table::invitation(email, tenant)).await?;
        Ok(item.map(versioned).transpose()?.map(|(invitation, _)| invitation))
    }

    async fn write_invitation(
        &self,
        invitation: &Invitation,
        seen: Seen,
        event: &Event,
    ) -> Result<Written, Outage> {
        let ttl = swept_at(invitation);
        let change = Transaction::of_expiring(self, (key(invitation), ttl), invitation, (seen, event))?;
        let listed = table::invitation_of_tenant(&invitation.tenant_id, &invitation.invitation_id);
        let listed = write(listed, &Invited { email: invitation.email.clone() }, Some(ttl))?;
        change.and_put(self, listed, None)?.commit(self).await
    }
}

impl AnswerInvitations for DynamoStore {
    async fn load_invitations(&self, email: &str) -> Result<Vec<Versioned<Invitation>>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("PK = :address AND begins_with(SK, :invitation)")
            .expression_attribute_values(":address", text(&table::address_partition(email)))
            .expression_attribute_values(":invitation", text(INVITATION))
            .limit(MAX_OF_ADDRESS);
        let items = request.send().await.map_err(outage)?.items.unwrap_or_default();
        items.into_iter().map(|item| Ok(versioned(item)?.0)).collect()
    }

    async fn load_seat(&self, user: &UserId, tenant: &TenantId) -> Result<Option<Seat>, Outage> {
        let key = table::member(user, tenant);
        let mut items = self.batch(vec![key.clone()]).await?;
        let Some(item) = take(&mut items, &key) else { return Ok(None) };
        let (member, ended) = versioned(item)?;
        Ok(Some(Seat { member, ended }))
    }

    async fn accept_invitation(&self, acceptance: &Acceptance<'_>) -> Result<Written, Outage> {
        let Acceptance { invitation, seen, member, seat, now, event } = *acceptance;
        let place = table::member(&member.user_id, &member.tenant_id);
        let change = Transaction::of(self, place, member, (seat, event))?;
        let ended = write(key(invitation), invitation, Some(swept_at(invitation)))?;
        let change = change.and_change_unexpired(self, ended, (seen, now))?;
        let listed = table::member_of_tenant(&member.tenant_id, &member.user_id);
        change.and_put(self, listed, None)?.commit(self).await
    }

    async fn decline_invitation(
        &self,
        invitation: &Invitation,
        seen: u64,
        event: &Event,
    ) -> Result<Written, Outage> {
        let place = (key(invitation), swept_at(invitation));
        Transaction::of_expiring(self, place, invitation, (Some(seen), event))?.commit(self).await
    }
}
