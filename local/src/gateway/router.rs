//! From method and path to a route: literal parts win over `{name}`, those over `{name+}`, all over `$default`.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::StartError;
use crate::template::{ApiKind, ApiSpec, Route};

/// The matched route and the decoded path parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match<'a> {
    pub(super) route: &'a Route,
    pub(super) parameters: BTreeMap<String, String>,
}

/// The routes of one API.
pub(super) struct Router {
    kind: ApiKind,
    candidates: Vec<Candidate>,
}

struct Candidate {
    route: Route,
    /// Nothing for `$default`.
    parts: Option<Vec<Part>>,
}

/// In order of preference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Literal(String),
    Parameter(String),
    Greedy(String),
}

impl Router {
    /// Orders the routes by preference. Fails when two are the same.
    pub(super) fn new(spec: &ApiSpec) -> Result<Self, StartError> {
        let mut candidates: Vec<Candidate> = spec.routes.iter().map(Candidate::new).collect();
        candidates.sort_by_cached_key(Candidate::preference);
        let twins = candidates.windows(2).find(|pair| match pair {
            [one, other] => one.preference() == other.preference(),
            _ => false,
        });
        if let Some([twin, ..]) = twins {
            let Route { method, path, .. } = &twin.route;
            return Err(StartError::Template(format!("{}: two routes for {method:?} {path}", spec.id)));
        }
        Ok(Self { kind: spec.kind, candidates })
    }

    /// The route for a request; nothing when the API has none.
    ///
    /// An HTTP API looks for the best route that has the method. A REST API finds the resource first: a method
    /// that it lacks is not looked for elsewhere.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<Match<'_>> {
        let path: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let mut resource: Option<&Candidate> = None;
        for candidate in &self.candidates {
            let Some(parameters) = candidate.matches(&path) else { continue };
            if self.kind == ApiKind::Rest {
                let first = *resource.get_or_insert(candidate);
                if first.route.path != candidate.route.path {
                    return None;
                }
            }
            if candidate.route.method.as_deref().is_none_or(|own| own == method) {
                return Some(Match { route: &candidate.route, parameters });
            }
        }
        None
    }

    /// Whether any method is known for a path.
    pub(super) fn knows(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix('/') else { return false };
        let path: Vec<&str> = path.split('/').collect();
        self.candidates.iter().any(|candidate| candidate.matches(&path).is_some())
    }
}

impl Candidate {
    fn new(route: &Route) -> Self {
        let parts = route.path.strip_prefix('/').map(|path| path.split('/').map(Part::parse).collect());
        Self { route: route.clone(), parts }
    }

    /// Smaller is better. `ANY` comes after the methods that are named.
    fn preference(&self) -> (bool, Vec<(u8, String)>, bool, String) {
        let rank = |part: &Part| match part {
            Part::Literal(text) => (0, text.clone()),
            Part::Parameter(_) => (1, String::new()),
            Part::Greedy(_) => (2, String::new()),
        };
        let parts = self.parts.iter().flatten().map(rank).collect();
        let method = self.route.method.clone().unwrap_or_default();
        (self.parts.is_none(), parts, self.route.method.is_none(), method)
    }

    fn matches(&self, path: &[&str]) -> Option<BTreeMap<String, String>> {
        let mut parameters = BTreeMap::new();
        let Some(parts) = &self.parts else { return Some(parameters) };
        let mut rest = path.iter();
        for part in parts {
            let segment = *rest.next()?;
            match part {
                Part::Literal(text) if text == segment => {}
                Part::Parameter(name) if !segment.is_empty() => {
                    parameters.insert(name.clone(), decode(segment));
                }
                Part::Greedy(name) if !segment.is_empty() => {
                    let tail: Vec<&str> = std::iter::once(segment).chain(rest.copied()).collect();
                    parameters.insert(name.clone(), decode(&tail.join("/")));
                    return Some(parameters);
                }
                _ => return None,
            }
        }
        rest.next().is_none().then_some(parameters)
    }
}

impl Part {
    fn parse(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.to_owned()),
                None => Self::Parameter(name.to_owned()),
            },
            None => Self::Literal(text.to_owned()),
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
