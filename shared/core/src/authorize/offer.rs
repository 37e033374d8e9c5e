//! What a person can allow: their tenants, each with the scopes that the client would get there.

use super::AuthorizeStore;
use super::interaction::AuthorizationRequest;
use super::page::PageError;
use crate::api::Catalogue;
use crate::id::TenantId;
use crate::param::ScopeSet;
use crate::server::Server;
use crate::session::SignedIn;
use crate::tenant::Tenant;

/// One tenant, and what the client would get there.
pub(super) struct Offer {
    pub(super) tenant: Tenant,
    /// Empty where the person may allow nothing of what was asked.
    pub(super) scopes: ScopeSet,
}

/// The active tenants of which the person is an active member (S01).
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
        return Ok(tenants.map(|tenant| Offer { tenant, scopes: request.scopes.clone() }).collect());
    }
    let client = server.client(&request.client_id).await?.filter(|client| client.active);
    let client = client.ok_or(PageError::Client)?;
    let (apis, empty) = (server.apis().await?, Catalogue::default());
    let catalogue = apis.get(&request.audience).map_or(&empty, |api| &api.catalogue);
    let tenants = tenants.filter(|tenant| tenant.livemode == client.livemode);
    let offer = |tenant: Tenant| {
        let scopes = grantable(&request.scopes, catalogue, &tenant, signed_in);
        Offer { tenant, scopes }
    };
    Ok(tenants.map(offer).collect())
}

/// What of the scopes the person can give away. Nothing where that is nothing of the API: a connection without a right
/// is none (S04).
fn grantable(asked: &ScopeSet, catalogue: &Catalogue, tenant: &Tenant, signed_in: &SignedIn) -> ScopeSet {
    let mut members = signed_in.account.memberships.iter().filter(|member| member.active);
    let Some(member) = members.find(|member| member.tenant_id == tenant.tenant_id) else {
        return ScopeSet::default();
    };
    let covered =
        |permissions: &[String], scope: &str| permissions.iter().any(|it| catalogue.permits(it, scope));
    let permitted = |scope: &str| {
        let feature = tenant.features.as_deref().is_none_or(|features| covered(features, scope));
        feature && covered(tenant.permissions(&member.role), scope)
    };
    let is_of_api = |scope: &str| catalogue.entries().keys().any(|it| it.as_str() == scope);
    // What is no scope of the API is one of OpenID Connect, which concerns the person alone.
    let scopes = catalogue.narrow(asked, |scope| !is_of_api(scope) || permitted(scope));
    if catalogue.knows_any(&scopes) { scopes } else { ScopeSet::default() }
}
