//! The URI by which a request names an API (RFC 8707 section 2, RFC 9728 section 1.2).

use super::Api;

/// A resource identifier, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resource<'a> {
    /// Up to and with `://`.
    scheme: &'a str,
    /// Host, and port where it is not the scheme's own.
    pub(crate) authority: &'a str,
    /// Path and query; empty where the path is only `/`, which URL libraries add (RFC 9728 section 3.1).
    pub(crate) path: &'a str,
}

impl<'a> Resource<'a> {
    /// Takes an absolute URI with a host apart; `None` for all else.
    pub(crate) fn parse(uri: &'a str) -> Option<Self> {
        let start = uri.find("://")? + "://".len();
        let (scheme, rest) = uri.split_at_checked(start)?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let path = if path == "/" { "" } else { path };
        (!authority.is_empty()).then_some(Self { scheme, authority, path })
    }

    /// Whether two identifiers are the same but for a `/` after the host.
    fn is(&self, other: &Self) -> bool {
        self.scheme == other.scheme
            && self.authority.eq_ignore_ascii_case(other.authority)
            && self.path == other.path
    }
}

/// Whether two texts name the same resource: a URL library may have put a `/` after a bare host.
pub(crate) fn same_resource(one: &str, other: &str) -> bool {
    let same = || Some(Resource::parse(one)?.is(&Resource::parse(other)?));
    one == other || same().unwrap_or_default()
}

impl Api {
    /// Whether a request that names `resource` means this API: by its audience, by one of its `resources`, or by the
    /// audience's path at one of its domains.
    pub fn is_named(&self, resource: &str) -> bool {
        let by_uri = self.uris().any(|uri| same_resource(uri, resource));
        by_uri || Resource::parse(resource).is_some_and(|it| it.scheme == "https://" && self.lives_at(&it))
    }

    /// Whether a request could name both: then it would mean whichever comes first (RFC 8707 section 2).
    pub(crate) fn shares_a_name(&self, other: &Self) -> bool {
        self.names().iter().any(|name| other.is_named(name))
            || other.names().iter().any(|name| self.is_named(name))
    }

    /// Every name, with the audience's path at each domain.
    fn names(&self) -> Vec<String> {
        let path = Resource::parse(&self.audience).map(|own| own.path.to_owned());
        let at = |path: &String| {
            self.domains.iter().map(|domain| format!("https://{domain}{path}")).collect::<Vec<_>>()
        };
        self.uris().map(str::to_owned).chain(path.iter().flat_map(at)).collect()
    }

    /// The resource that this API is at a host and a path, as a request has to name it; `None` where it is none.
    pub(crate) fn named(&self, authority: &str, path: &str) -> Option<String> {
        let path = if path == "/" { "" } else { path };
        let fits = |it: &Resource<'_>| it.authority.eq_ignore_ascii_case(authority) && it.path == path;
        if let Some(uri) = self.uris().find(|uri| Resource::parse(uri).as_ref().is_some_and(fits)) {
            return Some(uri.to_owned());
        }
        let resource = Resource { scheme: "https://", authority, path };
        let found =
            self.domains.iter().find(|it| it.eq_ignore_ascii_case(authority) && self.lives_at(&resource));
        found.map(|domain| format!("https://{domain}{path}"))
    }

    fn uris(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.audience.as_str()).chain(self.resources.iter().map(String::as_str))
    }

    /// Whether this is the audience's path at one of the domains at which the API is called.
    fn lives_at(&self, resource: &Resource<'_>) -> bool {
        let path = Resource::parse(&self.audience).map(|own| own.path);
        path == Some(resource.path)
            && self.domains.iter().any(|it| it.eq_ignore_ascii_case(resource.authority))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api() -> Api {
        Api {
            audience: "https://api.test/v1".to_owned(),
            resources: vec!["https://gw.test/prod".to_owned()],
            name: "A".to_owned(),
            domains: vec!["api.test".to_owned(), "eu.api.test:8443".to_owned()],
            catalogue: crate::api::Catalogue::default(),
            routes: Vec::new().into(),
        }
    }

    #[test]
    fn x09_an_api_has_few_names_and_all_are_exact() {
        let api = api();
        for good in [
            "https://api.test/v1",
            "https://API.test/v1",
            "https://gw.test/prod",
            "https://eu.api.test:8443/v1",
        ] {
            assert!(api.is_named(good), "{good}");
        }
        for bad in [
            "",
            "https://api.test",
            "https://api.test/v1/",
            "https://api.test/V1",
            "http://api.test/v1",
            "http://eu.api.test:8443/v1",
            "https://eu.api.test/v1",
            "https://api.test/v1?x=1",
            "https://gw.test",
            "https://eu.api.test:8443/prod",
            "api.test/v1",
        ] {
            assert!(!api.is_named(bad), "{bad}");
        }
    }

    #[test]
    fn a_slash_after_a_bare_host_says_nothing() {
        assert!(same_resource("https://api.test", "https://api.test/"));
        assert!(!same_resource("https://api.test", "https://api.test//"));
        assert!(!same_resource("urn:a", "urn:b") && same_resource("urn:a", "urn:a"));
    }

    #[test]
    fn d11_what_is_told_is_what_was_asked() {
        let api = api();
        assert_eq!(api.named("api.test", "/v1").as_deref(), Some("https://api.test/v1"));
        assert_eq!(api.named("eu.api.test:8443", "/v1").as_deref(), Some("https://eu.api.test:8443/v1"));
        assert_eq!(api.named("gw.test", "/prod").as_deref(), Some("https://gw.test/prod"));
        assert_eq!(api.named("api.test", "/v2"), None);
        assert_eq!(api.named("other.test", "/v1"), None);
    }
}
