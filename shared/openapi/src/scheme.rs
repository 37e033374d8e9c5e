//! `components.securitySchemes`: by what a caller is let in, and the scopes there are (OpenAPI 3.1 section 4.8.27).

use std::collections::BTreeMap;

use postern_core::api::{Entry, is_of_openid};
use postern_core::param::Scope;

use crate::node::{Member, Node};
use crate::problem::{Place, Problems, quoted};
use crate::{pointer, words};

/// Most scopes of an API.
const MOST_SCOPES: usize = 1_000;
/// Longest description of a scope, in characters.
const LONGEST_DESCRIPTION: usize = 500;
/// The security schemes and the scopes that they declare.
#[derive(Default)]
pub(crate) struct Schemes<'a> {
    kinds: BTreeMap<&'a str, Kind>,
    scopes: BTreeMap<Scope, Declared>,
}

/// What a scheme asks a caller for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A token, such as ours.
    Token,
    /// Something else, which no token of ours amounts to.
    Foreign,
}

struct Declared {
    at: Place,
    description: String,
}

impl<'a> Schemes<'a> {
    /// Reads the schemes of the document.
    pub(crate) fn read(root: &'a Node<'_>, problems: &mut Problems) -> Self {
        let mut schemes = Self::default();
        let found = root.get("components").and_then(|it| it.get("securitySchemes")).and_then(Node::map);
        for member in found.unwrap_or_default() {
            if let Some(scheme) = pointer::resolve(root, &member.value, problems) {
                let kind = schemes.declare(scheme, problems);
                schemes.kinds.insert(&member.key, kind);
            }
        }
        schemes
    }

    /// What the scheme called `name` asks for; `None` if there is none.
    pub(crate) fn kind(&self, name: &str) -> Option<Kind> {
        self.kinds.get(name).copied()
    }

    /// The scope called `name`; `None`, and a problem, if there is none.
    pub(crate) fn known(&self, name: &str, at: Place, problems: &mut Problems) -> Option<Scope> {
        let known = self.scopes.get_key_value(name).map(|(scope, _)| scope.clone());
        if known.is_none() {
            let name = quoted(name);
            problems.add(at, format!("no OAuth security scheme declares the scope {name}"));
        }
        known
    }

    /// The scopes, without what they imply.
    pub(crate) fn into_entries(self) -> BTreeMap<Scope, Entry> {
        let entry = |it: Declared| Entry { description: it.description, ..Entry::default() };
        self.scopes.into_iter().map(|(scope, declared)| (scope, entry(declared))).collect()
    }

    fn declare(&mut self, scheme: &Node<'_>, problems: &mut Problems) -> Kind {
        let text = |name| scheme.get(name).and_then(Node::text).unwrap_or_default();
        match text("type") {
            "oauth2" => {
                let flows = scheme.get("flows").and_then(Node::map).unwrap_or_default();
                let scopes = flows.iter().filter_map(|flow| flow.value.get("scopes")?.map());
                for scope in scopes.flatten() {
                    self.declare_scope(scope, problems);
                }
                Kind::Token
            }
            "openIdConnect" => Kind::Token,
            "http" if ["bearer", "dpop"].iter().any(|it| text("scheme").eq_ignore_ascii_case(it)) => {
                Kind::Token
            }
            _ => Kind::Foreign,
        }
    }

    fn declare_scope(&mut self, member: &Member<'_>, problems: &mut Problems) {
        let name = quoted(&member.key);
        let Ok(scope) = Scope::parse(&member.key) else {
            return problems
                .add(member.at, format!("{name} is no scope: visible ASCII without quotes and backslash"));
        };
        // The server's own: no API gives them another meaning, since clients hold them at every API.
        if is_of_openid(scope.as_str()) {
            return problems.add(member.at, format!("{name} belongs to OpenID Connect, not to an API"));
        }
        let description = words::line(member.value.text().unwrap_or_default(), LONGEST_DESCRIPTION);
        let description = description.unwrap_or_else(|reason| {
            problems.add(member.value.at, format!("the description of {name}: {reason}"));
            String::new()
        });
        let full = self.scopes.len() >= MOST_SCOPES;
        match self.scopes.get_mut(&scope) {
            Some(first) if first.description.is_empty() => first.description = description,
            Some(first) if description.is_empty() || description == first.description => {}
            Some(first) => {
                let line = first.at.line;
                problems.add(member.at, format!("{name} is described otherwise on line {line}"));
            }
            None if full => problems.add(member.at, format!("more than {MOST_SCOPES} scopes")),
            None => drop(self.scopes.insert(scope, Declared { at: member.at, description })),
        }
    }
}
