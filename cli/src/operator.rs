//! The operators' own tenant and its first client: whoever deploys begins with them, and nobody else can.

use std::collections::BTreeMap;

use postern_core::admin::{AUDIENCE_PATH, SCOPE};
use postern_core::audit::Kind;
use postern_core::client::{
    Client, ClientKind, ClientSecret, Entitlements, GrantType, Registration, SenderRules,
};
use postern_core::clock::{Clock as _, SystemClock, Timestamp};
use postern_core::credential::CredentialKeys;
use postern_core::entropy::OsEntropy;
use postern_core::id::{ClientId, TenantId};
use postern_core::label::parse_plain_label;
use postern_core::limit::Limits;
use postern_core::network::Networks;
use postern_core::openid::OpenIdClient;
use postern_core::param::ScopeSet;
use postern_core::store::{ManageTenants, Provision, Written};
use postern_core::tenant::Tenant;
use postern_dynamodb::DynamoStore;
use serde::{Deserialize, Serialize};

use crate::bootstrap::{Failure, told};

/// A client that administers everything. Holds a secret: no `Debug`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Operator {
    pub(crate) client_id: ClientId,
    pub(crate) client_secret: String,
}

/// Which operator a bootstrap is to make.
pub(crate) enum Wanted {
    Nobody,
    /// The first, in a tenant of this name.
    First(String),
    /// One more.
    Another,
}

/// A name for the operators' own tenant, by the rule for every tenant's.
pub(crate) fn parse_name(text: &str) -> Result<String, String> {
    let rule = "it must be 1 to 100 characters, without markup, control and direction characters";
    parse_plain_label(text).ok_or_else(|| rule.to_owned())
}

/// Makes whom it is to make; `None` where nobody was added.
pub(crate) async fn make(
    store: &DynamoStore,
    keys: &CredentialKeys,
    (issuer, wanted): (&str, &Wanted),
) -> Result<Option<Operator>, Failure> {
    match wanted {
        Wanted::Nobody => Ok(None),
        Wanted::First(name) => ensure(store, keys, (issuer, name)).await,
        Wanted::Another => another(store, keys, issuer).await.map(Some),
    }
}

/// Makes both, with rights at the admin API of `issuer`, unless they were made before: then `None`, and nothing is added.
/// Two at once cannot make them twice: the tenant has one identifier, and the write of the second is refused.
async fn ensure(
    store: &DynamoStore,
    keys: &CredentialKeys,
    (issuer, name): (&str, &str),
) -> Result<Option<Operator>, Failure> {
    let id = tenant_id()?;
    if store.read_tenant(&id).await?.is_some() {
        return Ok(None);
    }
    let roles = BTreeMap::from([("admin".to_owned(), vec!["*".to_owned()])]);
    let tenant = Tenant::new(id.clone(), name.to_owned(), roles, SystemClock.now());
    let tenant = Tenant { operator: true, ..tenant };
    // The client first: without the tenant it can do nothing, and with it there must be one.
    let operator = write_client(store, keys, (issuer, &id)).await?;
    let event = told(Kind::TenantCreated).in_tenant(&id);
    match store.write_tenant(&tenant, None, &event).await? {
        Written::Committed(_receipt) => Ok(Some(operator)),
        Written::Conflict => Ok(None),
    }
}

/// The operators' own tenant.
fn tenant_id() -> Result<TenantId, Failure> {
    Ok(TenantId::parse("ten_operators")?)
}

/// Makes both, or one more client where they were made before: for sample data, whose secrets were thrown away.
pub(crate) async fn ensure_another(
    store: &DynamoStore,
    keys: &CredentialKeys,
    issuer: &str,
) -> Result<Operator, Failure> {
    match ensure(store, keys, (issuer, "Operators")).await? {
        Some(operator) => Ok(operator),
        None => write_client(store, keys, (issuer, &tenant_id()?)).await,
    }
}

/// Makes one more client, where the secrets of the others are lost. Fails where there are no operators yet.
async fn another(store: &DynamoStore, keys: &CredentialKeys, issuer: &str) -> Result<Operator, Failure> {
    let id = tenant_id()?;
    match store.read_tenant(&id).await? {
        Some(_) => write_client(store, keys, (issuer, &id)).await,
        None => Err("there are no operators yet: use --operator <NAME>".into()),
    }
}

async fn write_client(
    store: &DynamoStore,
    keys: &CredentialKeys,
    (issuer, tenant): (&str, &TenantId),
) -> Result<Operator, Failure> {
    let audience = &format!("{issuer}{AUDIENCE_PATH}");
    let client_id = ClientId::generate(&OsEntropy);
    let (text, secret) = ClientSecret::generate(&client_id, keys, &OsEntropy);
    let client = Client {
        client_id: client_id.clone(),
        name: "First operator".to_owned(),
        kind: ClientKind::Service,
        tenant: Some(tenant.clone()),
        redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        entitlements: Entitlements::of(audience, &ScopeSet::parse(SCOPE).map_err(|_| "scopes")?),
        secrets: vec![secret],
        rotate_refresh_tokens: true,
        signing_algorithm: None,
        active: true,
        not_before: Timestamp::from_secs(0),
        networks: Networks::default(),
        livemode: true,
        limits: Limits::default(),
        sender: SenderRules::default(),
        registration: Registration::default(),
        openid: OpenIdClient::default(),
    };
    let event = told(Kind::ClientCreated).in_tenant(tenant).with_client(&client_id);
    let _receipt = store.put_client(&client, &event).await?;
    Ok(Operator { client_id, client_secret: text.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_tenant_has_a_name_as_every_other() {
        assert_eq!(parse_name(" Night Shift "), Ok("Night Shift".to_owned()));
        for bad in ["", "<b>Night Shift</b>", "Night\u{202e}Shift"] {
            assert!(parse_name(bad).is_err(), "{bad:?}");
        }
    }
}
