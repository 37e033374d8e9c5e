//! Whether a login is the one that a request asks for (OpenID Connect Core sections 3.1.2.1 to 3.1.2.3; A21, A22).

use postern_jose::Vault;

use super::AuthorizeStore;
use super::interaction::Interaction;
use super::page::PageError;
use crate::openid::subject_of;
use crate::server::Server;
use crate::session::SignedIn;

/// What a login is worth to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// It is what was asked for.
    Good,
    /// The user has to sign in (again).
    Needed,
    /// The user has just done so, and is not the one whom the client named.
    Stranger,
}

/// Judges a login. One that was made for this very request is never too old; any other may be.
pub(super) async fn judge<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    interaction: &Interaction,
    signed_in: &SignedIn,
) -> Result<Login, PageError> {
    let request = &interaction.request.openid;
    let fresh = signed_in.session.signed_in_for.as_ref() == Some(&interaction.id);
    let age = server.now().since(signed_in.session.auth_time);
    // Section 3.1.2.1: `max_age=0` asks for a login as `prompt=login` does.
    let too_old = request.max_age.is_some_and(|max_age| max_age == 0 || age > max_age);
    if !fresh && (request.prompt.login || too_old) {
        return Ok(Login::Needed);
    }
    if !request.names_subject() {
        return Ok(Login::Good);
    }
    let client = server.client(&interaction.request.client_id).await?.ok_or(PageError::Client)?;
    let subject = subject_of(server, &client, &signed_in.account.user.user_id).await?;
    Ok(match (request.allows(&subject), fresh) {
        (true, _) => Login::Good,
        (false, false) => Login::Needed,
        (false, true) => Login::Stranger,
    })
}
