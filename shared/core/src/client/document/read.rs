//! What a fetched document says (section 4).

use serde_json::{Map, Value};
use url::Url;

use super::{DocumentError, DocumentUrl};
use crate::client::{
    Client, ClientKind, Entitlements, Everywhere, GrantType, Origin, Registration, SenderRules,
};
use crate::clock::Timestamp;
use crate::lifetime;
use crate::limit::Limits;
use crate::network::Networks;
use crate::openid::{OpenIdClient, SubjectType, sector_of};
use crate::outbound::Fetched;
use crate::param::ScopeSet;
use crate::register::{Metadata, Source};
use postern_jose::Algorithm;

/// The scopes of OpenID Connect that a client may ask for which names none.
const OPENID: &str = "address email offline_access openid phone profile";

/// The client that the document at `url` describes, fetched at `now`. What administrators decided about the one that is
/// `kept` stays, and so do the rights that they gave it at single APIs.
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
    verify_sector(url, &metadata)?;
    let mut client = kept.cloned().unwrap_or_else(|| nobody(url));
    let given = client.entitlements.apis().clone();
    let told = rights(metadata.scopes.as_ref());
    client.entitlements = given.into_iter().fold(told, |rights, (api, scopes)| rights.with_api(&api, scopes));
    metadata.apply(&mut client);
    if !client.may_use(GrantType::AuthorizationCode) {
        client.redirect_uris.clear();
    }
    let registration = &mut client.registration;
    registration.origin = Origin::Document;
    registration.fresh_until = Some(now.plus(fresh_for(fetched.max_age)));
    let unused = now.plus(lifetime::UNUSED_DOCUMENT);
    registration.expires_at = Some(registration.expires_at.map_or(unused, |at| at.max(unused)));
    Ok(client)
}

/// A pairwise client is of the sector that publishes its document.
fn verify_sector(url: &DocumentUrl, metadata: &Metadata) -> Result<(), DocumentError> {
    let host = Url::parse(url.as_str()).ok().and_then(|url| url.host_str().map(str::to_owned));
    if metadata.openid.subject_type == SubjectType::Pairwise && sector_of(&metadata.redirect_uris) != host {
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
    let all = ScopeSet::parse(OPENID).unwrap_or_default();
    match named {
        Some(scopes) => Entitlements::everywhere(scopes, Everywhere::Named(crate::client::split(scopes).1)),
        None => Entitlements::everywhere(&all, Everywhere::All),
    }
}

/// A client before anything was said of it.
fn nobody(url: &DocumentUrl) -> Client {
    Client {
        client_id: url.id().clone(),
        name: String::new(),
        kind: ClientKind::Spa,
        tenant: None,
        redirect_uris: Vec::new(),
        grant_types: Vec::new(),
        entitlements: Entitlements::default(),
        secrets: Vec::new(),
        rotate_refresh_tokens: true,
        signing_algorithm: None,
        active: true,
        not_before: Timestamp::from_secs(0),
        networks: Networks::default(),
        limits: Limits::default(),
        sender: SenderRules::default(),
        livemode: true,
        registration: Registration::default(),
        openid: OpenIdClient::default(),
    }
}
