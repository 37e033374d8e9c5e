//! Whether those behind a grant still stand when tokens are made or repeated (C09, R11, A21).

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
    let subject = grant.subject(client);
    let standing = server.store.load_standing(&subject).await?;
    standing.verify(&subject, grant.created_at, server.now()).map_err(GrantRefusal::Lapsed)?;
    Ok(standing)
}
