//! The scopes of an API, and which imply which (R9, R20).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::openid;
use crate::limit::Rate;
use crate::param::Scope;

/// The scopes of an API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue(BTreeMap<Scope, Entry>);

/// One scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it allows, in words, for consent pages and the API reference.
    pub description: String,
    /// How often one caller may do, for one tenant, what needs it (R13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Rate>,
    /// The scopes that it amounts to, besides itself.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub implies: BTreeSet<Scope>,
}

impl Catalogue {
    /// Takes the scopes as declared; what is implied by the implied is implied.
    pub fn new(mut entries: BTreeMap<Scope, Entry>) -> Self {
        let declared: BTreeMap<Scope, BTreeSet<Scope>> =
            entries.iter().map(|(scope, entry)| (scope.clone(), entry.implies.clone())).collect();
        for (scope, entry) in &mut entries {
            let mut waiting: Vec<Scope> = entry.implies.iter().cloned().collect();
            while let Some(implied) = waiting.pop() {
                let further = declared.get(&implied).into_iter().flatten();
                waiting.extend(further.filter(|it| entry.implies.insert((*it).clone())).cloned());
            }
            entry.implies.remove(scope);
        }
        Self(entries)
    }

    /// The scopes by name.
    pub const fn entries(&self) -> &BTreeMap<Scope, Entry> {
        &self.0
    }

    /// Whether the API has this scope.
    pub fn knows(&self, scope: &Scope) -> bool {
        self.0.contains_key(scope)
    }

    /// A scope in words; the scope itself where there are none.
    pub fn describe<'a>(&'a self, scope: &'a Scope) -> &'a str {
        let own = self.0.get(scope).map(|entry| entry.description.as_str());
        own.filter(|words| !words.is_empty())
            .or_else(|| openid::describe(scope.as_str()))
            .unwrap_or(scope.as_str())
    }

    /// Whether a role's or a tenant's permission covers what is needed: `*` covers all, `contact.*` what begins with
    /// `contact.`, everything else itself and what it implies (R20, R22).
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
            || self
                .0
                .get(held)
                .is_some_and(|entry| entry.implies.iter().any(|scope| scope.as_str() == needed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(scopes: &[(&str, &[&str])]) -> Catalogue {
        let scope = |text: &str| Scope::parse(text).unwrap();
        let entry = |implies: &[&str]| Entry {
            description: String::new(),
            limit: None,
            implies: implies.iter().map(|text| scope(text)).collect(),
        };
        Catalogue::new(scopes.iter().map(|(name, implies)| (scope(name), entry(implies))).collect())
    }

    fn contacts() -> Catalogue {
        catalogue(&[
            ("contact.all", &["contact.read", "contact.delete"]),
            ("contact.read", &[]),
            ("contact.delete", &[]),
        ])
    }

    #[test]
    fn permissions_of_roles_follow_patterns_and_implications() {
        let contacts = contacts();
        let permits = |permission, needed| contacts.permits(permission, needed);
        assert!(permits("*", "contact.read") && permits("contact.*", "contact.read"));
        assert!(permits("contact.all", "contact.delete") && permits("contact.read", "contact.read"));
        assert!(!permits("contact.*", "contacts.read") && !permits("con*", "contact.read"));
        assert!(!permits("contact.read", "contact.write") && !permits("", "contact.read"));
    }

    #[test]
    fn s05_prefixes_imply_nothing() {
        assert!(contacts().implies("contact.all", "contact.delete"));
        assert!(!contacts().implies("contact", "contact.read"));
        assert!(!contacts().implies("contact.read", "contact.all"));
    }

    #[test]
    fn implication_reaches_through_and_circles_end() {
        let chain = catalogue(&[("a", &["b"]), ("b", &["c"]), ("c", &["d", "a"]), ("d", &[])]);
        for needed in ["a", "b", "c", "d"] {
            assert!(chain.implies("a", needed), "{needed}");
        }
        assert!(!chain.implies("d", "a"));
    }
}
