//! The members of OpenID Connect (OpenID Connect Registration section 2, RP-Initiated Logout section 3.1).

use postern_jose::Algorithm;

use crate::client::GrantType;
use crate::openid::{LogoutUri, OpenIdClient, SubjectType, owned_host, sector_of};
use crate::param::RedirectUri;
use crate::register::members::Members;
use crate::register::refusal::MetadataError;

/// The settings, and the `sector_identifier_uri`.
pub(super) fn parse(
    members: &mut Members,
    (redirect_uris, grants): (&[RedirectUri], &[GrantType]),
    offered: &[Algorithm],
) -> Result<(OpenIdClient, Option<String>), MetadataError> {
    let sector_identifier_uri = members.url("sector_identifier_uri")?;
    let subject_type = subject_type(members)?;
    let openid = OpenIdClient {
        subject_type,
        default_max_age: members.seconds("default_max_age")?,
        require_auth_time: members.flag("require_auth_time")?,
        userinfo_signed_response_alg: algorithm(members, "userinfo_signed_response_alg", offered)?,
        post_logout_redirect_uris: leave_to(members)?,
        backchannel_logout_uri: logout_uri(members)?,
        backchannel_logout_session_required: members.flag("backchannel_logout_session_required")?,
        ..OpenIdClient::default()
    };
    if subject_type == SubjectType::Pairwise {
        verify_sector(redirect_uris, grants, sector_identifier_uri.is_some())?;
    }
    Ok((openid, sector_identifier_uri))
}

/// Only what is sent to a sector's own hosts shows whose client it is: else anybody could learn the subjects of any sector
/// (section 5).
fn verify_sector(
    redirect_uris: &[RedirectUri],
    grants: &[GrantType],
    is_named: bool,
) -> Result<(), MetadataError> {
    let refused = |description| Err(MetadataError::Member("subject_type", description));
    if grants.contains(&GrantType::DeviceCode) {
        return refused("pairwise is not for the device code grant.");
    }
    if redirect_uris.is_empty() || redirect_uris.iter().any(|uri| owned_host(uri).is_none()) {
        return refused("pairwise needs redirect URIs, each https and not on loopback.");
    }
    if !is_named && sector_of(redirect_uris).is_none() {
        return refused("pairwise needs redirect URIs of one host, or sector_identifier_uri.");
    }
    Ok(())
}

/// An algorithm among those that are offered; `none` never is.
pub(super) fn algorithm(
    members: &mut Members,
    name: &'static str,
    offered: &[Algorithm],
) -> Result<Option<Algorithm>, MetadataError> {
    let Some(text) = members.text(name)? else { return Ok(None) };
    let algorithm = text.parse().ok().filter(|it| offered.contains(it));
    algorithm.map(Some).ok_or(MetadataError::Member(name, "it is none of those that metadata lists."))
}

fn subject_type(members: &mut Members) -> Result<SubjectType, MetadataError> {
    const NAME: &str = "subject_type";
    match members.text(NAME)?.as_deref() {
        None | Some("public") => Ok(SubjectType::Public),
        Some("pairwise") => Ok(SubjectType::Pairwise),
        Some(_) => Err(MetadataError::Member(NAME, "it must be public or pairwise.")),
    }
}

/// Where it is told that a session has ended (Back-Channel Logout section 2.2).
fn logout_uri(members: &mut Members) -> Result<Option<LogoutUri>, MetadataError> {
    const NAME: &str = "backchannel_logout_uri";
    let uri = members.text(NAME)?.map(|text| LogoutUri::register(&text)).transpose();
    uri.map_err(|_| MetadataError::Member(NAME, "it must be an https URI without a fragment."))
}

/// Where people may be sent when they have signed out.
fn leave_to(members: &mut Members) -> Result<Vec<RedirectUri>, MetadataError> {
    const NAME: &str = "post_logout_redirect_uris";
    let texts = members.texts(NAME)?.unwrap_or_default();
    let uris = texts.iter().map(|text| RedirectUri::register(text)).collect::<Result<_, _>>();
    let wrong = "each must be https, http on a loopback host, or of a scheme that holds a dot.";
    uris.map_err(|_| MetadataError::Member(NAME, wrong))
}
