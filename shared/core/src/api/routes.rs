//! The route table: what each operation needs, found in a time that does not grow with their number.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Need, StepUp};

/// One operation of the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The method, in upper case.
    pub method: String,
    /// The path as documented: `/v1/contacts/{id}`.
    pub path: String,
    /// What it needs.
    pub need: Need,
    /// How its user must have signed in.
    #[serde(default, skip_serializing_if = "StepUp::is_empty")]
    pub step_up: StepUp,
}

impl Route {
    /// Segment by segment whether it is a placeholder: of two routes that fit a path the lesser is the closer one.
    pub(super) fn openness(&self) -> impl Iterator<Item = bool> {
        self.path.split('/').map(|segment| segment.starts_with('{'))
    }
}

/// The operations of an API.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Vec<Route>", into = "Vec<Route>")]
pub struct Routes {
    list: Vec<Route>,
    by_resource: HashMap<(String, String), usize>,
    tree: Node,
}

/// One segment of the paths, with what may follow it.
#[derive(Clone, Debug, Default)]
struct Node {
    literals: HashMap<String, Node>,
    placeholder: Option<Box<Node>>,
    by_method: HashMap<String, usize>,
}

impl Routes {
    /// The route that the gateway matched: by its resource, placeholders included, never by the raw path (G08).
    /// What a placeholder is called does not matter. `None` for a route that is not in the table, which is denied.
    pub fn of_resource(&self, method: &str, resource: &str) -> Option<&Route> {
        let index = self.by_resource.get(&(method.to_owned(), nameless(resource)))?;
        self.list.get(*index)
    }

    /// The same by the raw path, for events that have nothing else. A placeholder takes exactly one segment of letters,
    /// digits, `-` and `_`: no dots, no percent, nothing empty, so no trick of paths reaches another route. A literal
    /// segment wins over a placeholder.
    pub fn of_path(&self, method: &str, path: &str) -> Option<&Route> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        self.tree.find(&segments, method).and_then(|index| self.list.get(index))
    }

    /// The need of [`Routes::of_resource`].
    pub fn need(&self, method: &str, resource: &str) -> Option<&Need> {
        self.of_resource(method, resource).map(|route| &route.need)
    }

    /// The need of [`Routes::of_path`].
    pub fn need_of_path(&self, method: &str, path: &str) -> Option<&Need> {
        self.of_path(method, path).map(|route| &route.need)
    }

    /// The routes, as documented.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.list.iter()
    }
}

impl Node {
    fn insert(&mut self, path: &str, method: &str, index: usize) {
        let mut node = self;
        for segment in path.trim_start_matches('/').split('/') {
            node = if segment.starts_with('{') {
                node.placeholder.get_or_insert_default()
            } else {
                node.literals.entry(segment.to_owned()).or_default()
            };
        }
        node.by_method.insert(method.to_owned(), index);
    }

    fn find(&self, segments: &[&str], method: &str) -> Option<usize> {
        let Some((segment, rest)) = segments.split_first() else {
            return self.by_method.get(method).copied();
        };
        let literal = self.literals.get(*segment).and_then(|node| node.find(rest, method));
        literal.or_else(|| self.placeholder.as_ref().filter(|_| is_plain(segment))?.find(rest, method))
    }
}

fn is_plain(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !segment.is_empty() && segment.bytes().all(plain)
}

/// A resource with the names of its placeholders taken out; a greedy one stays apart.
fn nameless(resource: &str) -> String {
    let anonymous = |segment: &str| match segment.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        Some(name) if name.ends_with('+') => "{+}".to_owned(),
        Some(_) => "{}".to_owned(),
        None => segment.to_owned(),
    };
    resource.split('/').map(anonymous).collect::<Vec<_>>().join("/")
}

impl From<Vec<Route>> for Routes {
    fn from(list: Vec<Route>) -> Self {
        let (mut by_resource, mut tree) = (HashMap::with_capacity(list.len()), Node::default());
        for (index, route) in list.iter().enumerate() {
            by_resource.insert((route.method.clone(), nameless(&route.path)), index);
            tree.insert(&route.path, &route.method, index);
        }
        Self { list, by_resource, tree }
    }
}

impl From<Routes> for Vec<Route> {
    fn from(routes: Routes) -> Self {
        routes.list
    }
}

impl PartialEq for Routes {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Routes {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::ScopeSet;

    fn routes() -> Routes {
        let route = |method: &str, path: &str, scope: &str| Route {
            method: method.to_owned(),
            path: path.to_owned(),
            need: Need::any_of(vec![ScopeSet::parse(scope).unwrap()]),
            step_up: StepUp::default(),
        };
        Routes::from(vec![
            route("GET", "/v1/contacts", "list"),
            route("POST", "/v1/contacts/search", "search"),
            route("GET", "/v1/contacts/{id}", "read"),
            route("POST", "/v1/contacts/{id}", "act"),
            route("GET", "/v1/{kind}/export", "export"),
        ])
    }

    fn scope(need: Option<&Need>) -> Option<String> {
        need.and_then(Need::challenge).map(ToString::to_string)
    }

    #[test]
    fn g08_only_the_matched_resource_counts() {
        let routes = routes();
        let need = |resource: &str| scope(routes.need("GET", resource));
        assert_eq!(need("/v1/contacts/{id}").as_deref(), Some("read"));
        assert_eq!(need("/v1/contacts/{contactId}").as_deref(), Some("read"));
        for resource in [
            "/v1/contacts/1",
            "/v1//contacts",
            "/v1/contacts/",
            "/V1/contacts",
            "/v1/contacts/%7Bid%7D",
            "/v1/contacts/{id+}",
            "/{proxy+}",
            "",
            "$default",
        ] {
            assert_eq!(need(resource), None, "{resource}");
        }
        assert_eq!(scope(routes.need("get", "/v1/contacts")), None);
        assert_eq!(scope(routes.need("DELETE", "/v1/contacts")), None);
    }

    #[test]
    fn g08_a_raw_path_matches_segment_by_segment() {
        let routes = routes();
        let need = |method: &str, path: &str| scope(routes.need_of_path(method, path));
        assert_eq!(need("GET", "/v1/contacts/con_1").as_deref(), Some("read"));
        assert_eq!(need("POST", "/v1/contacts/search").as_deref(), Some("search"));
        // The literal segment has no GET: the placeholder beside it does.
        assert_eq!(need("GET", "/v1/contacts/search").as_deref(), Some("read"));
        assert_eq!(need("GET", "/v1/deals/export").as_deref(), Some("export"));
        for path in [
            "/v1/contacts/",
            "/v1/contacts/a/b",
            "/v1//contacts",
            "/v1/contacts/%2e%2e",
            "/v1/contacts/..",
            "",
            "/",
            "v1/contacts",
        ] {
            assert_eq!(need("GET", path), None, "{path}");
        }
    }
}
