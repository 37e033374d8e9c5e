//! Who may register clients.

/// Who may register clients over `/oauth2/register`. Those that are there manage themselves whatever is said here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Admission {
    /// Nobody.
    #[default]
    Closed,
    /// Whoever holds an initial access token (RFC 7591 section 3).
    Token,
    /// Anybody.
    Open,
}
