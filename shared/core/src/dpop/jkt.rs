//! The name of a key: its thumbprint.

use std::fmt;

use postern_jose::base64url;
use serde::{Deserialize, Serialize};

/// The SHA-256 thumbprint of a public key (RFC 7638), base64url: 43 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Jkt(String);

/// A text that is no thumbprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAThumbprint;

impl Jkt {
    /// Takes a thumbprint; [`NotAThumbprint`] unless it is 32 bytes in base64url.
    pub fn parse(text: &str) -> Result<Self, NotAThumbprint> {
        Self::try_from(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Jkt {
    type Error = NotAThumbprint;

    fn try_from(text: String) -> Result<Self, NotAThumbprint> {
        let bytes = base64url::decode(&text).map_err(|_| NotAThumbprint)?;
        if bytes.len() == 32 { Ok(Self(text)) } else { Err(NotAThumbprint) }
    }
}

impl From<Jkt> for String {
    fn from(jkt: Jkt) -> Self {
        jkt.0
    }
}

impl fmt::Display for NotAThumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a thumbprint")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_32_bytes_in_their_one_spelling() {
        let good = "A".repeat(43);
        assert!(Jkt::parse(&good).is_ok());
        for bad in ["", "A", &"A".repeat(42), &"A".repeat(44), &format!("{good}="), &"+".repeat(43)] {
            assert!(Jkt::parse(bad).is_err(), "{bad}");
        }
    }
}
