//! `/admin/v1/registration-tokens`: initial access tokens (RFC 7591 section 3). Operators make them, for whoever may
//! register clients where the deployment asks for a token.

use postern_jose::Vault;
use serde::Serialize;

use super::AdminStore;
use super::desk::{Desk, committed};
use super::tenants::named;
use crate::api_error::ApiError;
use crate::audit::Kind;
use crate::clock::Timestamp;
use crate::http::{Response, StatusCode};
use crate::id::RegistrationTokenId;
use crate::json_body::JsonBody;
use crate::lifetime::{INITIAL_ACCESS, MAX_INITIAL_ACCESS};
use crate::register::{InitialAccess, Terms};
use crate::store::Versioned;

const LIST: &str = "registration-tokens";
/// Most clients that one token registers, where that is said.
const MAX_USES: u64 = 10_000;

/// A token as operators see it.
#[derive(Serialize)]
struct TokenView<'a> {
    id: &'a RegistrationTokenId,
    label: &'a str,
    created_at: Timestamp,
    expires_at: Timestamp,
    uses_left: Option<u32>,
    require_pkce: bool,
}

/// A token that was just made, with its text, which is shown this once.
#[derive(Serialize)]
struct Made<'a> {
    #[serde(flatten)]
    token: TokenView<'a>,
    registration_token: &'a str,
}

fn view(token: &InitialAccess) -> TokenView<'_> {
    TokenView {
        id: &token.token_id,
        label: &token.label,
        created_at: token.created_at,
        expires_at: token.expires_at,
        uses_left: token.uses_left,
        require_pkce: !token.pkce_optional,
    }
}

pub(super) async fn list<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    desk.verify_operator()?;
    let part = desk.part(LIST).await?;
    let found = desk.server.store.list_initial_access(part.window()).await?;
    desk.page(LIST, &found, view).await
}

pub(super) async fn create<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    desk.verify_operator()?;
    let terms = terms(desk)?;
    let keys = desk.server.credential_keys().await?;
    let (now, entropy) = (desk.server.now(), desk.server.entropy.as_ref());
    let (text, token) = InitialAccess::generate(terms, now, &keys, entropy);
    desk.verify_time_left()?;
    let event = desk.event(Kind::RegistrationTokenCreated).with("registration_token", &token.token_id);
    let event = event.with("require_pkce", &!token.pkce_optional);
    committed(desk.server.store.add_initial_access(&token, &event).await?)?;
    Ok(Response::of(StatusCode::CREATED, &Made { token: view(&token), registration_token: &text }))
}

/// Revokes a token. The clients that it registered stay.
pub(super) async fn revoke<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    id: &str,
) -> Result<Response, ApiError> {
    desk.verify_operator()?;
    let id = RegistrationTokenId::parse(id).map_err(|_| ApiError::NOT_FOUND)?;
    let found: Versioned<InitialAccess> =
        desk.server.store.find_initial_access(&id).await?.ok_or(ApiError::NOT_FOUND)?;
    desk.verify_time_left()?;
    let event = desk.event(Kind::RegistrationTokenRevoked).with("registration_token", &id);
    committed(desk.server.store.revoke_initial_access(&found, &event).await?)?;
    Ok(super::done())
}

fn terms<S, V>(desk: &Desk<'_, S, V>) -> Result<Terms, ApiError> {
    let mut body = JsonBody::parse(desk.http)?;
    let label = body.text("label")?.ok_or_else(|| ApiError::of_field("label", "It is required."))?;
    let label = named("label", &label)?;
    let expires_in = body.number("expires_in")?.unwrap_or(INITIAL_ACCESS);
    let uses = body.number("uses")?;
    let pkce_optional = body.flag("require_pkce")? == Some(false);
    body.finish()?;
    if !(1..=MAX_INITIAL_ACCESS).contains(&expires_in) {
        return Err(ApiError::of_field("expires_in", "It must be 1 to 31536000 seconds."));
    }
    let wrong = || ApiError::of_field("uses", "It must be 1 to 10000.");
    let fits = |uses: u64| u32::try_from(uses).ok().filter(|_| (1..=MAX_USES).contains(&uses));
    let uses = uses.map(|uses| fits(uses).ok_or_else(wrong)).transpose()?;
    Ok(Terms { label, expires_at: desk.server.now().plus(expires_in), uses, pkce_optional })
}
