//! What a client may ask for, API by API: a scope's name means nothing without the API that declares it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Client;
use crate::api::is_of_openid;
use crate::param::{Scope, ScopeSet};

/// The scopes of OpenID Connect that a client may ask for, and those of each API. Two APIs may use one name for two
/// things, so no right at one of them is a right at another (RFC 8707 section 3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlements {
    /// Of OpenID Connect, which concern the person and no API.
    #[serde(default)]
    openid: ScopeSet,
    /// By audience; no API without a scope.
    #[serde(default)]
    apis: BTreeMap<String, ScopeSet>,
}

impl Entitlements {
    /// The rights of a client that knows one API: what of `scopes` is of OpenID Connect, and the rest there.
    pub fn of(audience: &str, scopes: &ScopeSet) -> Self {
        let (openid, of_api) = split(scopes);
        Self { openid, apis: BTreeMap::new() }.with_api(audience, of_api)
    }

    /// Replaces the scopes of OpenID Connect; all others in `scopes` are passed over.
    #[must_use]
    pub fn with_openid(self, scopes: &ScopeSet) -> Self {
        Self { openid: split(scopes).0, ..self }
    }

    /// Replaces the rights at one API; all of them are gone where `scopes` is empty.
    #[must_use]
    pub fn with_api(mut self, audience: &str, scopes: ScopeSet) -> Self {
        self.apis.remove(audience);
        if !scopes.is_empty() {
            self.apis.insert(audience.to_owned(), scopes);
        }
        self
    }

    /// The scopes of OpenID Connect.
    pub const fn openid(&self) -> &ScopeSet {
        &self.openid
    }

    /// The rights at each API, by audience.
    pub const fn apis(&self) -> &BTreeMap<String, ScopeSet> {
        &self.apis
    }
}

impl Client {
    /// What it may ask for in a token for this API: its rights there, and the scopes of OpenID Connect.
    pub fn scopes_for(&self, audience: &str) -> ScopeSet {
        let of_api = self.entitlements.apis.get(audience).into_iter().flat_map(ScopeSet::iter);
        self.entitlements.openid.iter().chain(of_api).cloned().collect()
    }
}

/// What is of OpenID Connect, and what is of an API.
pub(crate) fn split(scopes: &ScopeSet) -> (ScopeSet, ScopeSet) {
    let (openid, of_api): (Vec<Scope>, Vec<Scope>) =
        scopes.iter().cloned().partition(|scope| is_of_openid(scope.as_str()));
    (openid.into_iter().collect(), of_api.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> ScopeSet {
        ScopeSet::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn rights_at_one_api_are_none_at_another() {
        let rights = Entitlements::of("https://a.test", &scopes("openid admin read"))
            .with_api("https://b.test", scopes("write"));
        assert_eq!(rights.openid().to_string(), "openid");
        assert_eq!(rights.apis()["https://a.test"].to_string(), "admin read");
        assert_eq!(rights.apis()["https://b.test"].to_string(), "write");
        let rights = rights.with_api("https://a.test", scopes("")).with_openid(&scopes("email admin"));
        assert_eq!((rights.apis().len(), rights.openid().to_string()), (1, "email".into()));
    }

    #[test]
    fn what_was_stored_without_any_has_none() {
        let rights: Entitlements = serde_json::from_str("{}").unwrap();
        assert_eq!(rights, Entitlements::default());
    }
}
