//! `/oauth2/logout`: a person signs out here, often because a client sends them (OpenID Connect RP-Initiated Logout 1.0).
//!
//! The session ends, and refresh tokens without `offline_access` with it; clients that want to know are told
//! ([`crate::backchannel`]). Access tokens stay good until they expire. Without
//! proof that the client means the person who is signed in, a page asks first (section 2, section 6). Nobody is sent
//! to an address that the client did not register for this (A25, V11).

use askama::Template;
use postern_jose::Vault;
use url::Url;

use super::AuthorizeStore;
use super::guard::{verify_form_token, verify_own_origin};
use super::page::{PageError, html, render};
use crate::backchannel;
use crate::client::Client;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::http::{Method, Request, Response, StatusCode, header};
use crate::id::ClientId;
use crate::openid::{Hint, read_hint, subject_of};
use crate::param::Parameters;
use crate::posted_form::parse_form;
use crate::server::Server;
use crate::session::{self, SignedIn, sid_of};

/// Longest `state`, in bytes (A10).
const MAX_STATE: usize = 2048;

/// The parameters that a page may carry on. No hint: that is a token.
const CARRIED: [&str; 3] = ["client_id", "post_logout_redirect_uri", "state"];

#[derive(Template)]
#[template(path = "sign_out.html")]
struct SignOutPage<'a> {
    client_name: Option<&'a str>,
    email: &'a str,
    csrf: &'a str,
    carried: &'a [(&'static str, String)],
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage<'a> {
    url: Option<&'a str>,
}

/// What a client asks for, as far as it is true.
struct Logout {
    client: Option<Client>,
    /// What the hint says, if it is an ID token of this client.
    hinted: Option<Hint>,
    /// Where to go afterwards, `state` included: registered for this by the client.
    return_to: Option<String>,
    carried: Vec<(&'static str, String)>,
}

/// Takes what a client sends, by GET or POST (section 2), and the answer of our own page.
pub(super) async fn handle<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
) -> Result<Response, PageError> {
    if http.method != Method::POST {
        let query = Parameters::parse(http.query.as_bytes()).map_err(|_| PageError::Request)?;
        return begin(server, http, &query).await;
    }
    let form = parse_form(http).map_err(PageError::Form)?;
    if form.get("csrf").unwrap_or_default().is_some() {
        return confirm(server, http, &form).await;
    }
    let keys = server.credential_keys().await?;
    if session::claimed_tag(http, &server.settings.issuer, &keys).is_some() {
        return begin(server, http, &form).await;
    }
    // A cross-site POST arrives without our cookie: the next GET brings it. The hint stays out of the URL.
    Ok(Response::see_other(&again(server, &form)))
}

/// Signs out at once, asks, or finds nobody signed in.
async fn begin<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    query: &Parameters,
) -> Result<Response, PageError> {
    let keys = server.credential_keys().await?;
    let logout = load(server, query).await?;
    let Some((tag, signed_in)) = load_session(server, http, &keys).await? else {
        // A client may be anybody's, and so may a hint be: where nobody vouches for it, a link has to do (A07).
        let known = logout.client.as_ref().is_some_and(|client| !client.registration.is_unverified());
        return leave(server, &logout, logout.hinted.is_some() && known);
    };
    if is_meant(server, &logout, &signed_in, &keys).await? {
        end(server, &signed_in, http).await?;
        return leave(server, &logout, true);
    }
    let page = SignOutPage {
        client_name: logout.client.as_ref().map(|client| client.name.as_str()),
        email: &signed_in.account.user.email,
        csrf: &form_token(&keys, &tag).to_string(),
        carried: &logout.carried,
    };
    // As the consent form: what follows the redirect to the client is not ours to list.
    Ok(html(StatusCode::OK, render(&page)?, ""))
}

/// The person pressed the button.
async fn confirm<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    form: &Parameters,
) -> Result<Response, PageError> {
    verify_own_origin(http, &server.settings.issuer)?;
    let keys = server.credential_keys().await?;
    let logout = load(server, form).await?;
    let Some((tag, signed_in)) = load_session(server, http, &keys).await? else {
        // Perhaps a form of another site, without our cookie: it ends nothing in this browser.
        return Ok(Response::see_other(&again(server, form)));
    };
    verify_form_token(form, &form_token(&keys, &tag))?;
    end(server, &signed_in, http).await?;
    leave(server, &logout, true)
}

