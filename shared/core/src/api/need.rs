//! What a route needs: alternatives of conjunctions, as OpenAPI means `security` (OpenAPI 3.1 section 4.8.30).

use serde::{Deserialize, Serialize};

use crate::param::{Scope, ScopeSet};

/// Sets of scopes, of which one must be covered whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need(Vec<ScopeSet>);

impl Need {
    /// Any good token: one alternative that asks for nothing.
    pub fn token() -> Self {
        Self(vec![ScopeSet::default()])
    }

    /// Any of these sets of scopes. Without any set the route is nobody's.
    pub const fn any_of(alternatives: Vec<ScopeSet>) -> Self {
        Self(alternatives)
    }

    /// Whether some alternative has every scope `covered`.
    pub fn is_met(&self, covered: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|all| all.iter().map(Scope::as_str).all(&covered))
    }

    /// The sets.
    pub fn alternatives(&self) -> &[ScopeSet] {
        &self.0
    }

    /// What a challenge asks for (RFC 6750 section 3): the first alternative, enough for access; `None` where any
    /// token is enough already.
    pub fn challenge(&self) -> Option<&ScopeSet> {
        self.0.first().filter(|scopes| !scopes.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(alternatives: &[&str]) -> Need {
        Need::any_of(alternatives.iter().map(|text| ScopeSet::parse(text).unwrap()).collect())
    }

    #[test]
    fn one_alternative_must_be_covered_whole() {
        let need = need(&["a b", "c"]);
        assert!(need.is_met(|scope| scope == "c"));
        assert!(need.is_met(|scope| scope == "a" || scope == "b"));
        assert!(!need.is_met(|scope| scope == "a") && !need.is_met(|_| false));
        assert_eq!(need.challenge().unwrap().to_string(), "a b");
    }

    #[test]
    fn s04_no_alternative_is_nobody_and_an_empty_one_is_any_token() {
        assert!(!need(&[]).is_met(|_| true));
        assert!(Need::token().is_met(|_| false) && Need::token().challenge().is_none());
    }
}
