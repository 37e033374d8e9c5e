//! `/oauth2/password`: whoever is signed in chooses another password. Every other session, and whatever was issued for
//! the person, ends with the old one (R11).

use askama::Template;
use postern_jose::Vault;

use super::AuthorizeStore;
use super::guard::{verify_form_token, verify_own_origin};
use super::own_session::{form_token, load_own_session};
use super::page::{OWN_FORMS, PageError, html, render};
use super::throttle::Throttle;
use crate::audit::{Actor, Event, Kind};
use crate::credential::{CredentialKeys, Password, PasswordHash};
use crate::http::{Request, Response, StatusCode, header};
use crate::outage::Outage;
use crate::param::Parameters;
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::session::{self, SignedIn};
use crate::store::{PasswordChange, Written};

/// What the form's token is for.
const FORM: &str = "password";

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage<'a> {
    email: &'a str,
    csrf: &'a str,
    /// What was wrong with the last try; empty at first.
    wrong: &'a str,
}

#[derive(Template)]
#[template(path = "password_changed.html")]
struct PasswordChangedPage<'a> {
    email: &'a str,
}

/// What the form says, as far as it makes sense.
struct Wanted {
    current: Password,
    next: Password,
}

/// Shows the form.
pub(super) async fn show<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let signed_in = load_own_session(server, http, &keys).await?;
    page(&keys, &signed_in, "")
}

/// Takes the current password, and the next one twice.
pub(super) async fn submit<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    let form = parse_form(http).map_err(PageError::Form)?;
    verify_own_origin(http, &server.settings.issuer)?;
    let keys = server.credential_keys().await?;
    let signed_in = load_own_session(server, http, &keys).await?;
    verify_form_token(&form, &form_token(&keys, FORM, &signed_in))?;
    let wanted = match read(&form) {
        Ok(wanted) => wanted,
        Err(wrong) => return page(&keys, &signed_in, wrong),
    };
    match prove(server, http, &signed_in, &wanted.current, &keys).await? {
        Some(seen) => change(server, http, &signed_in, (&seen, &wanted.next), &keys).await,
        None => page(&keys, &signed_in, "The current password is wrong."),
    }
}

/// The words of what is wrong, where the form makes no sense. Told before any password is looked at.
fn read(form: &Parameters) -> Result<Wanted, &'static str> {
    let text = |name| form.get(name).unwrap_or_default().unwrap_or_default();
    let current = Password::parse(text("current")).ok_or("Type your current password.")?;
    if text("new") != text("again") {
        return Err("The new password was not typed the same twice.");
    }
    if text("new") == text("current") {
        return Err("The new password is the current one.");
    }
    let next = Password::choose(text("new")).ok_or("The new password must have 12 to 1,024 bytes.")?;
    Ok(Wanted { current, next })
}

/// The password at rest, if this is it. A failure counts as a failed login does (W04).
async fn prove<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    signed_in: &SignedIn,
    current: &Password,
    keys: &CredentialKeys,
) -> Result<Option<PasswordHash>, PageError> {
    let user = &signed_in.account.user;
    let throttle = Throttle::new(&user.email, http.call.source, keys, server.now());
    throttle.charge(&server.store, server.now()).await?.map_err(PageError::Throttled)?;
    let proved = user.password.clone().filter(|hash| hash.matches(current, keys));
    if proved.is_some() {
        throttle.refund(&server.store).await?;
    } else {
        tracing::info!(event = "password_not_proved", user_id = %user.user_id);
    }
    Ok(proved)
}

async fn change<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    http: &Request,
    signed_in: &SignedIn,
    (seen, next): (&PasswordHash, &Password),
    keys: &CredentialKeys,
) -> Result<Response, PageError> {
    let user = &signed_in.account.user;
    let refused = || Outage::Corrupt("a password that cannot be hashed".into());
    let next = PasswordHash::create(next, keys, server.entropy.as_ref()).ok_or_else(refused)?;
    server.verify_time_left(&http.call)?;
    let now = server.now();
    // What was issued in this very second is older than the change.
    let not_before = now.plus(1);
    let (secret, session) = signed_in.session.go_on(not_before, keys, server.entropy.as_ref(), now);
    let event = Event::new(Kind::PasswordChanged, Actor::User(user.user_id.clone()), &http.call, now);
    let change = PasswordChange {
        user_id: &user.user_id,
        seen,
        next: &next,
        not_before,
        ends: &signed_in.session,
        begins: &session,
        event: &event,
    };
    match server.store.change_password(&change).await? {
        Written::Committed(_receipt) => {}
        Written::Conflict => {
            // Perhaps the very session is over.
            let signed_in = load_own_session(server, http, keys).await?;
            return page(keys, &signed_in, "Something was changed meanwhile. Try again.");
        }
    }
    tracing::info!(event = "password_changed", user_id = %user.user_id);
    let page = html(StatusCode::OK, render(&PasswordChangedPage { email: &user.email })?, OWN_FORMS);
    Ok(page.with(header::SET_COOKIE, session::cookie(&server.settings.issuer, &secret)))
}

fn page(keys: &CredentialKeys, signed_in: &SignedIn, wrong: &str) -> Result<Response, PageError> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let csrf = form_token(keys, FORM, signed_in).to_string();
    let page = PasswordPage { email: &signed_in.account.user.email, csrf: &csrf, wrong };
    Ok(html(status, render(&page)?, OWN_FORMS))
}
