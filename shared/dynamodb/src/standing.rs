//! Everything that a decision needs, in one batch.

use postern_core::outage::Outage;
use postern_core::standing::{Standing, Subject};
use postern_core::store::LoadStanding;

use crate::grants::read_grant;
use crate::item::{read, take};
use crate::table::{self, DynamoStore, Item};

impl LoadStanding for DynamoStore {
    async fn load_standing(&self, subject: &Subject) -> Result<Standing, Outage> {
        let client = table::client(&subject.client_id);
        let tenant = table::tenant(&subject.tenant_id);
        let user = subject.user_id.as_ref().map(table::user);
        let member = subject.user_id.as_ref().map(|user| table::member(user, &subject.tenant_id));
        let grant = subject.grant_id.as_ref().map(table::grant);
        let token = subject.token_id.as_ref().map(table::revoked_token);
        let optional = [&user, &member, &grant, &token].into_iter().flatten();
        let keys: Vec<Item> = [&client, &tenant].into_iter().chain(optional).cloned().collect();
        let mut items = self.batch(keys).await?;
        let mut out_of_batch = |key: &Option<Item>| key.as_ref().and_then(|key| take(&mut items, key));
        Ok(Standing {
            client: out_of_batch(&Some(client)).map(read).transpose()?,
            tenant: out_of_batch(&Some(tenant)).map(read).transpose()?,
            user: out_of_batch(&user).map(read).transpose()?,
            member: out_of_batch(&member).map(read).transpose()?,
            grant: out_of_batch(&grant).map(read_grant).transpose()?,
            token_revoked: out_of_batch(&token).is_some(),
        })
    }
}
