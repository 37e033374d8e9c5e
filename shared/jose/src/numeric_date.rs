//! `NumericDate` (RFC 7519 section 2), narrowed: whole seconds since 1970, a JSON integer from 0 to 2^53 - 1.
//!
//! A verifier that takes strings or fractions for times disagrees with one that does not, and the attacker
//! chooses between them.

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

/// The first integer that not every JSON reader can represent (RFC 8259 section 6).
const TOO_LARGE: u64 = 1 << 53;

/// A moment in seconds since 1970.
struct NumericDate(u64);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = u64::deserialize(deserializer)?;
        if seconds >= TOO_LARGE {
            return Err(D::Error::custom("a time beyond 2^53 seconds"));
        }
        Ok(Self(seconds))
    }
}

/// Reads a required time.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    NumericDate::deserialize(deserializer).map(|date| date.0)
}

/// Writes a time as it is.
pub(crate) fn serialize<S: Serializer>(seconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    seconds.serialize(serializer)
}

/// A time that may be absent: for `#[serde(with)]`, together with `default`.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, NumericDate, Serialize, Serializer};

    /// Reads a time; `null` is refused, since absence has one spelling.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
        NumericDate::deserialize(deserializer).map(|date| Some(date.0))
    }

    /// Writes the time if there is one.
    pub(crate) fn serialize<S: Serializer>(seconds: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
        seconds.serialize(serializer)
    }
}
