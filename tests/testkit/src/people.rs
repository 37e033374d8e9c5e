//! Tenants and people: an owner and a reader at Acme, an owner at Globex, somebody who belongs to both, and an owner of
//! a tenant for tests; the tenants of two platforms have nobody.

use std::collections::BTreeMap;

use postern_core::audit::Kind;
use postern_core::clock::Timestamp;
use postern_core::credential::{CredentialKeys, Password, PasswordHash};
use postern_core::entropy::Entropy;
use postern_core::id::{TenantId, UserId};
use postern_core::openid::Profile;
use postern_core::store::Provision;
use postern_core::tenant::{Account, Member, Tenant, User};
use postern_dynamodb::DynamoStore;

use crate::operator::told;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// Somebody who can sign in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The `sub` of their tokens.
    pub user_id: UserId,
    /// The address that they sign in with.
    pub email: &'static str,
    /// The name that `profile` shows.
    pub name: &'static str,
}

/// The people of a world.
#[derive(Clone, Debug)]
pub struct People {
    /// Owner at Acme: may do everything there.
    pub olivia: Person,
    /// Reader at Acme: may read contacts, and manage what is theirs.
    pub robin: Person,
    /// Owner at Globex.
    pub gloria: Person,
    /// Owner at both.
    pub bo: Person,
    /// Owner of the tenant for tests.
    pub tess: Person,
}

/// The tenants of a world.
#[derive(Clone, Debug)]
pub struct Tenants {
    /// Where most tests happen.
    pub acme: TenantId,
    /// Somebody else's.
    pub globex: TenantId,
    /// For tests: not live.
    pub trial: TenantId,
    /// The first platform's own.
    pub harbour: TenantId,
    /// The second platform's own.
    pub rival: TenantId,
    /// The operators' own. Nobody is a member.
    pub operators: TenantId,
}

/// Writes tenants and people.
pub(crate) async fn write(
    store: &DynamoStore,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
) -> (Tenants, People) {
    let acme = tenant(store, entropy, "Acme").await;
    let globex = tenant(store, entropy, "Globex").await;
    let operators = operators(store, entropy).await;
    // Hashing takes 20 ms: one hash serves everybody.
    let password = Password::parse(PASSWORD).expect("a password");
    let hash = PasswordHash::create(&password, keys, entropy).expect("a hash");
    let writer = Writer { store, entropy, hash };
    let olivia = writer.person(("olivia@acme.test", "Olivia Owner"), &[(&acme, "owner")]).await;
    let robin = writer.person(("robin@acme.test", "Robin Reader"), &[(&acme, "reader")]).await;
    let gloria = writer.person(("gloria@globex.test", "Gloria Owner"), &[(&globex, "owner")]).await;
    let bo = writer.person(("bo@both.test", "Bo Both"), &[(&acme, "owner"), (&globex, "owner")]).await;
    let trial = tenant_in_mode(store, entropy, ("Trial", false)).await;
    let tess = writer.person(("tess@trial.test", "Tess Tester"), &[(&trial, "owner")]).await;
    let harbour = tenant(store, entropy, "Harbour").await;
    let rival = tenant(store, entropy, "Rival").await;
    (Tenants { acme, globex, trial, harbour, rival, operators }, People { olivia, robin, gloria, bo, tess })
}

async fn tenant(store: &DynamoStore, entropy: &dyn Entropy, name: &str) -> TenantId {
    tenant_in_mode(store, entropy, (name, true)).await
}

async fn tenant_in_mode(
    store: &DynamoStore,
    entropy: &dyn Entropy,
    (name, livemode): (&str, bool),
) -> TenantId {
    let tenant_id = TenantId::generate(entropy);
    let roles = BTreeMap::from([
        ("owner".to_owned(), vec!["*".to_owned()]),
        ("reader".to_owned(), ["contact.read", "account", "account.invitations"].map(str::to_owned).to_vec()),
    ]);
    let mut tenant = Tenant::new(tenant_id.clone(), name.to_owned(), roles, Timestamp::from_secs(0));
    tenant.livemode = livemode;
    let event = told(Kind::TenantCreated).in_tenant(&tenant_id);
    let _receipt = store.put_tenant(&tenant, &event).await.expect("tenant");
    tenant_id
}

async fn operators(store: &DynamoStore, entropy: &dyn Entropy) -> TenantId {
    let tenant_id = TenantId::generate(entropy);
    let roles = BTreeMap::from([("admin".to_owned(), vec!["*".to_owned()])]);
    let mut tenant = Tenant::new(tenant_id.clone(), "Operators".to_owned(), roles, Timestamp::from_secs(0));
    tenant.operator = true;
    let event = told(Kind::TenantCreated).in_tenant(&tenant_id);
    let _receipt = store.put_tenant(&tenant, &event).await.expect("tenant");
    tenant_id
}

struct Writer<'a> {
    store: &'a DynamoStore,
    entropy: &'a dyn Entropy,
    hash: PasswordHash,
}

impl Writer<'_> {
    async fn person(
        &self,
        (email, name): (&'static str, &'static str),
        roles: &[(&TenantId, &str)],
    ) -> Person {
        let user_id = UserId::generate(self.entropy);
        let user = User {
            user_id: user_id.clone(),
            email: email.to_owned(),
            email_verified: true,
            name: name.to_owned(),
            password: Some(self.hash.clone()),
            active: true,
            not_before: Timestamp::from_secs(0),
            profile: Profile::default(),
        };
        let member = |(tenant, role): &(&TenantId, &str)| Member {
            user_id: user_id.clone(),
            tenant_id: (*tenant).clone(),
            role: (*role).to_owned(),
            active: true,
            not_before: Timestamp::from_secs(0),
        };
        let account = Account { user, memberships: roles.iter().map(member).collect() };
        let event = told(Kind::UserCreated).to_user(&user_id);
        let _receipt = self.store.put_account(&account, &event).await.expect("account");
        Person { user_id, email, name }
    }
}
