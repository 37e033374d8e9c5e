//! Guards of the pages: the browser that began is the browser that goes on, from our own pages, unframed.

use super::AuthorizeStore;
use super::interaction::{Interaction, cookie_name, cookie_tag};
use super::page::PageError;
use crate::credential::{CredentialKeys, Tag};
use crate::http::{HeaderName, Method, Request, header};
use crate::id::InteractionId;
use crate::param::Parameters;
use crate::server::Server;
use crate::settings::Issuer;

/// Whether a browser says that it would put the answer into a frame (A18).
pub(super) fn is_framed(http: &Request) -> bool {
    let destination = fetch_metadata(http, "sec-fetch-dest");
    matches!(destination, Some("iframe" | "frame" | "embed" | "object"))
}

/// Whether the request allows no page, so that there is nothing to be framed: how an app on the same site renews its
/// tokens out of sight.
pub(super) fn is_silent(http: &Request) -> bool {
    let query = Parameters::parse(http.query.as_bytes()).unwrap_or_default();
    let silent = query.get("prompt").unwrap_or_default() == Some("none");
    silent && http.path == "/oauth2/authorize" && http.method == Method::GET
}

/// [`PageError::Forgery`] when a browser says that a form was posted from elsewhere (A19).
///
/// Our pages send no referrer, and so some browsers send `Origin: null` with their forms: then the fetch
/// metadata decides, and the form's token in any case.
pub(super) fn verify_own_origin(http: &Request, issuer: &Issuer) -> Result<(), PageError> {
    let origin = http.headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let foreign_origin = origin.is_some_and(|origin| origin != "null" && origin != issuer.as_str());
    let foreign_site = fetch_metadata(http, "sec-fetch-site").is_some_and(|site| site != "same-origin");
    if foreign_origin || foreign_site { Err(PageError::Forgery) } else { Ok(()) }
}

/// [`PageError::Forgery`] unless the form carries its own token.
pub(super) fn verify_form_token(form: &Parameters, expected: &Tag) -> Result<(), PageError> {
    let presented = form.get("csrf").unwrap_or_default().and_then(|text| Tag::try_from(text.to_owned()).ok());
    if presented.as_ref() == Some(expected) { Ok(()) } else { Err(PageError::Forgery) }
}

/// The interaction that the request names, if this browser began it. From another browser it is ended (A13, A14).
pub(super) async fn load_own_interaction<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    id: Option<&str>,
    keys: &CredentialKeys,
) -> Result<Interaction, PageError> {
    let id = id.and_then(|id| InteractionId::parse(id).ok()).ok_or(PageError::Interaction)?;
    let interaction = server.store.load_interaction(&id).await?.ok_or(PageError::Interaction)?;
    let secret = http.cookie(&cookie_name(&server.settings.issuer, &id)).unwrap_or_default();
    if interaction.cookie_tag != cookie_tag(keys, &id, secret) {
        let _receipt = server.store.end_interaction(&id).await?;
        tracing::warn!(event = "interaction_hijack_refused", client_id = %interaction.request.client_id);
        return Err(PageError::Interaction);
    }
    if server.now() < interaction.expires_at { Ok(interaction) } else { Err(PageError::Interaction) }
}

fn fetch_metadata<'a>(http: &'a Request, name: &'static str) -> Option<&'a str> {
    http.headers.get(HeaderName::from_static(name)).and_then(|value| value.to_str().ok())
}
