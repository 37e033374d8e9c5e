//! `redirect_uris`, and what they tell of an application.

use crate::client::GrantType;
use crate::param::RedirectUri;
use crate::register::members::Members;
use crate::register::refusal::MetadataError;

const WRONG: MetadataError = MetadataError::RedirectUri(
    "each must be https, http on a loopback host, or of a scheme that holds a dot, without fragment and user name.",
);

/// Where codes are sent: somewhere, if there are codes.
pub(super) fn parse(members: &mut Members, grants: &[GrantType]) -> Result<Vec<RedirectUri>, MetadataError> {
    let texts = members.texts("redirect_uris");
    let texts = texts.map_err(|_| MetadataError::RedirectUri("it must be a list of at most 20 URIs."))?;
    let uris = texts.iter().flatten().map(|text| RedirectUri::register(text));
    let uris: Vec<_> = uris.collect::<Result<_, _>>().map_err(|_| WRONG)?;
    if uris.is_empty() && grants.contains(&GrantType::AuthorizationCode) {
        return Err(MetadataError::RedirectUri("it is required."));
    }
    Ok(uris)
}

/// Whether it is an app on a device, where it says so or its addresses do. A loopback address does not make a web
/// application a native one: developers have them too.
pub(super) fn is_native(members: &mut Members, uris: &[RedirectUri]) -> Result<bool, MetadataError> {
    const NAME: &str = "application_type";
    let is_private = |uri: &RedirectUri| !uri.is_of_web();
    match members.text(NAME)?.as_deref() {
        None => Ok(uris.iter().any(|uri| !uri.as_str().starts_with("https://"))),
        Some("native") => Ok(true),
        Some("web") if uris.iter().any(is_private) => {
            Err(MetadataError::RedirectUri("a private scheme is for native applications."))
        }
        Some("web") => Ok(false),
        Some(_) => Err(MetadataError::Member(NAME, "it must be web or native.")),
    }
}
