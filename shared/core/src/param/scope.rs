//! `scope` (RFC 6749 section 3.3).

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest `scope` parameter, in bytes.
const MAX_LENGTH: usize = 1024;

/// One scope: `1*( %x21 / %x23-5B / %x5D-7E )`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(String);

/// A text that is not a scope, or not a list of scopes: `invalid_scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeError;

impl Scope {
    /// Takes one scope; [`ScopeError`] when a character is outside the grammar.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let fits = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        let ok = !text.is_empty() && text.bytes().all(fits);
        if ok { Ok(Self(text.to_owned())) } else { Err(ScopeError) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Scope {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, ScopeError> {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a scope")
    }
}

impl std::error::Error for ScopeError {}

/// A set of scopes; on the wire and in the table one text, separated by single spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// Takes the text of a request: scopes separated by single spaces, at most 1,024 bytes; [`ScopeError`] otherwise
    /// (S05). What was granted or registered may be longer: that is read back by [`Self::try_from`].
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_LENGTH { Err(ScopeError) } else { Self::list(text) }
    }

    fn list(text: &str) -> Result<Self, ScopeError> {
        text.split(' ').map(Scope::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the scope called `name` is in the set.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Whether every scope of this set is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// The scopes that are in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl TryFrom<String> for ScopeSet {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, ScopeError> {
        if text.is_empty() { Ok(Self::default()) } else { Self::list(&text) }
    }
}

impl From<ScopeSet> for String {
    fn from(set: ScopeSet) -> Self {
        set.to_string()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&scope.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s05_grammar() {
        for bad in ["", " ", "a  b", " a", "a ", "a\"b", "a\\b", "é", "a\tb", &"x".repeat(1025)] {
            assert_eq!(ScopeSet::parse(bad), Err(ScopeError), "{bad:?}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back_at_any_length() {
        let many: ScopeSet = (0..200).map(|n| Scope::parse(&format!("contact.read.{n}")).unwrap()).collect();
        let stored = serde_json::to_string(&many).unwrap();
        assert!(stored.len() > MAX_LENGTH);
        assert_eq!(serde_json::from_str::<ScopeSet>(&stored).unwrap(), many);
        assert_eq!(ScopeSet::parse(&many.to_string()), Err(ScopeError));
    }

    #[test]
    fn any_vocabulary_works() {
        let set = ScopeSet::parse("read:cases contact.read sign:write admin").unwrap();
        assert_eq!(set.to_string(), "admin contact.read read:cases sign:write");
    }

    #[test]
    fn s05_case_and_prefix_do_not_match() {
        let set = ScopeSet::parse("contact.read").unwrap();
        assert!(!set.contains("Contact.read") && !set.contains("contact"));
    }
}
