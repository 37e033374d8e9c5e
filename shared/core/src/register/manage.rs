//! `GET`, `PUT` and `DELETE /oauth2/register/{client_id}` (RFC 7592 section 2): a client reads, replaces and removes what
//! is registered of it, by its registration access token.

use std::sync::Arc;

use postern_jose::Vault;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::error::{RegisterError, committed};
use super::rate::verify_rate;
use super::record::{Secrets, access_tag, replace};
use super::{MetadataError, RegisterStore, bearer, read_metadata, view};
use crate::admin::verify_profile;
use crate::audit::{Actor, Event, Kind};
use crate::client::{Client, Origin, note_failure};
use crate::clock::Timestamp;
use crate::credential::CredentialKeys;
use crate::http::{Method, Request, Response, StatusCode, header};
use crate::id::ClientId;
use crate::json_body::JsonBody;
use crate::server::Server;
use crate::store::Versioned;

/// A client that showed its own registration access token.
struct Own {
    found: Versioned<Client>,
    keys: Arc<CredentialKeys>,
    token: Zeroizing<String>,
}

/// Does to the client called `id` what the method says.
pub(super) async fn manage<S: RegisterStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    id: &str,
) -> Result<Response, RegisterError> {
    let own = load_own(server, http, id);
    match http.method {
        Method::GET => {
            let own = own.await?;
            let secrets = Secrets::kept(own.token);
            Ok(view::response(StatusCode::OK, &own.found.record, &secrets, &server.settings.issuer))
        }
        Method::PUT => put(server, http, own.await?).await,
        Method::DELETE => remove(server, http, own.await?).await,
        _ => Err(RegisterError::Method("GET, PUT, DELETE, OPTIONS")),
    }
}

/// The client that a path names; one answer for an unknown one and a wrong token (D06, D07). A wrong token counts against
/// its address, and, as a wrong secret does, in the name of a client that exists (S15).
async fn load_own<S: RegisterStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    id: &str,
) -> Result<Own, RegisterError> {
    let token = bearer(http).ok_or(RegisterError::Token)?;
    let keys = server.credential_keys().await?;
    let found = match ClientId::parse(id) {
        Ok(id) => server.store.read_registered(&id).await?,
        Err(_) => None,
    };
    let named = match found {
        Some(found) if is_own(&found.record, token, &keys, server.now()) => {
            return Ok(Own { found, keys, token: Zeroizing::new(token.to_owned()) });
        }
        named => named,
    };
    verify_rate(server, http, &keys).await?;
    if let Some(named) = named.filter(|it| it.record.registration.origin == Origin::Registered) {
        note_failure(server, &named.record).await;
    }
    Err(RegisterError::Token)
}

/// Whether the client is there, registered itself, and this is its token.
fn is_own(client: &Client, token: &str, keys: &CredentialKeys, now: Timestamp) -> bool {
    let registration = &client.registration;
    let presented = access_tag(&client.client_id, token, keys);
    let is_its = registration.access_tag.as_ref() == Some(&presented);
    is_its && registration.origin == Origin::Registered && client.is_live(now)
}

/// Section 2.2: what is left out is gone, or has its default again.
async fn put<S: RegisterStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    own: Own,
) -> Result<Response, RegisterError> {
    verify_rate(server, http, &own.keys).await?;
    let Versioned { record: mut client, version } = own.found;
    let now = server.now();
    let members = JsonBody::parse(http)?.into_members();
    verify_named(&members, &client, (&own.keys, now))?;
    let said = read_metadata(server, members, Some(&client)).await?;
    replace(&mut client, said, now)?;
    // An operator may have held it to more than it says of itself.
    verify_profile(&client, &*server.keys().await?)?;
    let secrets = Secrets::renew(&mut client, own.token, &own.keys, server.entropy.as_ref());
    server.verify_time_left(&http.call)?;
    let event = by_itself(Kind::ClientChanged, &client, server, http).with("origin", "registered");
    committed(server.store.change_registered(&client, version, &event).await?)?;
    Ok(view::response(StatusCode::OK, &client, &secrets, &server.settings.issuer))
}

/// The body names the client, and its secret where it names one.
fn verify_named(
    members: &Map<String, Value>,
    client: &Client,
    (keys, now): (&CredentialKeys, Timestamp),
) -> Result<(), MetadataError> {
    let text = |name: &str| members.get(name).filter(|value| !value.is_null()).map(|value| value.as_str());
    if text("client_id").flatten() != Some(client.client_id.as_str()) {
        return Err(MetadataError::Member("client_id", "it must be the client's own."));
    }
    let Some(secret) = text("client_secret") else { return Ok(()) };
    let is_current = |text: &str| client.secrets.iter().any(|it| it.is(&client.client_id, text, keys, now));
    if secret.is_some_and(is_current) {
        return Ok(());
    }
    Err(MetadataError::Member("client_secret", "it must be the one that the client has."))
}

/// Section 2.3: its tokens are void, this one too, and nobody gets its identifier again.
async fn remove<S: RegisterStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    own: Own,
) -> Result<Response, RegisterError> {
    verify_rate(server, http, &own.keys).await?;
    let Versioned { record: mut client, version } = own.found;
    let now = server.now();
    client.active = false;
    client.not_before = now.plus(1);
    client.secrets.clear();
    client.registration.access_tag = None;
    client.registration.expires_at = Some(now);
    server.verify_time_left(&http.call)?;
    let event = by_itself(Kind::ClientRemoved, &client, server, http).with("origin", "registered");
    committed(server.store.remove_registered(&client, version, &event).await?)?;
    Ok(Response::empty(StatusCode::NO_CONTENT).with(header::CACHE_CONTROL, "no-store"))
}

fn by_itself<S, V>(kind: Kind, client: &Client, server: &Server<S, V>, http: &Request) -> Event {
    let actor = Actor::Client(client.client_id.clone());
    Event::new(kind, actor, &http.call, server.now()).with_client(&client.client_id)
}
