//! What a client that registered itself may ask people for.

use crate::api::Apis;
use crate::client::{Client, Entitlements, Everywhere, is_posterns_own, split};
use crate::param::{Scope, ScopeSet};
use crate::register::MetadataError;

/// What of OpenID Connect anybody may ask for.
const OPENID: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

/// The rights of a client that asks for these scopes: what there is of them, and everything where it names none. The
/// APIs that are loaded tell what there is; Postern's own never count (D03).
///
/// [`MetadataError`] where nothing is left: RFC 7591 section 2 lets a server drop what it does not know.
pub fn rights(asked: Option<&ScopeSet>, apis: &Apis) -> Result<Entitlements, MetadataError> {
    let Some(asked) = asked else { return Ok(unbounded_rights()) };
    let (openid, of_apis) = split(asked);
    let known =
        |scope: &Scope| apis.iter().any(|api| !is_posterns_own(&api.audience) && api.catalogue.knows(scope));
    let named: ScopeSet = of_apis.iter().filter(|scope| known(scope)).cloned().collect();
    if openid.is_empty() && named.is_empty() {
        return Err(MetadataError::Member("scope", "none of it is known here."));
    }
    Ok(Entitlements::everywhere(&openid, Everywhere::Named(named)))
}

/// What anybody may ask people for who names no scopes.
pub(crate) fn unbounded_rights() -> Entitlements {
    let openid = OPENID.into_iter().filter_map(|name| Scope::parse(name).ok()).collect();
    Entitlements::everywhere(&openid, Everywhere::All)
}

/// The `scope` of a client; `None` where it is not bounded.
pub(super) fn scope_of(client: &Client) -> Option<ScopeSet> {
    let rights = &client.entitlements;
    let by_name = rights.apis().values().flat_map(ScopeSet::iter);
    let named = match rights.at_any_api() {
        Some(Everywhere::All) => return None,
        Some(Everywhere::Named(scopes)) => Some(scopes),
        None => None,
    };
    let of_apis = by_name.chain(named.into_iter().flat_map(ScopeSet::iter));
    Some(rights.openid().iter().chain(of_apis).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::is_of_openid;

    #[test]
    fn every_scope_of_openid_connect_is_of_openid_connect() {
        assert!(OPENID.into_iter().all(is_of_openid));
    }

    #[test]
    fn rfc7591_2_what_is_not_known_is_dropped() {
        let apis = Apis::default();
        let asked = |text: &str| ScopeSet::try_from(text.to_owned()).unwrap();
        assert_eq!(rights(Some(&asked("openid nonsense")), &apis).unwrap().openid().to_string(), "openid");
        assert!(rights(Some(&asked("nonsense")), &apis).is_err());
        assert_eq!(rights(None, &apis).unwrap().at_any_api(), Some(&Everywhere::All));
    }
}
