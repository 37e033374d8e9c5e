//! `NumericDate` (RFC 7519 section 2), narrowed: whole seconds since 1970, a JSON integer from 0 to 2^53 - 1.
//!
//! A verifier that takes strings or fractions for times disagrees with one that does not, and the attacker
//! chooses between them.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// The first integer that not every JSON reader can represent (RFC 8259 section 6).
const TOO_LARGE: u64 = 1 << 53;

/// Reads a time.
pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = u64::deserialize(deserializer)?;
    if seconds >= TOO_LARGE {
        return Err(D::Error::custom("a time beyond 2^53 seconds"));
    }
    Ok(seconds)
}

/// Reads a time that may be absent (by `default`); `null` is refused, since absence has one spelling.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    required(deserializer).map(Some)
}
