//! What the API offers: its routes, the scope that each needs, and which scopes imply which (R20).

/// A scope catalogue with a route table.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    descriptions: &'static [(&'static str, &'static str)],
    implications: &'static [(&'static str, &'static [&'static str])],
    routes: &'static [Route],
}

/// One route of the API.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    method: &'static str,
    resource: &'static str,
    need: Need,
}

/// What a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Any good token.
    Token,
    /// This scope, or one that implies it.
    Scope(&'static str),
}

impl Catalogue {
    /// The sample API: `/me` and contacts.
    pub const SAMPLE: Self = Self {
        descriptions: &[
            ("openid", "Know who you are"),
            ("profile", "See your name"),
            ("email", "See your email address"),
            ("offline_access", "Act for you while you are away"),
            ("contact.read", "Read your organisation's contacts"),
            ("contact.write", "Create and change contacts"),
            ("contact.delete", "Delete contacts"),
            ("contact.all", "Read, create, change and delete contacts"),
        ],
        implications: &[("contact.all", &["contact.read", "contact.write", "contact.delete"])],
        routes: &[
            Route::new("GET", "/me", Need::Token),
            Route::new("GET", "/v1/contacts", Need::Scope("contact.read")),
            Route::new("POST", "/v1/contacts", Need::Scope("contact.write")),
            Route::new("POST", "/v1/contacts/search", Need::Scope("contact.read")),
            Route::new("GET", "/v1/contacts/{id}", Need::Scope("contact.read")),
            Route::new("PATCH", "/v1/contacts/{id}", Need::Scope("contact.write")),
            Route::new("DELETE", "/v1/contacts/{id}", Need::Scope("contact.delete")),
        ],
    };

    /// What a route needs; `None` for a route that is not in the table, which is denied.
    ///
    /// `resource` is what the gateway matched, placeholders included, never the raw path (G08).
    pub fn need(&self, method: &str, resource: &str) -> Option<Need> {
        let mut routes = self.routes.iter();
        routes.find(|route| route.method == method && route.resource == resource).map(|route| route.need)
    }

    /// The same by the raw path, for events that have nothing else. A placeholder takes exactly one segment of letters,
    /// digits, `-` and `_`: no dots, no percent, nothing empty, so no trick of paths reaches another route.
    pub fn need_of_path(&self, method: &str, path: &str) -> Option<Need> {
        let mut routes = self.routes.iter().filter(|route| route.method == method);
        routes
            .find(|route| matches_path(route.resource.trim_start_matches('/'), path))
            .map(|route| route.need)
    }

    /// A scope in words; the scope itself where there are none.
    pub fn describe<'a>(&self, scope: &'a str) -> &'a str {
        self.descriptions.iter().find(|(name, _)| *name == scope).map_or(scope, |(_, words)| *words)
    }

    /// Whether a role's permission covers what is needed: `*` covers all, `contact.*` what begins with `contact.`,
    /// everything else itself and what it implies (R20, R22).
    pub fn permits(&self, permission: &str, needed: &str) -> bool {
        if permission == "*" {
            return true;
        }
        let prefix = permission.strip_suffix('*').filter(|prefix| prefix.ends_with(['.', ':']));
        prefix.is_some_and(|prefix| needed.starts_with(prefix)) || self.implies(permission, needed)
    }

    /// Whether holding `held` amounts to holding `needed`.
    pub fn implies(&self, held: &str, needed: &str) -> bool {
        held == needed
            || self.implications.iter().any(|(scope, implied)| *scope == held && implied.contains(&needed))
    }
}

fn matches_path(resource: &str, path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let fits = |(pattern, segment): (&str, &str)| {
        let taken = pattern.starts_with('{') && !segment.is_empty() && segment.bytes().all(is_plain);
        taken || pattern == segment
    };
    resource.split('/').count() == path.split('/').count()
        && resource.split('/').zip(path.split('/')).all(fits)
}

impl Route {
    const fn new(method: &'static str, resource: &'static str, need: Need) -> Self {
        Self { method, resource, need }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g08_only_the_matched_resource_counts() {
        assert_eq!(
            Catalogue::SAMPLE.need("DELETE", "/v1/contacts/{id}"),
            Some(Need::Scope("contact.delete"))
        );
        for resource in
            ["/v1/contacts/1", "/v1//contacts", "/v1/contacts/", "/V1/contacts", "/v1/contacts/%7Bid%7D"]
        {
            assert_eq!(Catalogue::SAMPLE.need("GET", resource), None, "{resource}");
        }
        assert_eq!(Catalogue::SAMPLE.need("PUT", "/me"), None);
    }

    #[test]
    fn g08_a_raw_path_matches_segment_by_segment() {
        let need = |path| Catalogue::SAMPLE.need_of_path("GET", path);
        assert_eq!(need("v1/contacts/con_1"), Some(Need::Scope("contact.read")));
        assert_eq!(need("me"), Some(Need::Token));
        for path in [
            "v1/contacts/",
            "v1/contacts/a/b",
            "v1//contacts",
            "v1/contacts/%2e%2e",
            "v1/contacts/..",
            "",
            "/me",
        ] {
            assert_eq!(need(path), None, "{path}");
        }
        // The literal route comes first: `search` is no contact.
        assert_eq!(
            Catalogue::SAMPLE.need_of_path("POST", "v1/contacts/search"),
            Some(Need::Scope("contact.read"))
        );
    }

    #[test]
    fn permissions_of_roles_follow_patterns_and_implications() {
        let permits = |permission, needed| Catalogue::SAMPLE.permits(permission, needed);
        assert!(permits("*", "contact.read") && permits("contact.*", "contact.read"));
        assert!(permits("contact.all", "contact.delete") && permits("contact.read", "contact.read"));
        assert!(!permits("contact.*", "contacts.read") && !permits("con*", "contact.read"));
        assert!(!permits("contact.read", "contact.write") && !permits("", "contact.read"));
    }

    #[test]
    fn s05_prefixes_imply_nothing() {
        assert!(Catalogue::SAMPLE.implies("contact.all", "contact.delete"));
        assert!(!Catalogue::SAMPLE.implies("contact", "contact.read"));
        assert!(!Catalogue::SAMPLE.implies("contact.read", "contact.all"));
    }
}
