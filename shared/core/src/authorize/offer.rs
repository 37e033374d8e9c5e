//! What a person can allow: their tenants, each with the scopes that the client would get there.

use super::AuthorizeStore;
use super::interaction::AuthorizationRequest;
use super::page::PageError;
use crate::api::Catalogue;
use crate::client::Client;
use crate::connection::{Connection, grantable, kept, lost};
use crate::id::TenantId;
use crate::param::ScopeSet;
use crate::server::Server;
use crate::session::SignedIn;
use crate::tenant::Tenant;

/// One tenant, and what the client would get there.
pub(super) struct Offer {
    pub(super) tenant: Tenant,
    /// Empty where the person may allow nothing of what was asked, or the tenant lets no such client in.
    pub(super) scopes: ScopeSet,
    /// What a platform keeps of a connection that it has already, though the person could not allow it.
    pub(super) kept: ScopeSet,
    /// What it can no longer do there after this.
    pub(super) lost: ScopeSet,
}

/// The active tenants of which the person is an active member (S01). A client that nobody vouched for is offered those alone
/// that let it in, or where there is none the others with nothing to allow.
///
/// A platform is offered those alone that are live, or for tests, as it is (S13), with what the person's role and the
/// tenant's features permit of the scopes asked for: a connection outlives whoever made it, and nobody hands out more
/// than they have.
pub(super) async fn load_offers<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
) -> Result<Vec<Offer>, PageError> {
    let memberships = signed_in.account.memberships.iter().filter(|member| member.active);
    let ids: Vec<TenantId> = memberships.map(|member| member.tenant_id.clone()).collect();
    let tenants = server.store.load_tenants(&ids).await?.into_iter().filter(|tenant| tenant.active);
    if !request.connects {
        return Ok(to_allow(request, tenants));
    }
    let client = load_platform(server, request).await?;
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let catalogue = apis.get(&request.audience).map_or(&empty, |api| &api.catalogue);
    let tenants: Vec<Tenant> = tenants.filter(|tenant| tenant.livemode == client.livemode).collect();
    let ids: Vec<TenantId> = tenants.iter().map(|tenant| tenant.tenant_id.clone()).collect();
    let connections = server.store.load_connections_with(&client.client_id, &ids).await?;
    let offer = |tenant: Tenant| {
        let connection = connections.iter().find(|it| it.tenant_id == tenant.tenant_id && it.is_active());
        to_connect((request, catalogue), tenant, signed_in, connection)
    };
    Ok(tenants.into_iter().map(offer).collect())
}

fn to_allow(request: &AuthorizationRequest, tenants: impl Iterator<Item = Tenant>) -> Vec<Offer> {
    let is_open = |tenant: &Tenant| tenant.unverified_clients || !request.unverified;
    let (open, closed): (Vec<_>, Vec<_>) = tenants.partition(is_open);
    let (tenants, scopes) =
        if open.is_empty() { (closed, ScopeSet::default()) } else { (open, request.scopes.clone()) };
    let offer = |tenant| Offer {
        tenant,
        scopes: scopes.clone(),
        kept: ScopeSet::default(),
        lost: ScopeSet::default(),
    };
    tenants.into_iter().map(offer).collect()
}

/// The platform, which stands only while its own tenant does (S16).
async fn load_platform<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    request: &AuthorizationRequest,
) -> Result<Client, PageError> {
    let client = server.client(&request.client_id).await?.filter(|client| client.is_live(server.now()));
    let client = client.ok_or(PageError::Client)?;
    let home = match &client.tenant {
        Some(home) => server.store.load_tenants(std::slice::from_ref(home)).await?.pop(),
        None => None,
    };
    if home.is_some_and(|home| home.active) { Ok(client) } else { Err(PageError::Client) }
}

/// What the person can give away, and what becomes of what the platform has already.
fn to_connect(
    (request, catalogue): (&AuthorizationRequest, &Catalogue),
    tenant: Tenant,
    signed_in: &SignedIn,
    connection: Option<&Connection>,
) -> Offer {
    let nothing = ScopeSet::default();
    let held = connection.and_then(|it| it.scopes_for(&request.audience)).unwrap_or(&nothing);
    let mut members = signed_in.account.memberships.iter().filter(|member| member.active);
    let role = members.find(|member| member.tenant_id == tenant.tenant_id).map(|member| member.role.as_str());
    let Some(role) = role else {
        return Offer { tenant, scopes: nothing.clone(), kept: nothing.clone(), lost: nothing };
    };
    let scopes = grantable(catalogue, (&tenant, role), &request.scopes);
    let kept = kept(catalogue, (&tenant, role), held);
    let after: ScopeSet = scopes.iter().chain(kept.iter()).cloned().collect();
    let lost = lost(catalogue, held, &after);
    Offer { tenant, scopes, kept, lost }
}
