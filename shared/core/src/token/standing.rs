//! Whether those behind a grant still stand when tokens are made or repeated (C09, R11, A21).

use futures_util::future::try_join;

use super::{GrantRefusal, TokenError, TokenStore};
use crate::client::Client;
use crate::grant::Grant;
use crate::server::Server;
use crate::standing::Standing;

/// Reads who a grant depends on; [`GrantRefusal::Lapsed`] unless everybody still stands.
pub(super) async fn load_standing<S: TokenStore, V>(
    server: &Server<S, V>,
    grant: &Grant,
    client: &Client,
) -> Result<Standing, TokenError> {
    let subject = grant.subject(client).map_err(GrantRefusal::Lapsed)?;
    let standing = async { Ok(server.store.load_standing(&subject).await?) };
    let (standing, ()) = try_join(standing, verify_session(server, grant, client)).await?;
    standing.verify(&subject, grant.created_at, server.now()).map_err(GrantRefusal::Lapsed)?;
    Ok(standing)
}

/// [`GrantRefusal::SignedOut`] where the session that the grant ends with has ended.
async fn verify_session<S: TokenStore, V>(
    server: &Server<S, V>,
    grant: &Grant,
    client: &Client,
) -> Result<(), TokenError> {
    match grant.ends_with(client) {
        Some(session) if server.store.has_ended(session).await? => Err(GrantRefusal::SignedOut.into()),
        Some(_) | None => Ok(()),
    }
}
