//! The login behind a page that belongs to no request in flight: what a person does about themselves.

use super::AuthorizeStore;
use super::page::PageError;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::http::Request;
use crate::server::Server;
use crate::session::{self, SignedIn};

/// The live login of this browser; [`PageError::SignedOut`] where it has none.
pub(super) async fn load_own_session<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    keys: &CredentialKeys,
) -> Result<SignedIn, PageError> {
    let tag = session::claimed_tag(http, &server.settings.issuer, keys);
    let signed_in = session::load_signed_in(&server.store, tag.as_ref(), server.now()).await?;
    signed_in.ok_or(PageError::SignedOut)
}

/// The token for the form called `form` in this login (A19).
pub(super) fn form_token(keys: &CredentialKeys, form: &str, signed_in: &SignedIn) -> Tag {
    keys.tag(Purpose::Csrf, &[form.as_bytes(), signed_in.session.tag.as_bytes()])
}
