//! Identifiers, one type per entity, so that a client's cannot stand where a user's belongs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::entropy::{Entropy, alphanumeric};

/// A text that is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

/// 1 to 255 visible ASCII characters; `#` separates the parts of a table key and is therefore refused.
fn is_identifier(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A fresh identifier of 131 random bits.
            pub fn generate(entropy: &dyn Entropy) -> Self {
                Self(format!(concat!($prefix, "{}"), alphanumeric(entropy, 22)))
            }

            /// Takes a text; [`NotAnId`] unless it is 1 to 255 visible ASCII characters without `#`.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                if is_identifier(text) { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                if is_identifier(&text) { Ok(Self(text)) } else { Err(NotAnId) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier")
    }
}

impl std::error::Error for NotAnId {}

// Users carry a prefix that no generated client identifier can have: the two never meet in `sub` (T13).
identifier!(
    /// `client_id` (RFC 6749 section 2.2). Letters and digits only, so that no encoding changes it.
    ClientId, "");
identifier!(
    /// A person: the `sub` of tokens that act for a user.
    UserId, "usr_");
identifier!(
    /// A customer organisation: the `tenant` of every token.
    TenantId, "ten_");
identifier!(
    /// One consent, from code to revocation.
    GrantId, "");
identifier!(
    /// One authorization request in flight.
    InteractionId, "");
identifier!(
    /// `jti` of a token (RFC 7519 section 4.1.7).
    TokenId, "");
identifier!(
    /// One invocation of a function: written with every change, so that a resent write is known as our own.
    InvocationId, "");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn t13_a_generated_client_never_equals_a_user() {
        let client = ClientId::generate(&OsEntropy);
        assert!(client.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(UserId::generate(&OsEntropy).as_str().starts_with("usr_"));
    }

    #[test]
    fn key_separators_spaces_and_lengths_are_refused() {
        for text in ["", "a#b", "a b", "é", "\n", &"x".repeat(256)] {
            assert_eq!(ClientId::parse(text), Err(NotAnId), "{text:?}");
        }
    }
}
