//! What a client can be told to be at OpenID Connect.

use postern_jose::Algorithm;
use serde::Serialize;

use super::client_form::redirect_uris;
use super::desk::Desk;
use crate::api_error::ApiError;
use crate::client::{Client, GrantType};
use crate::json_body::JsonBody;
use crate::openid::{LogoutUri, OpenIdClient, SubjectType};
use crate::param::RedirectUri;
use crate::store::LoadKeys;

/// A client's settings as administrators see them.
#[derive(Serialize)]
pub(super) struct OpenIdView {
    subject_type: SubjectType,
    default_max_age: Option<u64>,
    require_auth_time: bool,
    userinfo_signed_response_alg: Option<Algorithm>,
    require_pkce: bool,
    post_logout_redirect_uris: Vec<RedirectUri>,
    backchannel_logout_uri: Option<LogoutUri>,
    backchannel_logout_session_required: bool,
}

/// What becomes of a setting that may be absent.
enum Change<T> {
    Kept,
    Removed,
    Set(T),
}

impl<T> Change<T> {
    fn apply(self, setting: &mut Option<T>) {
        match self {
            Self::Kept => {}
            Self::Removed => *setting = None,
            Self::Set(value) => *setting = Some(value),
        }
    }
}

/// The members that may come at creation and later.
pub(super) struct OpenIdChanges {
    subject_type: Option<SubjectType>,
    default_max_age: Change<u64>,
    require_auth_time: Option<bool>,
    userinfo_signed_response_alg: Change<Algorithm>,
    require_pkce: Option<bool>,
    post_logout_redirect_uris: Option<Vec<RedirectUri>>,
    backchannel_logout_uri: Change<LogoutUri>,
    backchannel_logout_session_required: Option<bool>,
}

pub(super) fn view(client: &Client) -> OpenIdView {
    let OpenIdClient { subject_type, default_max_age, require_auth_time, .. } = client.openid;
    OpenIdView {
        subject_type,
        default_max_age,
        require_auth_time,
        userinfo_signed_response_alg: client.openid.userinfo_signed_response_alg,
        require_pkce: client.requires_pkce(),
        post_logout_redirect_uris: client.openid.post_logout_redirect_uris.clone(),
        backchannel_logout_uri: client.openid.backchannel_logout_uri.clone(),
        backchannel_logout_session_required: client.openid.backchannel_logout_session_required,
    }
}

impl OpenIdChanges {
    /// Takes them out of the body.
    pub(super) async fn read<S: LoadKeys, V>(
        desk: &Desk<'_, S, V>,
        body: &mut JsonBody,
    ) -> Result<Self, ApiError> {
        let default_max_age = if body.null("default_max_age") {
            Change::Removed
        } else {
            body.number("default_max_age")?.map_or(Change::Kept, Change::Set)
        };
        Ok(Self {
            subject_type: body.text("subject_type")?.map(|text| subject_type(&text)).transpose()?,
            default_max_age,
            require_auth_time: body.flag("require_auth_time")?,
            userinfo_signed_response_alg: algorithm(desk, body).await?,
            require_pkce: body.flag("require_pkce")?,
            post_logout_redirect_uris: addresses(body)?,
            backchannel_logout_uri: logout_uri(body)?,
            backchannel_logout_session_required: body.flag("backchannel_logout_session_required")?,
        })
    }

    /// Makes them.
    pub(super) fn apply(self, openid: &mut OpenIdClient) {
        if let Some(uris) = self.post_logout_redirect_uris {
            openid.post_logout_redirect_uris = uris;
        }
        self.backchannel_logout_uri.apply(&mut openid.backchannel_logout_uri);
        let required = self.backchannel_logout_session_required;
        openid.backchannel_logout_session_required =
            required.unwrap_or(openid.backchannel_logout_session_required);
        openid.subject_type = self.subject_type.unwrap_or(openid.subject_type);
        self.default_max_age.apply(&mut openid.default_max_age);
        openid.require_auth_time = self.require_auth_time.unwrap_or(openid.require_auth_time);
        self.userinfo_signed_response_alg.apply(&mut openid.userinfo_signed_response_alg);
        openid.pkce_optional = self.require_pkce.map_or(openid.pkce_optional, |required| !required);
    }
}

/// Whether they fit the client.
pub(super) fn verify(client: &Client) -> Result<(), ApiError> {
    if client.is_public() && client.openid.pkce_optional {
        return Err(ApiError::of_field("require_pkce", "A public client never goes without PKCE."));
    }
    if client.openid.subject_type == SubjectType::Pairwise && client.sector().is_none() {
        let description = "`pairwise` needs https redirect URIs that all have one host, not loopback.";
        return Err(ApiError::of_field("subject_type", description));
    }
    // Else whoever may register a service could send people from our page to wherever they like (A25).
    if !client.openid.post_logout_redirect_uris.is_empty() && !client.may_use(GrantType::AuthorizationCode) {
        let description = "Nobody signs in at this kind of client.";
        return Err(ApiError::of_field("post_logout_redirect_uris", description));
    }
    // Nor could they have us call anybody.
    if client.openid.backchannel_logout_uri.is_some() && !client.may_use(GrantType::AuthorizationCode) {
        let description = "Nobody signs in at this kind of client.";
        return Err(ApiError::of_field("backchannel_logout_uri", description));
    }
    Ok(())
}

/// Where the client is told that a session has ended.
fn logout_uri(body: &mut JsonBody) -> Result<Change<LogoutUri>, ApiError> {
    const NAME: &str = "backchannel_logout_uri";
    if body.null(NAME) {
        return Ok(Change::Removed);
    }
    let Some(text) = body.text(NAME)? else { return Ok(Change::Kept) };
    let uri = LogoutUri::register(&text);
    uri.map(Change::Set).map_err(|_| ApiError::of_field(NAME, "It must be an https URI without a fragment."))
}

/// Where people may be sent when they have signed out.
fn addresses(body: &mut JsonBody) -> Result<Option<Vec<RedirectUri>>, ApiError> {
    const NAME: &str = "post_logout_redirect_uris";
    body.texts(NAME)?.map(|texts| redirect_uris(NAME, &texts)).transpose()
}

fn subject_type(text: &str) -> Result<SubjectType, ApiError> {
    match text {
        "public" => Ok(SubjectType::Public),
        "pairwise" => Ok(SubjectType::Pairwise),
        _ => Err(ApiError::of_field("subject_type", "It must be `public` or `pairwise`.")),
    }
}

/// One of the algorithms that the server's keys sign with.
async fn algorithm<S: LoadKeys, V>(
    desk: &Desk<'_, S, V>,
    body: &mut JsonBody,
) -> Result<Change<Algorithm>, ApiError> {
    const NAME: &str = "userinfo_signed_response_alg";
    if body.null(NAME) {
        return Ok(Change::Removed);
    }
    let Some(text) = body.text(NAME)? else { return Ok(Change::Kept) };
    let known = desk.server.keys().await?.algorithms().into_iter().find(|it| it.name() == text);
    let refused = || ApiError::of_field(NAME, "It must be an algorithm that the server's keys sign with.");
    known.map(Change::Set).ok_or_else(refused)
}
