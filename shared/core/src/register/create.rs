//! `POST /oauth2/register` (RFC 7591 section 3).

use postern_jose::Vault;

use super::error::RegisterError;
use super::rate::verify_rate;
use super::record::{Secrets, new_client};
use super::{Admission, InitialAccess, RegisterStore, bearer, initial_access, read_metadata, view};
use crate::audit::{Actor, Event, Kind};
use crate::credential::CredentialKeys;
use crate::http::{Request, Response, StatusCode, header};
use crate::id::ClientId;
use crate::json_body::JsonBody;
use crate::outage::Outage;
use crate::server::Server;
use crate::store::{Versioned, Written};

/// Registers a client, if the deployment lets whoever asks.
pub(super) async fn create<S: RegisterStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, RegisterError> {
    if server.registration == Admission::Closed {
        return Err(RegisterError::Closed);
    }
    let keys = server.credential_keys().await?;
    verify_rate(server, http, &keys).await?;
    let admitted = verify_admitted(server, http, &keys).await?;
    let said = read_metadata(server, JsonBody::parse(http)?.into_members(), None).await?;
    let (now, entropy) = (server.now(), server.entropy.as_ref());
    let pkce_optional = admitted.as_ref().is_some_and(|token| token.record.pkce_optional);
    let mut client = new_client(said, ClientId::generate(entropy), pkce_optional, now)?;
    let secrets = Secrets::issue(&mut client, &keys, entropy);
    server.verify_time_left(&http.call)?;
    let by = admitted.as_ref().map_or("anybody", |token| token.record.token_id.as_str());
    let event =
        Event::new(Kind::ClientCreated, Actor::Nobody, &http.call, now).with_client(&client.client_id);
    let event = event.with("origin", "registered").with("admitted_by", by);
    match server.store.register_client(&client, admitted.as_ref(), &event).await? {
        Written::Committed(_receipt) => {}
        // Somebody else came in by the same token at this moment: there may be a use left.
        Written::Conflict => return Err(Outage::Throttled.into()),
    }
    tracing::info!(event = "client_registered", client_id = %client.client_id);
    Ok(view::response(StatusCode::CREATED, &client, &secrets, &server.settings.issuer))
}

/// The initial access token by which the client comes, with one use less. A wrong one is refused even where none is
/// needed: whoever shows it means to be somebody.
async fn verify_admitted<S: RegisterStore, V>(
    server: &Server<S, V>,
    http: &Request,
    keys: &CredentialKeys,
) -> Result<Option<Versioned<InitialAccess>>, RegisterError> {
    if server.registration == Admission::Open && !http.headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let token = bearer(http).ok_or(RegisterError::Token)?;
    let (id, presented) = initial_access::read(token, keys).ok_or(RegisterError::Token)?;
    let found = server.store.read_initial_access(&id).await?.ok_or(RegisterError::Token)?;
    let Versioned { record, version } = found;
    if !record.admits(&presented, server.now()) {
        return Err(RegisterError::Token);
    }
    Ok(Some(Versioned { record: record.used(), version }))
}
