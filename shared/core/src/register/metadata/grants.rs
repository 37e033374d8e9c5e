//! `grant_types` and `response_types`, which belong together (RFC 7591 section 2.1).

use crate::client::GrantType;
use crate::register::members::Members;
use crate::register::refusal::MetadataError;

/// Grants that would give more than a person's consent does, or that no longer exist: whoever wants them would not work
/// here, and is told so (D03).
const NEVER: [&str; 4] =
    ["client_credentials", "implicit", "password", "urn:ietf:params:oauth:grant-type:token-exchange"];

/// The grants of a client for which a person decides. Types that we do not know are left out (section 2).
pub(super) fn parse(members: &mut Members) -> Result<Vec<GrantType>, MetadataError> {
    const NAME: &str = "grant_types";
    let asked = members.texts(NAME)?.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
    if asked.iter().any(|it| NEVER.contains(&it.as_str())) {
        let description =
            "clients that register themselves have authorization_code, device_code and refresh_token.";
        return Err(MetadataError::Member(NAME, description));
    }
    let known = [GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::DeviceCode];
    let is_asked = |it: &GrantType| asked.iter().any(|text| parse_one(text) == Some(*it));
    let grants: Vec<_> = known.into_iter().filter(is_asked).collect();
    let has_code = grants.contains(&GrantType::AuthorizationCode);
    if !has_code && !grants.contains(&GrantType::DeviceCode) {
        return Err(MetadataError::Member(NAME, "it needs authorization_code, or the device code grant."));
    }
    response_types(members, has_code)?;
    Ok(grants)
}

fn parse_one(text: &str) -> Option<GrantType> {
    serde_json::from_value(text.into()).ok()
}

/// D04: `code` for the code grant, and nothing else for anybody.
fn response_types(members: &mut Members, has_code: bool) -> Result<(), MetadataError> {
    const NAME: &str = "response_types";
    let Some(types) = members.texts(NAME)? else { return Ok(()) };
    let is_code = types == ["code"];
    match has_code {
        true if is_code => Ok(()),
        true => Err(MetadataError::Member(NAME, "the only one is code.")),
        false if types.is_empty() => Ok(()),
        false => Err(MetadataError::Member(NAME, "without authorization_code there is none.")),
    }
}
