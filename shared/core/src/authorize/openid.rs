//! The parameters of OpenID Connect in an authorization request (OpenID Connect Core section 3.1.2.1).
//!
//! `display`, `ui_locales`, `claims_locales` and, as a rule, `acr_values` are taken and change nothing: there is one page for
//! every display, in one language, and one way to sign in, which `acr` names.

use super::check::Fault;
use crate::api::Target;
use crate::client::{Client, ClientKind};
use crate::openid::{ACR_PASSWORD, OpenIdRequest, ParsedClaims, Prompt, ResponseMode, verify_hint};
use crate::outage::Outage;
use crate::param::{ParameterError, Parameters, RedirectMatched, ScopeSet};
use crate::server::Server;
use crate::store::LoadKeys;
use crate::wire::ErrorCode;

/// Longest address (RFC 5321 section 4.5.3.1.3): a longer hint is none.
const MAX_LOGIN_HINT: usize = 254;

/// What the request says, before it is held to the client's rules.
pub(super) struct Terms<'a> {
    pub(super) client: &'a Client,
    pub(super) scopes: &'a ScopeSet,
    pub(super) target: Target<'a>,
    pub(super) redirect: &'a RedirectMatched,
    /// The `sub` of the hint, if one was sent.
    pub(super) hinted: Result<Option<String>, Fault>,
}

/// Reads all of them.
pub(super) fn parse(parameters: &Parameters, terms: Terms<'_>) -> Result<OpenIdRequest, Fault> {
    let Terms { client, scopes, target, redirect, hinted } = terms;
    let prompt = match parameters.get("prompt")? {
        Some(text) => Prompt::parse(text).ok_or(Fault(
            ErrorCode::InvalidRequest,
            "prompt must be none alone, or of login, consent and select_account.",
        ))?,
        None => Prompt::default(),
    };
    let parsed = match parameters.get("claims")? {
        Some(text) => ParsedClaims::parse(text).ok_or(ParameterError::Malformed("claims"))?,
        None => ParsedClaims::default(),
    };
    if parsed.unmet_acr || !may_meet(parameters.get("acr_values")?, target) {
        return Err(Fault(ErrorCode::UnmetAuthenticationRequirements, "No such acr can be given here."));
    }
    Ok(OpenIdRequest {
        prompt,
        max_age: max_age(parameters)?.or(client.openid.default_max_age),
        login_hint: login_hint(parameters)?,
        hinted_subject: hinted?,
        subjects: parsed.subjects,
        claims: parsed.request.within(&claimable(client, scopes)),
        response_mode: response_mode(parameters, redirect)?,
    })
}

/// Whether a login may do. Classes that nobody here has heard of are wishes, and no error (OpenID Connect Core section 15.1).
/// Whoever comes with the challenge of a route that no login ever meets is told so, and does not ask for ever (RFC 9470
/// section 5).
fn may_meet(acr_values: Option<&str>, target: Target<'_>) -> bool {
    let classes = || acr_values.unwrap_or_default().split(' ').filter(|class| !class.is_empty());
    classes().any(|class| class == ACR_PASSWORD) || !classes().any(|class| target.asks_for(class))
}

/// How the answer goes back. A form is posted to the web alone, not to an app's own scheme.
pub(super) fn response_mode(
    parameters: &Parameters,
    redirect: &RedirectMatched,
) -> Result<ResponseMode, Fault> {
    let is_web = redirect.as_str().starts_with("https://") || redirect.as_str().starts_with("http://");
    match parameters.get("response_mode")? {
        None | Some("query") => Ok(ResponseMode::Query),
        Some("form_post") if is_web => Ok(ResponseMode::FormPost),
        Some(_) => Err(Fault(ErrorCode::InvalidRequest, "The response modes are query and form_post.")),
    }
}

/// The scopes whose claims may be asked for by name: without `openid` none, a platform those alone that it asks for,
/// since its page shows no others.
fn claimable(client: &Client, scopes: &ScopeSet) -> ScopeSet {
    match client.kind {
        _ if !scopes.contains("openid") => ScopeSet::default(),
        ClientKind::Platform => scopes.clone(),
        _ => client.entitlements.openid().clone(),
    }
}

fn max_age(parameters: &Parameters) -> Result<Option<u64>, Fault> {
    let Some(text) = parameters.get("max_age")? else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.map(Some).ok_or_else(|| ParameterError::Malformed("max_age").into())
}

fn login_hint(parameters: &Parameters) -> Result<Option<String>, Fault> {
    let hint = parameters.get("login_hint")?.filter(|hint| hint.len() <= MAX_LOGIN_HINT);
    Ok(hint.filter(|hint| !hint.chars().any(char::is_control)).map(str::to_owned))
}

/// The `sub` of `id_token_hint`. A token that is not ours, or not this client's, is a fault; one that has expired is not.
pub(super) async fn load_hint<S: LoadKeys, V>(
    server: &Server<S, V>,
    parameters: &Parameters,
    client: &Client,
) -> Result<Result<Option<String>, Fault>, Outage> {
    let Ok(Some(token)) = parameters.get("id_token_hint") else { return Ok(Ok(None)) };
    let keys = server.keys().await?;
    let issuer = server.settings.issuer.as_str();
    let subject = verify_hint(token, keys.set(), issuer, client.client_id.as_str());
    let fault = Fault(ErrorCode::InvalidRequest, "id_token_hint is no ID token that this client got here.");
    Ok(subject.map(Some).ok_or(fault))
}
