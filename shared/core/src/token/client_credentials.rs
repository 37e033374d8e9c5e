//! `grant_type=client_credentials` (RFC 6749 section 4.4): a server acts for its tenant. No refresh token (T14).

use futures_util::future::try_join;
use postern_jose::Vault;

use super::issue::{Holder, Order, mint};
use super::possession::Possession;
use super::request::ClientCredentialsRequest;
use super::{TokenError, TokenStore, verify_may_use};
use crate::audit::{self, Actor, Event, Kind};
use crate::client::{GrantType, PresentedClient, authenticate};
use crate::http::Call;
use crate::id::TenantId;
use crate::server::Server;

pub(super) async fn grant<S: TokenStore, V: Vault>(
    server: &Server<S, V>,
    request: &ClientCredentialsRequest,
    (presented, possession): (PresentedClient, Possession),
    call: &Call,
) -> Result<String, TokenError> {
    let keys = server.credential_keys().await?;
    let client = server.client(presented.client_id()).await?;
    let authenticated = authenticate(server, presented, client, &keys, call).await?;
    verify_may_use(&authenticated, GrantType::ClientCredentials)?;
    let client = authenticated.client();
    let sender = &possession.verify(server, client, &keys)?;
    // Every token is bound to exactly one tenant (R16): a client without one has nothing to act for.
    let tenant = client.tenant.as_ref().ok_or(TokenError::UnauthorizedClient)?;
    let apis = server.apis().await?;
    let target = apis.target(&request.resources, &server.settings.audience).ok_or(TokenError::Target)?;
    if !target.allows(client, &request.scope) || request.scope.contains("openid") {
        return Err(TokenError::Scope);
    }
    let holder = Holder::Client { tenant, audience: target.audience };
    let order = Order { client, holder, scopes: &request.scope, sender };
    let (minted, ()) = try_join(mint(server, &order), load_tenant(server, tenant)).await?;
    let answer = minted.answer_without_commit()?;
    server.verify_time_left(call)?;
    let actor = Actor::Client(client.client_id.clone());
    let event = Event::new(Kind::ClientTokenIssued, actor, call, server.now())
        .in_tenant(tenant)
        .with_client(&client.client_id)
        .with("scope", &request.scope)
        .with("audience", target.audience);
    // No token without a trace.
    let _receipt = audit::record(server, &event).await?;
    tracing::info!(event = "token_issued", grant_type = "client_credentials", client_id = %client.client_id, %tenant);
    Ok(answer)
}

/// Nobody gets a token for a suspended tenant (S16).
async fn load_tenant<S: TokenStore, V>(server: &Server<S, V>, id: &TenantId) -> Result<(), TokenError> {
    let tenant = server.tenant(id).await?;
    if tenant.is_some_and(|tenant| tenant.active) { Ok(()) } else { Err(TokenError::UnauthorizedClient) }
}
