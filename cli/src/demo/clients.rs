//! One client of each kind.

use postern_core::account::AUDIENCE_PATH;
use postern_core::audit::Kind;
use postern_core::client::{Client, ClientKind, ClientSecret, Entitlements, GrantType};
use postern_core::credential::CredentialKeys;
use postern_core::entropy::Entropy;
use postern_core::id::{ClientId, TenantId};
use postern_core::param::{RedirectUri, ScopeSet};
use postern_core::store::Provision;
use postern_dynamodb::DynamoStore;
use serde::Serialize;

use super::people::DemoTenant;
use crate::bootstrap::{Failure, told};
use crate::outputs::Outputs;

const API: &str = "contact.read contact.write contact.delete contact.all";
const USER: &str = "openid profile email address phone offline_access contact.read contact.write contact.delete contact.all mcp.use";
/// Of the application in which members manage what is theirs.
const MEMBER: &str = "openid account account.invitations";
const CALLBACKS: [&str; 2] = ["http://localhost:3000/callback", "http://127.0.0.1/callback"];

#[derive(Serialize)]
pub(crate) struct DemoClients {
    web: DemoClient,
    spa: DemoClient,
    service: DemoClient,
    platform: DemoClient,
    dashboard: DemoClient,
}

#[derive(Serialize)]
struct DemoClient {
    client_id: ClientId,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    redirect_uris: Vec<RedirectUri>,
    scopes: Vec<String>,
}

struct Plan<'a> {
    name: &'a str,
    kind: ClientKind,
    tenant: Option<&'a TenantId>,
    /// The API that it may ask for, besides OpenID Connect.
    audience: &'a str,
    scopes: &'a str,
    /// The MCP server that it may use too.
    mcp: Option<&'a str>,
}

/// Writes the clients.
pub(crate) async fn write(
    store: &DynamoStore,
    (keys, entropy): (&CredentialKeys, &dyn Entropy),
    outputs: &Outputs,
    tenants: &[DemoTenant],
) -> Result<DemoClients, Failure> {
    let [customer, _, platform] = tenants else { return Err("three tenants expected".into()) };
    let audience = outputs.audience.as_str();
    let plan = |name, kind, tenant, scopes| Plan { name, kind, tenant, audience, scopes, mcp: None };
    let mcp_audience = format!("{}/mcp", outputs.api);
    let app = |name, kind| Plan { mcp: Some(&mcp_audience), ..plan(name, kind, None, USER) };
    let account = &format!("{}{AUDIENCE_PATH}", outputs.issuer);
    let dashboard = plan("Demo dashboard", ClientKind::Spa, None, MEMBER);
    let make = |plan| create(store, keys, entropy, plan);
    Ok(DemoClients {
        web: make(app("Demo web app", ClientKind::Web)).await?,
        spa: make(app("Demo browser app", ClientKind::Spa)).await?,
        service: make(plan("Demo service", ClientKind::Service, Some(&customer.id), API)).await?,
        platform: make(plan("Demo platform", ClientKind::Platform, Some(&platform.id), USER)).await?,
        dashboard: make(Plan { audience: account, ..dashboard }).await?,
    })
}

fn grant_types(kind: ClientKind) -> Vec<GrantType> {
    use GrantType::{AuthorizationCode, ClientCredentials, RefreshToken};
    match kind {
        ClientKind::Web | ClientKind::Spa | ClientKind::Native => vec![AuthorizationCode, RefreshToken],
        ClientKind::Service => vec![ClientCredentials],
        ClientKind::Platform => vec![AuthorizationCode, RefreshToken, ClientCredentials],
    }
}

fn rights(plan: &Plan<'_>, scopes: &ScopeSet) -> Result<Entitlements, Failure> {
    let rights = Entitlements::of(plan.audience, scopes);
    let Some(mcp) = plan.mcp else { return Ok(rights) };
    Ok(rights.with_api(mcp, ScopeSet::parse("mcp.use").map_err(|_| "scopes")?))
}

async fn create(
    store: &DynamoStore,
    keys: &CredentialKeys,
    entropy: &dyn Entropy,
    plan: Plan<'_>,
) -> Result<DemoClient, Failure> {
    let client_id = ClientId::generate(entropy);
    let scopes = ScopeSet::parse(plan.scopes).map_err(|_| "scopes")?;
    let callbacks =
        CALLBACKS.into_iter().filter(|_| plan.kind != ClientKind::Service).map(RedirectUri::register);
    let redirect_uris: Vec<RedirectUri> = callbacks.collect::<Result<_, _>>()?;
    let mut client = Client {
        name: plan.name.to_owned(),
        tenant: plan.tenant.cloned(),
        redirect_uris: redirect_uris.clone(),
        grant_types: grant_types(plan.kind),
        entitlements: rights(&plan, &scopes)?,
        ..Client::blank(client_id.clone(), plan.kind)
    };
    let mut client_secret = None;
    if !client.is_public() {
        let (text, secret) = ClientSecret::generate(&client_id, keys, entropy);
        client.secrets.push(secret);
        client_secret = Some(text.to_string());
    }
    let event = told(Kind::ClientCreated).about_client(&client);
    let _receipt = store.put_client(&client, &event).await?;
    let scopes = scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    Ok(DemoClient { client_id, client_secret, redirect_uris, scopes })
}
