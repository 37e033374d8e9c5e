//! What is wrong with client metadata (RFC 7591 section 3.2.2): few codes, one fixed sentence each.

use std::fmt;

/// Why metadata is refused. Nothing of what was sent is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataError {
    /// `invalid_redirect_uri`.
    RedirectUri(&'static str),
    /// `invalid_client_metadata`: which member, and what is wrong with it.
    Member(&'static str, &'static str),
    /// `invalid_software_statement`: nobody's statements are trusted (D08).
    SoftwareStatement,
}

impl MetadataError {
    /// The code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RedirectUri(_) => "invalid_redirect_uri",
            Self::Member(..) => "invalid_client_metadata",
            Self::SoftwareStatement => "invalid_software_statement",
        }
    }
}

/// The description on the wire.
impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RedirectUri(description) => write!(f, "redirect_uris: {description}"),
            Self::Member(name, description) => write!(f, "{name}: {description}"),
            Self::SoftwareStatement => {
                f.write_str("software_statement: no issuer of statements is trusted here.")
            }
        }
    }
}

impl std::error::Error for MetadataError {}
