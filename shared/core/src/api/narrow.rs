//! What is left of scopes under a bound.

use super::Catalogue;
use crate::param::{Scope, ScopeSet};

impl Catalogue {
    /// What of `asked` a bound leaves: each scope that `allows` covers whole, and of one that it covers in part the
    /// scopes that it implies and that are covered whole. Never more than was asked, and possibly nothing (S04).
    pub fn narrow(&self, asked: &ScopeSet, allows: impl Fn(&str) -> bool) -> ScopeSet {
        let implied = |scope: &Scope| self.entries().get(scope).into_iter().flat_map(|entry| &entry.implies);
        let whole = |scope: &Scope| allows(scope.as_str()) && implied(scope).all(|it| allows(it.as_str()));
        let mut left = Vec::new();
        for scope in asked.iter() {
            if whole(scope) {
                left.push(scope.clone());
            } else {
                left.extend(implied(scope).filter(|it| whole(it)).cloned());
            }
        }
        left.into_iter().collect()
    }

    /// Whether some scope is the API's own, not one of OpenID Connect.
    pub fn knows_any(&self, scopes: &ScopeSet) -> bool {
        scopes.iter().any(|scope| self.knows(scope))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::api::Entry;

    fn catalogue() -> Catalogue {
        let entry = |implies: &str| Entry {
            implies: ScopeSet::try_from(implies.to_owned()).unwrap().iter().cloned().collect(),
            ..Entry::default()
        };
        let scopes = [("all", "read write"), ("read", ""), ("write", "draft"), ("draft", "")];
        let scopes = scopes.map(|(name, implies)| (Scope::parse(name).unwrap(), entry(implies)));
        Catalogue::new(BTreeMap::from(scopes))
    }

    fn narrow(asked: &str, allowed: &[&str]) -> String {
        catalogue().narrow(&ScopeSet::parse(asked).unwrap(), |scope| allowed.contains(&scope)).to_string()
    }

    #[test]
    fn whole_scopes_stay_and_of_others_what_they_imply() {
        assert_eq!(narrow("all", &["all", "read", "write", "draft"]), "all");
        assert_eq!(narrow("all", &["read"]), "read");
        assert_eq!(
            narrow("all", &["all", "read", "draft"]),
            "draft read",
            "write amounts to draft, and is not allowed"
        );
        assert_eq!(narrow("all openid", &["read", "openid"]), "openid read");
    }

    #[test]
    fn s04_nothing_is_nothing_and_nobody_gets_more() {
        assert_eq!(narrow("all", &[]), "");
        assert_eq!(narrow("read", &["all", "write", "draft"]), "");
        assert_eq!(narrow("all", &["all"]), "", "a part is missing, and no part is there");
    }
}
