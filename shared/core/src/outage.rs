//! Why a port could not answer. Never a verdict: nothing follows from it but "try again" (invariant I9).

use std::fmt;

/// A fault of the store or of the key vault. The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outage {
    /// The service asks us to slow down.
    Throttled,
    /// The service failed, timed out, or left the effect unknown.
    Unavailable(String),
    /// Too little time is left before the platform's deadline to begin a write.
    Deadline,
    /// What the service holds is not what we wrote, or is not there: only an operator can mend it.
    Corrupt(String),
}

impl Outage {
    /// Whether trying again may help.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Throttled | Self::Unavailable(_) | Self::Deadline => true,
            Self::Corrupt(_) => false,
        }
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled => f.write_str("throttled"),
            Self::Unavailable(detail) => write!(f, "unavailable: {detail}"),
            Self::Deadline => f.write_str("too close to the deadline"),
            Self::Corrupt(detail) => write!(f, "corrupt: {detail}"),
        }
    }
}

impl std::error::Error for Outage {}

impl From<postern_jose::SignError> for Outage {
    fn from(error: postern_jose::SignError) -> Self {
        match error {
            postern_jose::SignError::Throttled => Self::Throttled,
            postern_jose::SignError::Unavailable(detail) => Self::Unavailable(detail),
            postern_jose::SignError::KeyUnusable(detail) => {
                Self::Unavailable(format!("key unusable: {detail}"))
            }
            postern_jose::SignError::Mismatch(detail) => {
                Self::Unavailable(format!("signature mismatch: {detail}"))
            }
            postern_jose::SignError::Claims(detail) => Self::Corrupt(format!("claims: {detail}")),
        }
    }
}

impl Outage {
    /// The answer on the wire: 503 where trying again may help, 500 where it cannot.
    pub const fn wire(&self) -> crate::wire::WireError {
        if self.is_transient() { crate::wire::WireError::UNAVAILABLE } else { crate::wire::WireError::FAULT }
    }
}
