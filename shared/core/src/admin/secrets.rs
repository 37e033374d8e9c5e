//! `/admin/v1/clients/{client}/secrets`: two may live at once, so that one replaces the other without a gap (T16).

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::clients::{about, load};
use super::desk::{Desk, committed};
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::Kind;
use crate::client::ClientSecret;
use crate::http::{Response, StatusCode};

/// Most live secrets of a client.
const MAX_SECRETS: usize = 2;

/// A secret that was just made, shown this once.
#[derive(Serialize)]
struct Added<'a> {
    id: String,
    client_secret: &'a str,
}

pub(super) async fn add<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    client: &str,
) -> Result<Response, ApiError> {
    let found = load(desk, client).await?;
    let mut client = found.record;
    if client.is_public() {
        let description = "A public client has no secret: whoever has the app would have it.";
        return Err(ApiError::new(ApiErrorCode::Conflict, description));
    }
    let now = desk.server.now();
    client.secrets.retain(|secret| secret.is_live(now));
    if client.secrets.len() >= MAX_SECRETS {
        let description = "Two secrets live: remove one before you add another.";
        return Err(ApiError::new(ApiErrorCode::LimitReached, description));
    }
    let keys = desk.server.credential_keys().await?;
    let (text, secret) = ClientSecret::generate(&client.client_id, &keys, desk.server.entropy.as_ref());
    let id = secret.id();
    client.secrets.push(secret);
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::SecretAdded), &client).with("secret_id", &id);
    committed(desk.server.store.write_client(&client, Some(found.version), &event).await?)?;
    Ok(Response::of(StatusCode::CREATED, &Added { id, client_secret: &text }))
}

pub(super) async fn remove<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    client: &str,
    secret: &str,
) -> Result<Response, ApiError> {
    let found = load(desk, client).await?;
    let mut client = found.record;
    let before = client.secrets.len();
    client.secrets.retain(|it| it.id() != secret);
    if client.secrets.len() == before {
        return Err(ApiError::NOT_FOUND);
    }
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::SecretRemoved), &client).with("secret_id", secret);
    committed(desk.server.store.write_client(&client, Some(found.version), &event).await?)?;
    Ok(super::done())
}
