//! `/oauth2/login`: who is there.

use postern_jose::Vault;

use super::guard::{load_own_interaction, verify_form_token, verify_own_origin};
use super::interaction::Interaction;
use super::page::{LoginPage, PageError};
use super::take_over::{Login, take_over};
use super::throttle::Throttle;
use super::{AuthorizeStore, resume};
use crate::credential::{CredentialKeys, Password, PasswordHash};
use crate::http::{Request, Response, StatusCode, header};
use crate::param::Parameters;
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::session::{self, Session};
use crate::tenant::{User, normalise_email};

/// Longest address, in bytes (RFC 5321 section 4.5.3.1.3).
const MAX_EMAIL: usize = 254;

/// Shows the form.
pub(super) async fn show<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let query = Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?;
    let id = query.get("ix").unwrap_or_default();
    let interaction = load_own_interaction(server, http, id, &keys).await?;
    render(server, &interaction, &keys, StatusCode::OK).await
}

/// Takes email and password.
pub(super) async fn submit<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let form = parse_form(http).map_err(PageError::Form)?;
    verify_own_origin(http, &server.settings.issuer)?;
    let keys = server.credential_keys().await?;
    let interaction = load_own_interaction(server, http, form.get("ix").unwrap_or_default(), &keys).await?;
    verify_form_token(&form, &interaction.form_token(&keys, "login", None))?;
    // Before the password is read: a login with one that is changed meanwhile is older than the change.
    let now = server.now();
    let Some((user, proved)) = authenticate(server, http, &form, &keys).await? else {
        return render(server, &interaction, &keys, StatusCode::BAD_REQUEST).await;
    };
    let mark = user.not_before;
    let (secret, session) =
        Session::begin(user.user_id, &interaction.id, &keys, server.entropy.as_ref(), now);
    let Some(session) = take_over(server, http, &Login { session, mark, proved }, &keys).await? else {
        return render(server, &interaction, &keys, StatusCode::BAD_REQUEST).await;
    };
    tracing::info!(event = "signed_in", user_id = %session.user_id);
    let cookie = session::cookie(&server.settings.issuer, &secret);
    Ok(Response::see_other(&resume::url(server, &interaction.id)).with(header::SET_COOKIE, cookie))
}

/// The user whose password this is, and the password at rest. Takes as long for an unknown address as for a wrong password (W03).
async fn authenticate<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    form: &Parameters,
    keys: &CredentialKeys,
) -> Result<Option<(User, PasswordHash)>, PageError> {
    let email = form.get("email").unwrap_or_default().map(normalise_email).filter(|it| it.len() <= MAX_EMAIL);
    let password = form.get("password").unwrap_or_default().and_then(Password::parse);
    let (Some(email), Some(password)) = (email, password) else { return Ok(None) };
    let throttle = Throttle::new(&email, http.call.source, keys, server.now());
    throttle.charge(&server.store, server.now()).await?.map_err(PageError::Throttled)?;
    let account = server.store.load_account_by_email(&email).await?;
    let Some((user, hash)) = account.and_then(|it| it.user.password.clone().map(|hash| (it.user, hash)))
    else {
        PasswordHash::waste_time(&password, keys);
        return Ok(None);
    };
    if !hash.matches(&password, keys) || !user.active {
        tracing::info!(event = "login_failed", user_id = %user.user_id);
        return Ok(None);
    }
    throttle.refund(&server.store).await?;
    Ok(Some((user, hash)))
}

async fn render<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    interaction: &Interaction,
    keys: &CredentialKeys,
    status: StatusCode,
) -> Result<Response, PageError> {
    let client = server.client(&interaction.request.client_id).await?.ok_or(PageError::Client)?;
    let page = LoginPage {
        client_name: &client.name,
        interaction: interaction.id.as_str(),
        csrf: &interaction.form_token(keys, "login", None).to_string(),
        email: interaction.request.openid.login_hint.as_deref().unwrap_or_default(),
        failed: status != StatusCode::OK,
    };
    page.response(status)
}
