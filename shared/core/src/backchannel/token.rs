//! The logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4).

use postern_jose::{LOGOUT_TOKEN_TYP, LogoutEvent, LogoutTokenClaims, Vault, sign_jwt};
use zeroize::Zeroizing;

use super::Delivery;
use crate::client::Client;
use crate::id::TokenId;
use crate::lifetime;
use crate::outage::Outage;
use crate::server::Server;
use crate::store::LoadKeys;

/// Signs a token for one attempt, as the client's ID tokens are signed (section 2.6 has it checked so). Each attempt has a
/// name of its own: a client that got the one before, and whose answer was lost, takes this one as well.
pub(super) async fn sign<S: LoadKeys, V: Vault>(
    server: &Server<S, V>,
    client: &Client,
    delivery: &Delivery,
) -> Result<Zeroizing<String>, Outage> {
    let keys = server.keys().await?;
    let (key_ref, public_key) = keys.signing_for(client)?;
    let signer = server.vault.signer(key_ref, public_key);
    let now = server.now();
    let claims = LogoutTokenClaims {
        iss: server.settings.issuer.to_string(),
        sub: delivery.visit.sub.clone(),
        aud: client.client_id.to_string(),
        iat: now.as_secs(),
        exp: now.plus(lifetime::LOGOUT_TOKEN).as_secs(),
        jti: String::from(TokenId::generate(server.entropy.as_ref())),
        sid: delivery.visit.sid.clone(),
        events: LogoutEvent::default(),
    };
    Ok(Zeroizing::new(sign_jwt(&signer, LOGOUT_TOKEN_TYP, &claims).await?))
}
