//! A client's part in the session of the person who signs in to it (OpenID Connect Back-Channel Logout 1.0 section 2.1).

use postern_jose::Vault;

use super::AuthorizeStore;
use super::interaction::AuthorizationRequest;
use super::page::PageError;
use crate::client::Client;
use crate::credential::CredentialKeys;
use crate::id::TenantId;
use crate::openid::{OpenIdGrant, subject_of};
use crate::server::Server;
use crate::session::{SignedIn, Visit, sid_of};
use crate::store::Noted;

/// Ties a grant to the session that it is given in, and writes into the session that the client is to be told of its end,
/// where the client wants that. Before the grant: a code that is out was never forgotten. Whoever signed out meanwhile
/// begins again.
pub(super) async fn tie<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    keys: &CredentialKeys,
    signed_in: &SignedIn,
    (client, tenant, request): (&Client, &TenantId, &AuthorizationRequest),
    openid: &mut OpenIdGrant,
) -> Result<(), PageError> {
    let sid = sid_of(keys, &signed_in.id, &client.client_id);
    openid.session = Some(signed_in.id.clone());
    openid.sid = Some(sid.clone());
    let host = client.visited_host(&request.redirect_uri);
    if !client.may_be_told(host.as_deref()) {
        return Ok(());
    }
    let sub = subject_of(server, client, &signed_in.account.user.user_id).await?;
    let visit = Visit { tenant_id: tenant.clone(), sub, sid, host };
    if signed_in.session.visits.get(&client.client_id) == Some(&visit) {
        return Ok(());
    }
    match server.store.note_visit(&signed_in.session.tag, &client.client_id, &visit).await? {
        Noted::Noted(_receipt) => Ok(()),
        Noted::Full => {
            tracing::warn!(event = "session_full", client_id = %client.client_id);
            Ok(())
        }
        Noted::Ended => Err(PageError::Interaction),
    }
}
