//! `/oauth2/login`: who is there.

use postern_jose::Vault;

use super::guard::{load_own_interaction, verify_form_token, verify_own_origin};
use super::interaction::Interaction;
use super::page::{LoginPage, PageError};
use super::throttle::Throttle;
use super::{AuthorizeStore, resume};
use crate::backchannel;
use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Password, PasswordHash};
use crate::http::{Request, Response, StatusCode, header};
use crate::param::Parameters;
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::session::{self, Session};
use crate::store::Replaced;
use crate::tenant::{User, normalise_email};

/// Longest address, in bytes (RFC 5321 section 4.5.3.1.3).
const MAX_EMAIL: usize = 254;

/// How often it looks again when the older session was changed meanwhile: each change is another tab's progress.
const MAX_ROUNDS: u32 = 5;

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
    let Some(user) = authenticate(server, http, &form, &keys).await? else {
        return render(server, &interaction, &keys, StatusCode::BAD_REQUEST).await;
    };
    let mark = user.not_before;
    let (secret, session) =
        Session::begin(user.user_id, &interaction.id, &keys, server.entropy.as_ref(), now);
    let session = take_over(server, http, (session, mark), &keys).await?;
    tracing::info!(event = "signed_in", user_id = %session.user_id);
    let cookie = session::cookie(&server.settings.issuer, &secret);
    Ok(Response::see_other(&resume::url(server, &interaction.id)).with(header::SET_COOKIE, cookie))
}

/// Writes the new session in the place of the one that this browser had. The same person goes on under its name, unless
/// their not-before mark has voided it; any other ends, and the clients that were used in it are told.
async fn take_over<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    (begun, mark): (Session, Timestamp),
    keys: &CredentialKeys,
) -> Result<Session, PageError> {
    let tag = session::claimed_tag(http, &server.settings.issuer, keys);
    let old = match &tag {
        Some(tag) => server.store.load_session(tag).await?.filter(|old| server.now() < old.expires_at()),
        None => None,
    };
    match old {
        Some(old) if old.user_id == begun.user_id && old.stands(mark) => go_on(server, old, begun).await,
        Some(old) => {
            let _receipt = server.store.put_session(&begun).await?;
            backchannel::end(server, &old, &begun.user_id, &http.call).await?;
            Ok(begun)
        }
        None => {
            let _receipt = server.store.put_session(&begun).await?;
            Ok(begun)
        }
    }
}

/// Writes the session in the place of the same person's older one, under its name; under a name of its own where that one
/// has ended meanwhile.
async fn go_on<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    mut old: Session,
    begun: Session,
) -> Result<Session, PageError> {
    for _ in 0..MAX_ROUNDS {
        if old.id.is_none() {
            break;
        }
        let session = begun.clone().continuing(&old);
        match server.store.replace_session(&old, &session).await? {
            Replaced::Committed(_receipt) => return Ok(session),
            Replaced::Changed => match server.store.load_session(&old.tag).await? {
                Some(changed) => old = changed,
                None => break,
            },
        }
    }
    let _receipt = server.store.put_session(&begun).await?;
    Ok(begun)
}

/// The user whose password this is. Takes as long for an unknown address as for a wrong password (W03).
async fn authenticate<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    form: &Parameters,
    keys: &CredentialKeys,
) -> Result<Option<User>, PageError> {
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
    Ok(Some(user))
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
