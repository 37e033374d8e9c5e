//! Everything that a decision needs, in one batch.

use postern_core::client::Client;
use postern_core::id::TokenId;
use postern_core::outage::Outage;
use postern_core::standing::{Actor, Standing, Subject};
use postern_core::store::LoadStanding;
use postern_core::tenant::{Tenant, User};

use crate::grants::read_grant;
use crate::item::{read, take};
use crate::table::{self, DynamoStore, Item};

/// Where everybody is whom a subject names.
struct Addresses {
    tenant: Item,
    client: Option<Item>,
    origin: Option<Item>,
    home: Option<Item>,
    user: Option<Item>,
    member: Option<Item>,
    grant: Option<Item>,
    pat: Option<Item>,
    connection: Option<Item>,
    token: Option<Item>,
    /// The token that this one was exchanged for.
    source: Option<Item>,
}

impl Addresses {
    fn of(subject: &Subject) -> Self {
        let tenant_id = &subject.tenant_id;
        let pat = match &subject.actor {
            Actor::Pat { user_id, pat_id } => Some(table::pat(user_id, pat_id)),
            Actor::Client { .. } | Actor::Platform { .. } | Actor::User { .. } => None,
        };
        let connected = subject.account_id().and(subject.client_id());
        Self {
            tenant: table::tenant(tenant_id),
            client: subject.client_id().map(table::client),
            origin: subject.origin().filter(|it| Some(*it) != subject.client_id()).map(table::client),
            // A platform may be connected to itself: no batch names an item twice.
            home: subject.home().filter(|home| *home != tenant_id).map(table::tenant),
            user: subject.user_id().map(table::user),
            member: subject.user_id().map(|user| table::member(user, tenant_id)),
            grant: subject.grant_id().map(table::grant),
            pat,
            connection: connected.map(|client| table::connection(tenant_id, client)),
            token: subject.token_id.as_ref().map(table::revoked_token),
            source: subject.token_id.as_ref().and_then(TokenId::source).as_ref().map(table::revoked_token),
        }
    }

    fn keys(&self) -> Vec<Item> {
        let Self { tenant, client, origin, home, user, member, grant, pat, connection, token, source } = self;
        let optional = [client, origin, home, user, member, grant, pat, connection, token, source];
        [tenant].into_iter().chain(optional.into_iter().flatten()).cloned().collect()
    }
}

impl LoadStanding for DynamoStore {
    async fn load_standing(&self, subject: &Subject) -> Result<Standing, Outage> {
        let at = Addresses::of(subject);
        let mut items = self.batch(at.keys()).await?;
        let mut out_of_batch = |key: &Option<Item>| key.as_ref().and_then(|key| take(&mut items, key));
        // What is remembered between requests holds no secrets at rest.
        let without_secrets = |client: Client| Client { secrets: Vec::new(), ..client };
        let client = out_of_batch(&at.client).map(read).transpose()?.map(without_secrets);
        let origin = out_of_batch(&at.origin).map(read).transpose()?.map(without_secrets);
        let to_itself = subject.origin().is_some() && subject.origin() == subject.client_id();
        let user = out_of_batch(&at.user).map(read::<User>).transpose()?;
        let home: Option<Tenant> = out_of_batch(&at.home).map(read).transpose()?;
        let tenant: Option<Tenant> = out_of_batch(&Some(at.tenant)).map(read).transpose()?;
        Ok(Standing {
            origin: if to_itself { client.clone() } else { origin },
            client,
            user: user.map(|user| User { password: None, ..user }),
            home: if subject.home() == Some(&subject.tenant_id) { tenant.clone() } else { home },
            tenant,
            member: out_of_batch(&at.member).map(read).transpose()?,
            grant: out_of_batch(&at.grant).map(read_grant).transpose()?,
            pat: out_of_batch(&at.pat).map(read).transpose()?,
            connection: out_of_batch(&at.connection).map(read).transpose()?,
            token_revoked: out_of_batch(&at.token).is_some() || out_of_batch(&at.source).is_some(),
        })
    }
}
