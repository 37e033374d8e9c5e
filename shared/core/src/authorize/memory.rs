//! Whether a consent that was given once still speaks for the person.

use super::AuthorizeStore;
use super::interaction::AuthorizationRequest;
use super::offer::Offer;
use crate::outage::Outage;
use crate::server::Server;
use crate::session::SignedIn;
use crate::store::Remembered;

/// Neither expired, nor older than what voided everything of the person, their membership, the tenant or the client.
pub(super) async fn holds<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    request: &AuthorizationRequest,
    (signed_in, offer): (&SignedIn, &Offer),
    remembered: Remembered,
) -> Result<bool, Outage> {
    let Some(client) = server.client(&request.client_id).await? else { return Ok(false) };
    let mut memberships = signed_in.account.memberships.iter();
    let Some(member) = memberships.find(|it| it.tenant_id == offer.tenant.tenant_id) else {
        return Ok(false);
    };
    let marks =
        [client.not_before, signed_in.account.user.not_before, member.not_before, offer.tenant.not_before];
    let voided = marks.into_iter().any(|not_before| remembered.given_at < not_before);
    Ok(!voided && server.now() < remembered.expires_at)
}
