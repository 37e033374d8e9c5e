//! From an identifier to a client: the kept copy while it is fresh, else the document.

use postern_jose::Vault;

use super::read::read;
use super::{DocumentError, DocumentUrl};
use crate::audit::{Actor, Event, Kind};
use crate::client::Client;
use crate::clock::Timestamp;
use crate::credential::Purpose;
use crate::http::Call;
use crate::id::ClientId;
use crate::lifetime;
use crate::limit::{Bucket, Rate};
use crate::network::party;
use crate::outage::Outage;
use crate::outbound::Accepted;
use crate::server::Server;
use crate::store::{KeepDocuments, Kept, LeaseTokens, LoadClients, LoadKeys, Versioned};

/// The client where it begins: at the authorization endpoint, and where requests are pushed. A document is fetched if
/// none is kept or it is no longer fresh; `None` where there is no such client, or documents are not read here (D09).
pub(crate) async fn load_client<S, V>(
    server: &Server<S, V>,
    id: &ClientId,
    call: &Call,
) -> Result<Option<Client>, DocumentError>
where
    S: KeepDocuments + LeaseTokens + LoadClients + LoadKeys,
    V: Vault,
{
    let Some(url) = DocumentUrl::of(id) else { return Ok(server.store.load_client(id).await?) };
    if !server.reads_client_documents {
        return Ok(None);
    }
    let now = server.now();
    match server.store.read_document(id).await? {
        Some(kept) if !kept.record.active || is_fresh(&kept.record, now) => Ok(Some(kept.record)),
        kept => renew(server, &url, kept, call).await.map(Some),
    }
}

async fn renew<S, V>(
    server: &Server<S, V>,
    url: &DocumentUrl,
    seen: Option<Versioned<Client>>,
    call: &Call,
) -> Result<Client, DocumentError>
where
    S: KeepDocuments + LeaseTokens + LoadClients + LoadKeys,
    V: Vault,
{
    let now = server.now();
    let kept = seen.as_ref().map(|seen| &seen.record);
    let stale = kept.filter(|kept| will_do(kept, now));
    if let Some(stale) = stale.filter(|_| server.failed_documents.get(url.id(), now).is_some()) {
        return Ok(stale.clone());
    }
    verify_rate(server, call, now).await?;
    let fetched = server.outbound()?.get(url.as_str(), Accepted::METADATA).await;
    let fetched = match (fetched, stale) {
        (Ok(fetched), _) => fetched,
        (Err(error), stale) => {
            let outage = Outage::from(error);
            tracing::warn!(event = "client_document_unreachable", client_id = %url.id(), %outage, kept = stale.is_some());
            server.failed_documents.put(url.id(), now, ());
            return stale.cloned().ok_or(DocumentError::Unreachable(outage));
        }
    };
    let offered = server.keys().await?.algorithms();
    let client = read(url, &fetched, kept, (&offered, now)).inspect_err(|error| {
        tracing::info!(event = "client_document_refused", client_id = %url.id(), reason = ?error);
    })?;
    server.verify_time_left(call)?;
    let event = told(&client, kept, call, now)?;
    match server.store.keep_document(&client, seen.as_ref(), event.as_ref()).await? {
        Kept::Committed(client) => {
            server.remember_client(&client);
            Ok(*client)
        }
        // Somebody else fetched it at this very moment, or an administrator changed it.
        Kept::Superseded => {
            let theirs = server.store.load_client(url.id()).await?;
            let theirs = theirs.filter(|it| !it.active || will_do(it, now));
            theirs.ok_or(DocumentError::Outage(Outage::Throttled))
        }
    }
}

/// D01: fetches are bounded for each address that causes them.
async fn verify_rate<S, V>(server: &Server<S, V>, call: &Call, now: Timestamp) -> Result<(), DocumentError>
where
    S: LeaseTokens + LoadKeys,
    V: Vault,
{
    let keys = server.credential_keys().await?;
    let address =
        keys.tag(Purpose::Throttle, &[b"client documents by address", party(call.source).as_bytes()]);
    let taken =
        server.limiter.take(&server.store, &Bucket::of_documents(&address), Rate::DOCUMENTS, now).await;
    taken.map_err(DocumentError::Limited)
}

/// Whether the kept copy need not be looked after.
fn is_fresh(kept: &Client, now: Timestamp) -> bool {
    kept.is_live(now) && kept.registration.fresh_until.is_some_and(|until| now < until)
}

/// Whether the kept copy will do while its document cannot be read.
fn will_do(kept: &Client, now: Timestamp) -> bool {
    let until = kept.registration.fresh_until.map(|until| until.plus(lifetime::STALE_DOCUMENT));
    kept.is_live(now) && until.is_some_and(|until| now < until)
}

/// The event of a document that was not known, or says something else than before.
fn told(
    client: &Client,
    kept: Option<&Client>,
    call: &Call,
    at: Timestamp,
) -> Result<Option<Event>, DocumentError> {
    let kind = match kept {
        None => Kind::ClientCreated,
        Some(kept) if said(kept)? != said(client)? => Kind::ClientChanged,
        Some(_) => return Ok(None),
    };
    Ok(Some(
        Event::new(kind, Actor::Nobody, call, at).with_client(&client.client_id).with("origin", "document"),
    ))
}

/// A client without the marks of time.
fn said(client: &Client) -> Result<serde_json::Value, Outage> {
    let mut client = client.clone();
    client.registration.fresh_until = None;
    client.registration.expires_at = None;
    serde_json::to_value(&client).map_err(|error| Outage::Corrupt(format!("client: {error}")))
}
