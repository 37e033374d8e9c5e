//! How much is allowed.

use serde::{Deserialize, Serialize};

/// Microseconds of a minute.
const MINUTE: u64 = 60_000_000;

/// A rate with the burst that may come at once: both at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Declared", into = "Declared")]
pub struct Rate {
    per_minute: u32,
    burst: u32,
}

/// A rate as it is written down.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    per_minute: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    burst: Option<u32>,
}

/// A rate of nothing, or of more than a million a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARate;

impl Rate {
    /// Documents of clients that are fetched because of one address (D01).
    pub const DOCUMENTS: Self = Self { per_minute: 30, burst: 30 };

    /// A rate of `per_minute` requests, 1 to 1,000,000, of which `burst` may come at once: a tenth of a minute's where
    /// nothing is said, and never more than a minute's. [`NotARate`] otherwise.
    pub fn new(per_minute: u32, burst: Option<u32>) -> Result<Self, NotARate> {
        let burst = burst.unwrap_or_else(|| per_minute.div_ceil(10));
        let fits = (1..=1_000_000).contains(&per_minute) && (1..=per_minute).contains(&burst);
        if fits { Ok(Self { per_minute, burst }) } else { Err(NotARate) }
    }

    /// How many microseconds one token takes to come back.
    pub const fn interval(self) -> u64 {
        MINUTE.div_ceil(self.per_minute as u64)
    }

    /// How many may come at once.
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// How many a process takes ahead: a tenth of the burst, and at least the one that it needs.
    pub const fn batch(self) -> u32 {
        self.burst.div_ceil(10)
    }
}

impl TryFrom<Declared> for Rate {
    type Error = NotARate;

    fn try_from(declared: Declared) -> Result<Self, NotARate> {
        Self::new(declared.per_minute, declared.burst)
    }
}

impl From<Rate> for Declared {
    fn from(rate: Rate) -> Self {
        Self { per_minute: rate.per_minute, burst: Some(rate.burst) }
    }
}

impl std::fmt::Display for NotARate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("`per_minute` must be 1 to 1,000,000, and `burst` 1 to `per_minute`")
    }
}

impl std::error::Error for NotARate {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_bounds_and_a_default_burst() {
        let rate: Rate = serde_json::from_str(r#"{"per_minute":600}"#).unwrap();
        assert_eq!((rate.interval(), rate.burst(), rate.batch()), (100_000, 60, 6));
        for bad in [
            r#"{"per_minute":0}"#,
            r#"{"per_minute":1000001}"#,
            r#"{"per_minute":5,"burst":6}"#,
            r#"{"per_minute":5,"burst":0}"#,
            r#"{"per_minute":5,"x":1}"#,
            r#"{"per_minute":-1}"#,
        ] {
            assert!(serde_json::from_str::<Rate>(bad).is_err(), "{bad}");
        }
        assert_eq!(Rate::new(1, None).unwrap().batch(), 1);
    }
}
