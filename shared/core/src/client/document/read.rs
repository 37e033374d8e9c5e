//! What a fetched document says (section 4).

use serde_json::{Map, Value};
use url::Url;

use super::{DocumentError, DocumentUrl};
use crate::client::{Client, Entitlements, Everywhere, Origin, split};
use crate::clock::Timestamp;
use crate::lifetime;
use crate::openid::{SubjectType, sector_of};
use crate::outbound::Fetched;
use crate::param::ScopeSet;
use crate::register::{Metadata, Source, unbounded_rights};
use postern_jose::Algorithm;

/// The client that the document at `url` describes, fetched at `now`. What administrators decided about the one that is
/// `kept` stays.
pub(super) fn read(
    url: &DocumentUrl,
    fetched: &Fetched,
    kept: Option<&Client>,
    (offered, now): (&[Algorithm], Timestamp),
) -> Result<Client, DocumentError> {
    let metadata = Metadata::parse(object(url, fetched)?, Source::Document, offered)?;
    if metadata.openid.subject_type == SubjectType::Pairwise && metadata.sector_identifier_uri.is_some() {
        return Err(DocumentError::Malformed("sector_identifier_uri in a document"));
    }
    let host = Url::parse(url.as_str()).ok().and_then(|url| url.host_str().map(str::to_owned));
    verify_sector(host.as_deref(), &metadata)?;
    let mut client = kept.cloned().unwrap_or_else(|| Client::blank(url.id().clone(), metadata.kind));
    let rights = rights(metadata.scopes.as_ref());
    metadata.apply(&mut client, rights)?;
    let registration = &mut client.registration;
    registration.origin = Origin::Document;
    registration.fresh_until = Some(now.plus(fresh_for(fetched.max_age)));
    let unused = now.plus(lifetime::UNUSED_DOCUMENT);
    registration.expires_at = Some(registration.expires_at.map_or(unused, |at| at.max(unused)));
    Ok(client)
}

/// A pairwise client is of the sector that publishes its document.
fn verify_sector(host: Option<&str>, metadata: &Metadata) -> Result<(), DocumentError> {
    let is_pairwise = metadata.openid.subject_type == SubjectType::Pairwise;
    if is_pairwise && sector_of(&metadata.redirect_uris).as_deref() != host {
        return Err(DocumentError::Malformed("pairwise for another host than the document's"));
    }
    Ok(())
}

/// The JSON object, if it is about this client, by simple comparison of strings, and holds no secret, which everybody
/// could read (section 4.1).
fn object(url: &DocumentUrl, fetched: &Fetched) -> Result<Map<String, Value>, DocumentError> {
    let parsed: Result<Map<String, Value>, _> = serde_json::from_slice(&fetched.body);
    let mut object = parsed.map_err(|_| DocumentError::Malformed("not a JSON object"))?;
    if object.remove("client_id").as_ref().and_then(Value::as_str) != Some(url.as_str()) {
        return Err(DocumentError::Malformed("client_id is not the document's URL"));
    }
    if object.contains_key("client_secret") || object.contains_key("client_secret_expires_at") {
        return Err(DocumentError::Malformed("a secret in a public document"));
    }
    Ok(object)
}

/// For how many seconds the document need not be fetched again: as its publisher says, within our bounds.
fn fresh_for(max_age: Option<u64>) -> u64 {
    let said = max_age.unwrap_or(lifetime::DOCUMENT);
    said.clamp(lifetime::MIN_DOCUMENT, lifetime::MAX_DOCUMENT)
}

/// As for every client that nobody vouched for: what people let it do, and nothing at Postern's own APIs (D03).
fn rights(named: Option<&ScopeSet>) -> Entitlements {
    let at_any = |scopes| Entitlements::everywhere(scopes, Everywhere::Named(split(scopes).1));
    named.map_or_else(unbounded_rights, at_any)
}
