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

/// A prefix, then 1 to 64 letters and digits: what can stand in a token, a header and a URL as it is.
fn is_strict(text: &str, prefix: &str) -> bool {
    let rest = text.strip_prefix(prefix).unwrap_or_default();
    (1..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        identifier!($(#[$doc])* $name, $prefix, "1 to 255 visible ASCII characters without `#`", is_identifier);
    };
    ($(#[$doc:meta])* $name:ident, $prefix:literal, strict) => {
        identifier!(
            $(#[$doc])* $name, $prefix, concat!("`", $prefix, "` and 1 to 64 letters and digits"),
            |text| is_strict(text, $prefix)
        );

        impl $name {
            /// What follows the prefix: letters and digits.
            pub fn suffix(&self) -> &str {
                self.0.strip_prefix($prefix).unwrap_or_default()
            }

            /// The identifier with this suffix; [`NotAnId`] unless it is 1 to 64 letters and digits.
            pub fn from_suffix(suffix: &str) -> Result<Self, NotAnId> {
                Self::parse(&format!(concat!($prefix, "{}"), suffix))
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $grammar:expr, $fits:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A fresh identifier of 131 random bits.
            pub fn generate(entropy: &dyn Entropy) -> Self {
                Self(format!(concat!($prefix, "{}"), alphanumeric(entropy, 22)))
            }

            #[doc = concat!("Takes a text; [`NotAnId`] unless it is ", $grammar, ".")]
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                Self::try_from(text.to_owned())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                let fits: fn(&str) -> bool = $fits;
                if fits(&text) { Ok(Self(text)) } else { Err(NotAnId) }
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
    UserId, "usr_", strict);
identifier!(
    /// A customer organisation: the `tenant` of every token.
    TenantId, "ten_", strict);
identifier!(
    /// A tenant as a platform names it in the account header, and in the token response as `connected_account_id`.
    /// Together with the platform's own `client_id` it is the address of a connection: what another platform is
    /// connected to, this one cannot even name (S07).
    AccountId, "acct_", strict);
identifier!(
    /// A personal access token, by name. Says nothing about its secret.
    PatId, "pat_", strict);
identifier!(
    /// An invitation into a tenant, by name.
    InvitationId, "inv_", strict);
identifier!(
    /// One consent, from code to revocation.
    GrantId, "");
identifier!(
    /// A person's stay in one browser, over any number of logins there. Random, and no way to its cookie.
    SessionId, "ses_", strict);
identifier!(
    /// One authorization request in flight.
    InteractionId, "");
identifier!(
    /// One pushed authorization request (RFC 9126): a secret of its own for a minute.
    RequestId, "par_", strict);
identifier!(
    /// An initial access token (RFC 7591 section 3), by name. Says nothing about its secret.
    RegistrationTokenId, "rgt_", strict);
identifier!(
    /// `jti` of a token (RFC 7519 section 4.1.7).
    TokenId, "");
identifier!(
    /// One invocation of a function: written with every change, so that a resent write is known as our own.
    InvocationId, "");

/// Between the names of a token that was exchanged and of the one that came of it. No generated name has it.
const EXCHANGED: char = '~';

impl TokenId {
    /// A fresh name for a token that this one is exchanged for, and that falls with this one.
    #[must_use]
    pub fn exchanged(&self, entropy: &dyn Entropy) -> Self {
        Self(format!("{self}{EXCHANGED}{}", alphanumeric(entropy, 22)))
    }

    /// The token that this one came of by exchange, if it did.
    pub fn source(&self) -> Option<Self> {
        self.0.split_once(EXCHANGED).map(|(source, _)| Self(source.to_owned()))
    }
}

impl PatId {
    /// The name of the token with this digest: half of it.
    pub(crate) fn of_digest(digest: &[u8]) -> Self {
        let half = digest.first_chunk().copied().unwrap_or_default();
        Self(format!("pat_{:032x}", u128::from_be_bytes(half)))
    }
}

impl AccountId {
    /// The account of a tenant.
    pub fn of(tenant: &TenantId) -> Self {
        Self(format!("acct_{}", tenant.suffix()))
    }

    /// The tenant of the account.
    pub fn tenant(&self) -> TenantId {
        TenantId(format!("ten_{}", self.suffix()))
    }
}

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
    fn s06_accounts_have_one_strict_form() {
        let tenant = TenantId::generate(&OsEntropy);
        assert_eq!(AccountId::of(&tenant).tenant(), tenant);
        for text in [
            "acct_",
            "acct_a-b",
            "acct_a b",
            "acct_a,acct_b",
            "ACCT_a",
            "acct_%61",
            "ten_a",
            &format!("acct_{}", "x".repeat(65)),
        ] {
            assert_eq!(AccountId::parse(text), Err(NotAnId), "{text:?}");
        }
    }

    #[test]
    fn key_separators_spaces_and_lengths_are_refused() {
        for text in ["", "a#b", "a b", "é", "\n", &"x".repeat(256)] {
            assert_eq!(ClientId::parse(text), Err(NotAnId), "{text:?}");
        }
    }
}
