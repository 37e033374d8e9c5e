//! `sector_identifier_uri` (OpenID Connect Registration section 5).

use url::Url;

use super::Metadata;
use super::refusal::MetadataError;
use crate::client::Client;
use crate::outage::Outage;
use crate::outbound::{Accepted, Fetch, FetchError};
use crate::param::RedirectUri;

const NAME: &str = "sector_identifier_uri";

/// Fetches the document and settles the sector of the client; nothing where none is named.
///
/// The inner [`MetadataError`] where the document does not list every redirect URI, or is at an address that nobody calls
/// (D02); [`Outage`] where it cannot be had now.
pub async fn settle_sector(
    fetch: &dyn Fetch,
    metadata: &mut Metadata,
) -> Result<Result<(), MetadataError>, Outage> {
    let Some(url) = &metadata.sector_identifier_uri else { return Ok(Ok(())) };
    let fetched = match fetch.get(url, Accepted::SECTOR).await {
        Ok(fetched) => fetched,
        Err(FetchError::Forbidden(_)) => {
            return Ok(Err(MetadataError::Member(NAME, "its address is none that is called from here.")));
        }
        Err(failed) => return Err(failed.into()),
    };
    if !lists(&fetched.body, &metadata.redirect_uris) {
        let description = "its document must be a list of URLs that holds every redirect URI.";
        return Ok(Err(MetadataError::Member(NAME, description)));
    }
    metadata.openid.sector_identifier =
        Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    Ok(Ok(()))
}

/// Keeps the sector of a client whose document held these very redirect URIs: whether nothing need be fetched.
pub(super) fn keep_sector(client: &Client, metadata: &mut Metadata) -> bool {
    let Some(url) = &metadata.sector_identifier_uri else { return false };
    let settled = client.registration.told.get(NAME).is_some_and(|told| told.as_slice() == [url.as_str()]);
    let is_same = settled && client.redirect_uris == metadata.redirect_uris;
    if is_same {
        metadata.openid.sector_identifier.clone_from(&client.openid.sector_identifier);
    }
    is_same && client.openid.sector_identifier.is_some()
}

/// An empty list proves nothing.
fn lists(body: &[u8], redirect_uris: &[RedirectUri]) -> bool {
    let Ok(listed) = serde_json::from_slice::<Vec<String>>(body) else { return false };
    !redirect_uris.is_empty() && redirect_uris.iter().all(|uri| listed.iter().any(|it| it == uri.as_str()))
}
