//! What a client may ask for, API by API: a scope's name means nothing without the API that declares it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::Client;
use crate::account::AUDIENCE_PATH as ACCOUNT_PATH;
use crate::admin::AUDIENCE_PATH as ADMIN_PATH;
use crate::api::is_of_openid;
use crate::param::{Scope, ScopeSet};

/// The scopes of OpenID Connect that a client may ask for, and those of each API. Two APIs may use one name for two
/// things, so no right at one of them is a right at another (RFC 8707 section 3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlements {
    /// Of OpenID Connect, which concern the person and no API.
    #[serde(default)]
    openid: ScopeSet,
    /// By audience. An entry is all that there is at its API; an empty one bars a client that says things of itself.
    #[serde(default)]
    apis: BTreeMap<String, ScopeSet>,
    /// At every API but Postern's own, whether it is loaded already or not: for clients for which nobody names APIs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    everywhere: Option<Everywhere>,
}

/// What a client may ask for wherever a person consents to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Everywhere {
    /// Whatever the API declares.
    All,
    /// What the API declares among these.
    Named(ScopeSet),
}

impl Entitlements {
    /// The rights of a client that knows one API: what of `scopes` is of OpenID Connect, and the rest there.
    pub fn of(audience: &str, scopes: &ScopeSet) -> Self {
        let (openid, of_api) = split(scopes);
        Self { openid, ..Self::default() }.with_api(audience, of_api)
    }

    /// The rights of a client that nobody vouched for: these scopes of OpenID Connect, and what people let it do at any
    /// API but Postern's own (D03).
    pub fn everywhere(openid: &ScopeSet, apis: Everywhere) -> Self {
        Self { everywhere: Some(apis), ..Self::default() }.with_openid(openid)
    }

    /// Replaces the scopes of OpenID Connect; all others in `scopes` are passed over.
    #[must_use]
    pub fn with_openid(self, scopes: &ScopeSet) -> Self {
        Self { openid: split(scopes).0, ..self }
    }

    /// Replaces the rights at one API, whatever there is everywhere; none are left there where `scopes` is empty.
    #[must_use]
    pub fn with_api(self, audience: &str, scopes: ScopeSet) -> Self {
        if scopes.is_empty() && self.everywhere.is_none() {
            return self.without_api(audience);
        }
        self.held_at(audience, scopes)
    }

    /// The same, and no scopes are kept too: they hold a client at that API that says what it has everywhere only later.
    #[must_use]
    pub fn held_at(mut self, audience: &str, scopes: ScopeSet) -> Self {
        self.apis.insert(audience.to_owned(), scopes);
        self
    }

    /// Says nothing of one API any more: what there is everywhere is there too.
    #[must_use]
    pub fn without_api(mut self, audience: &str) -> Self {
        self.apis.remove(audience);
        self
    }

    /// The same without what there is everywhere: what is named API by API alone.
    #[must_use]
    pub fn at_named_apis(self) -> Self {
        Self { everywhere: None, ..self }
    }

    /// The scopes of OpenID Connect.
    pub const fn openid(&self) -> &ScopeSet {
        &self.openid
    }

    /// The rights at each API, by audience.
    pub const fn apis(&self) -> &BTreeMap<String, ScopeSet> {
        &self.apis
    }

    /// What it has at any API; `None` where its rights are named API by API.
    pub const fn at_any_api(&self) -> Option<&Everywhere> {
        self.everywhere.as_ref()
    }

    fn everywhere_at(&self, audience: &str) -> Option<&Everywhere> {
        self.everywhere.as_ref().filter(|_| !is_posterns_own(audience) && !self.apis.contains_key(audience))
    }
}

impl Client {
    /// What it may ask for by name in a token for this API: its rights there, and the scopes of OpenID Connect. A client
    /// may have more than that where [`Self::bound_at`] is `None`.
    pub fn scopes_for(&self, audience: &str) -> ScopeSet {
        let of_api = self.entitlements.apis.get(audience);
        let named = match self.entitlements.everywhere_at(audience) {
            Some(Everywhere::Named(scopes)) => Some(scopes),
            Some(Everywhere::All) | None => None,
        };
        let of_apis = of_api.into_iter().chain(named).flat_map(ScopeSet::iter);
        self.entitlements.openid.iter().chain(of_apis).cloned().collect()
    }

    /// What somebody gave it at this API by name.
    pub fn given_at(&self, audience: &str) -> ScopeSet {
        self.entitlements.apis.get(audience).cloned().unwrap_or_default()
    }

