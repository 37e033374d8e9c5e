//! Two customers and a platform; an owner and a reader at the first, an owner at the second.

use std::collections::BTreeMap;

use postern_core::audit::Kind;
use postern_core::clock::Timestamp;
use postern_core::credential::{CredentialKeys, Password, PasswordHash};
use postern_core::entropy::{Entropy, alphanumeric};
use postern_core::id::{TenantId, UserId};
use postern_core::openid::{Address, Profile};
use postern_core::store::Provision;
use postern_core::tenant::{Account, Member, Tenant, User};
use postern_dynamodb::DynamoStore;
use serde::Serialize;

use crate::bootstrap::{Failure, told};

#[derive(Serialize)]
pub(crate) struct DemoTenant {
    pub(crate) id: TenantId,
    pub(crate) name: &'static str,
}

#[derive(Serialize)]
pub(crate) struct DemoUser {
    email: &'static str,
    password: String,
    tenant: TenantId,
    role: &'static str,
}

/// Address, name, index of the tenant, role.
const PEOPLE: [(&str, &str, usize, &str); 3] = [
    ("olivia@acme.example", "Olivia Owner", 0, "owner"),
    ("robin@acme.example", "Robin Reader", 0, "reader"),
    ("gloria@globex.example", "Gloria Owner", 1, "owner"),
];

/// Writes tenants and users.
pub(crate) async fn write(
    store: &DynamoStore,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<(Vec<DemoTenant>, Vec<DemoUser>), Failure> {
    let mut tenants = Vec::new();
    for name in ["Acme", "Globex", "Harbour Platform"] {
        let id = TenantId::generate(entropy);
        let tenant = Tenant::new(id.clone(), name.to_owned(), roles(), now);
        let event = told(Kind::TenantCreated).in_tenant(&id);
        let _receipt = store.put_tenant(&tenant, &event).await?;
        tenants.push(DemoTenant { id, name });
    }
    let mut users = Vec::new();
    for (email, name, tenant, role) in PEOPLE {
        let tenant = tenants.get(tenant).ok_or("no such tenant")?.id.clone();
        // Nobody's default: each bootstrap makes its own.
        let password = alphanumeric(entropy, 20);
        let user = user((email, name), &password, keys, entropy)?;
        let user_id = user.user_id.clone();
        let (tenant_id, role_name) = (tenant.clone(), role.to_owned());
        let member = Member { user_id, tenant_id, role: role_name, active: true, not_before: now };
        let event = told(Kind::UserCreated).to_user(&user.user_id);
        let _receipt = store.put_account(&Account { user, memberships: vec![member] }, &event).await?;
        users.push(DemoUser { email, password, tenant, role });
    }
    Ok((tenants, users))
}

fn user(
    (email, name): (&str, &str),
    password: &str,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
) -> Result<User, Failure> {
    let typed = Password::parse(password).ok_or("no password")?;
    let hash = PasswordHash::create(&typed, keys, entropy).ok_or("argon2 refused its parameters")?;
    Ok(User {
        user_id: UserId::generate(entropy),
        email: email.to_owned(),
        email_verified: true,
        name: name.to_owned(),
        password: Some(hash),
        active: true,
        not_before: Timestamp::from_secs(0),
        profile: profile(name),
    })
}

/// Something for every scope of OpenID Connect. The number is of a range that nobody has.
fn profile(name: &str) -> Profile {
    let (given_name, family_name) = name.split_once(' ').unwrap_or((name, ""));
    let text = |text: &str| Some(text.to_owned());
    Profile {
        given_name: text(given_name),
        family_name: text(family_name),
        zoneinfo: text("Europe/London"),
        locale: text("en-GB"),
        phone_number: text("+442079460123"),
        address: Some(Address { locality: text("London"), country: text("GB"), ..Address::default() }),
        ..Profile::default()
    }
}

fn roles() -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([
        ("owner".to_owned(), vec!["*".to_owned()]),
        (
            "reader".to_owned(),
            ["contact.read", "mcp.use", "account", "account.invitations"].map(str::to_owned).to_vec(),
        ),
    ])
}
