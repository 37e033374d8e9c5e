//! `sub`: the user's identifier, or one that only one sector knows (OpenID Connect Core section 8.1).

use postern_jose::Vault;

use super::SubjectType;
use crate::client::Client;
use crate::credential::Purpose;
use crate::id::UserId;
use crate::outage::Outage;
use crate::server::Server;
use crate::store::LoadKeys;

/// What this client is told the user is called: in ID tokens, at userinfo, and where it asks about a token. Access
/// tokens are for APIs, and carry the user's own identifier.
///
/// A pairwise subject is a MAC of sector and user under the credential key: always the same, and no way back.
/// [`Outage::Corrupt`] where a pairwise client has no sector, which registration excludes.
pub async fn subject_of<S: LoadKeys, V: Vault>(
    server: &Server<S, V>,
    client: &Client,
    user: &UserId,
) -> Result<String, Outage> {
    match client.openid.subject_type {
        SubjectType::Public => Ok(user.to_string()),
        SubjectType::Pairwise => {
            let sector = client.sector();
            let sector =
                sector.ok_or_else(|| Outage::Corrupt("a pairwise client without a sector".into()))?;
            let keys = server.credential_keys().await?;
            Ok(keys.tag(Purpose::PairwiseSubject, &[sector.as_bytes(), user.as_str().as_bytes()]).to_string())
        }
    }
}