    /// Whether it has any right at this API.
    pub fn reaches(&self, audience: &str) -> bool {
        match (self.entitlements.apis.get(audience), self.entitlements.everywhere_at(audience)) {
            (Some(scopes), _) | (None, Some(Everywhere::Named(scopes))) => !scopes.is_empty(),
            (None, everywhere) => everywhere.is_some(),
        }
    }

    /// The bound of what it may do at this API; `None` where only the API's own catalogue bounds it.
    pub fn bound_at(&self, audience: &str) -> Option<ScopeSet> {
        match self.entitlements.everywhere_at(audience) {
            Some(Everywhere::All) => None,
            Some(Everywhere::Named(_)) | None => Some(self.scopes_for(audience)),
        }
    }

    /// What of these scopes it may ask for in a token for this API.
    pub fn narrowed(&self, audience: &str, wanted: &ScopeSet) -> ScopeSet {
        let of_api = self.bound_at(audience);
        let openid = &self.entitlements.openid;
        let may = |scope: &Scope| match &of_api {
            _ if is_of_openid(scope.as_str()) => openid.contains(scope.as_str()),
            Some(bound) => bound.contains(scope.as_str()),
            None => true,
        };
        wanted.iter().filter(|scope| may(scope)).cloned().collect()
    }
}

/// Whether this is the audience of one of Postern's own APIs, at whatever address: nobody gets rights there without
/// being given them (D03).
pub(crate) fn is_posterns_own(audience: &str) -> bool {
    let own = |url: Url| [ADMIN_PATH, ACCOUNT_PATH].contains(&url.path());
    Url::parse(audience).is_ok_and(own)
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
    use crate::client::ClientKind;
    use crate::id::ClientId;

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

    fn client(rights: &Entitlements) -> Client {
        let blank = Client::blank(ClientId::parse("c").unwrap(), ClientKind::Spa);
        Client { entitlements: rights.clone(), ..blank }
    }

    #[test]
    fn what_is_named_at_one_api_is_all_that_there_is_there() {
        let (openid, api) = (scopes("openid"), "https://as.test/api");
        let all = Entitlements::everywhere(&openid, Everywhere::All);
        let less = client(&all.clone().with_api(api, scopes("read")));
        assert_eq!(less.narrowed(api, &scopes("openid read write")).to_string(), "openid read");
        assert_eq!(less.bound_at("https://b.test"), None);
        let none = client(&all.clone().with_api(api, scopes("")));
        assert!(!none.reaches(api) && none.reaches("https://b.test"));
        assert_eq!(none.narrowed(api, &scopes("read")).to_string(), "");
        let again = client(&all.clone().with_api(api, scopes("")).without_api(api));
        assert_eq!(again.bound_at(api), None);
        let barred = all.clone().at_named_apis().held_at(api, scopes("read")).held_at(api, scopes(""));
        assert!(barred.apis()[api].is_empty() && !client(&barred).reaches(api));
        let named = client(&all.with_api(api, scopes("read")).at_named_apis());
        assert!(named.reaches(api) && !named.reaches("https://b.test"));
    }

    #[test]
    fn d03_rights_everywhere_stop_at_posterns_own_apis() {
        let (openid, asked) = (scopes("openid"), scopes("admin email openid read"));
        let all = client(&Entitlements::everywhere(&openid, Everywhere::All));
        let some = client(&Entitlements::everywhere(&openid, Everywhere::Named(scopes("read"))));
        let none = client(&Entitlements::everywhere(&openid, Everywhere::Named(scopes(""))));
        for own in ["https://as.test/admin", "https://as.test/account", "http://localhost:8080/admin"] {
            assert!(!all.reaches(own) && !some.reaches(own));
            assert_eq!(all.narrowed(own, &asked).to_string(), "openid");
            assert_eq!(all.bound_at(own).unwrap().to_string(), "openid");
        }
        let api = "https://as.test/api";
        assert!(all.reaches(api) && some.reaches(api) && !none.reaches(api));
        assert_eq!(all.narrowed(api, &asked).to_string(), "admin openid read");
        assert_eq!(some.narrowed(api, &asked).to_string(), "openid read");
        assert_eq!(none.narrowed(api, &asked).to_string(), "openid");
        assert_eq!((all.bound_at(api), all.given_at(api).is_empty()), (None, true));
    }
}