/// Reads what is asked, and forgets what is not so: a foreign hint, another client's address.
async fn load<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    parameters: &Parameters,
) -> Result<Logout, PageError> {
    let parameter = |name| parameters.get(name).map_err(|_| PageError::Request);
    let hint = match parameter("id_token_hint")? {
        Some(token) => read_hint(token, server.keys().await?.set(), server.settings.issuer.as_str()),
        None => None,
    };
    let named = parameter("client_id")?;
    // A hint of another client than the one that is named proves nothing (section 2).
    let hint = hint.filter(|hint| named.is_none_or(|named| named == hint.client_id));
    let id = named.or_else(|| hint.as_ref().map(|hint| hint.client_id.as_str()));
    let client = match id.and_then(|id| ClientId::parse(id).ok()) {
        Some(id) => server.client(&id).await?.filter(|client| client.is_live(server.now())),
        None => None,
    };
    let state = parameter("state")?;
    if state.is_some_and(|state| state.len() > MAX_STATE) {
        return Err(PageError::Request);
    }
    let wanted = parameter("post_logout_redirect_uri")?;
    let registered = wanted.filter(|wanted| client.as_ref().is_some_and(|it| it.may_leave_to(wanted)));
    let return_to = registered.and_then(|uri| with_state(uri, state));
    let mut carried = Vec::new();
    for name in CARRIED {
        carried.extend(parameter(name)?.map(|value| (name, value.to_owned())));
    }
    if let (None, Some(client)) = (named, &client) {
        carried.push(("client_id", client.client_id.to_string()));
    }
    Ok(Logout { client, hinted: hint, return_to, carried })
}

/// Whether the client proves that it means this session: by an ID token that it got about this person, and in this
/// session where the token names one (section 2, section 4).
async fn is_meant<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    logout: &Logout,
    signed_in: &SignedIn,
    keys: &CredentialKeys,
) -> Result<bool, PageError> {
    let (Some(client), Some(hinted)) = (&logout.client, &logout.hinted) else { return Ok(false) };
    let sid = sid_of(keys, &signed_in.id, &client.client_id);
    let is_here = hinted.sid.as_ref().is_none_or(|hinted| *hinted == sid);
    Ok(is_here && subject_of(server, client, &signed_in.account.user.user_id).await? == hinted.sub)
}

async fn load_session<S: AuthorizeStore, V: Vault>(
    server: &Server<S, V>,
    http: &Request,
    keys: &CredentialKeys,
) -> Result<Option<(Tag, SignedIn)>, PageError> {
    let Some(tag) = session::claimed_tag(http, &server.settings.issuer, keys) else { return Ok(None) };
    let signed_in = session::load_signed_in(&server.store, Some(&tag), server.now()).await?;
    Ok(signed_in.map(|signed_in| (tag, signed_in)))
}

async fn end<S: AuthorizeStore, V>(
    server: &Server<S, V>,
    signed_in: &SignedIn,
    http: &Request,
) -> Result<(), PageError> {
    let user_id = &signed_in.account.user.user_id;
    backchannel::end(server, &signed_in.session, user_id, &http.call).await?;
    tracing::info!(event = "signed_out", user_id = %user_id);
    Ok(())
}

/// To the client where that is proved or was confirmed; else a page, with a link where there is somewhere to go.
fn leave<S, V>(server: &Server<S, V>, logout: &Logout, at_once: bool) -> Result<Response, PageError> {
    let answer = match &logout.return_to {
        Some(url) if at_once => Response::see_other(url),
        url => html(StatusCode::OK, render(&SignedOutPage { url: url.as_deref() })?, ""),
    };
    Ok(answer.with(header::SET_COOKIE, session::expired_cookie(&server.settings.issuer)))
}

fn form_token(keys: &CredentialKeys, session: &Tag) -> Tag {
    keys.tag(Purpose::Csrf, &[b"logout", session.as_bytes()])
}

/// This endpoint with what may stand in a URL.
fn again<S, V>(server: &Server<S, V>, form: &Parameters) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in CARRIED {
        if let Ok(Some(value)) = form.get(name) {
            query.append_pair(name, value);
        }
    }
    server.settings.issuer.url(&format!("/oauth2/logout?{}", query.finish()))
}

fn with_state(uri: &str, state: Option<&str>) -> Option<String> {
    let Some(state) = state else { return Some(uri.to_owned()) };
    let mut url = Url::parse(uri).ok()?;
    url.query_pairs_mut().append_pair("state", state);
    Some(url.into())
}
