//! The end of an authorization: the grant is written, the code goes to the client.

use postern_jose::Vault;

use super::AuthorizeStore;
use super::interaction::{AuthorizationRequest, Interaction};
use super::offer::Offer;
use super::page::PageError;
use super::return_to::{Outbound, ReturnTo};
use super::visit::tie;
use crate::audit::{Actor, Event, Kind as EventKind, SeenNetworks};
use crate::client::Client;
use crate::clock::Timestamp;
use crate::credential::{Credential, CredentialKeys, Kind, Purpose};
use crate::grant::{Grant, GrantState};
use crate::http::Call;
use crate::id::{GrantId, TenantId};
use crate::lifetime;
use crate::openid::OpenIdGrant;
use crate::server::Server;
use crate::session::SignedIn;
use crate::store::{Consent, Opening};
use crate::tenant::User;

/// Opens the grant for what was offered, and gives the answer that carries its code. One interaction opens one grant: the grant's
/// identifier is the interaction's, so a second consent meets the condition of the first one's write (A14).
pub(super) async fn complete<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    interaction: &Interaction,
    signed_in: &SignedIn,
    offer: &Offer,
    call: &Call,
) -> Result<Outbound, PageError> {
    let keys = server.credential_keys().await?;
    let request = &interaction.request;
    let now = server.now();
    let id = GrantId::parse(interaction.id.as_str()).map_err(|_| PageError::Interaction)?;
    let code = Credential::mint(Kind::Code, &id, 0, &keys, server.entropy.as_ref());
    let client = server.client(&request.client_id).await?.ok_or(PageError::Client)?;
    let mut openid = OpenIdGrant::of(&request.openid);
    tie(server, &keys, signed_in, (&client, &offer.tenant.tenant_id, request), &mut openid).await?;
    let grant = Grant {
        id,
        client_id: request.client_id.clone(),
        user_id: signed_in.account.user.user_id.clone(),
        tenant_id: offer.tenant.tenant_id.clone(),
        scopes: offer.scopes.clone(),
        audience: request.audience.clone(),
        redirect_uri: request.redirect_uri.clone(),
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
        auth_time: signed_in.session.auth_time,
        created_at: now,
        expires_at: now.plus(lifetime::GRANT),
        code_tag: code.tag(&keys),
        code_expires_at: now.plus(lifetime::CODE),
        changed_by: call.invocation.clone(),
        redeemed_by: None,
        sender: request.sender.clone(),
        networks: SeenNetworks::default(),
        openid,
        state: GrantState::Code,
    };
    let return_to = ReturnTo::of(request, &server.settings.issuer).ok_or(PageError::RedirectUri)?;
    let event = given(&grant, &client, call, now);
    match server.store.open_grant(&grant, &event).await? {
        Opening::Opened(_receipt) => {}
        Opening::AlreadyOpen => return Err(PageError::Interaction),
    }
    tracing::info!(event = "consent_given", client_id = %grant.client_id, user_id = %grant.user_id, tenant = %grant.tenant_id, grant_id = %grant.id);
    Ok(return_to.with_code(&code))
}

/// The event of a consent.
fn given(grant: &Grant, client: &Client, call: &Call, at: Timestamp) -> Event {
    Event::new(EventKind::ConsentGiven, Actor::User(grant.user_id.clone()), call, at)
        .about_grant(grant, Some(client))
        .with("scope", &grant.scopes)
        .with("audience", &grant.audience)
}

/// What the user is asked: change one part, and it is asked again (A16).
pub(super) fn consent(
    keys: &CredentialKeys,
    request: &AuthorizationRequest,
    user: &User,
    tenant: &TenantId,
) -> Consent {
    let scopes = request.scopes.to_string();
    // What is asked by name beside the scopes is shown beside them, too.
    let named = request.openid.claims.scopes().into_iter().filter(|scope| !request.scopes.contains(scope));
    let terms = [request.redirect_uri.as_str(), scopes.as_str(), request.audience.as_str(), tenant.as_str()];
    let terms: Vec<&[u8]> = terms.into_iter().chain(named).map(str::as_bytes).collect();
    Consent {
        user_id: user.user_id.clone(),
        client_id: request.client_id.clone(),
        terms: keys.tag(Purpose::Consent, &terms),
    }
}
