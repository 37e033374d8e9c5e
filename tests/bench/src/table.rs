//! The table of ratios.

use std::fmt;

use crate::cpu::Pair;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    /// What is compared, and with what.
    pub(crate) name: String,
    /// Both sides, in the base unit: seconds or bytes.
    pub(crate) pair: Pair,
    /// How to write them.
    pub(crate) unit: Unit,
    /// The ratio that is not to be exceeded, if there is one.
    pub(crate) target: Option<f64>,
}

/// How a quantity is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    /// Seconds, as milliseconds.
    Milliseconds,
    /// Seconds, as microseconds.
    Microseconds,
    /// Bytes, as megabytes of a million.
    Megabytes,
}

impl Row {
    /// The heading above the rows.
    pub(crate) const HEADING: &str = "\
row                                                                 ours   reference   ratio   target
--------------------------------------------------------------------------------------------------------------";

    /// Whether the ratio exceeds its target.
    pub(crate) fn is_over(&self) -> bool {
        self.target.is_some_and(|target| self.ratio() > target)
    }

    fn ratio(&self) -> f64 {
        self.pair.ours / self.pair.reference
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ours, reference) = (self.unit.write(self.pair.ours), self.unit.write(self.pair.reference));
        write!(f, "{:<59} {ours:>12} {reference:>11} {:>7.2}", self.name, self.ratio())?;
        match self.target {
            Some(target) => write!(f, "   {target:>6.2}   {}", if self.is_over() { "over" } else { "ok" }),
            None => Ok(()),
        }
    }
}

impl Unit {
    fn write(self, quantity: f64) -> String {
        match self {
            Self::Milliseconds => format!("{:.2} ms", quantity * 1e3),
            Self::Microseconds => format!("{:.1} us", quantity * 1e6),
            Self::Megabytes => format!("{:.2} MB", quantity / 1e6),
        }
    }
}

/// The sentence below the rows: which of them are over their target.
pub(crate) fn verdict(rows: &[Row]) -> String {
    let over: Vec<&str> = rows.iter().filter(|row| row.is_over()).map(|row| row.name.as_str()).collect();
    if over.is_empty() {
        "Every row is within its target.".to_owned()
    } else {
        format!("Over the target: {}.", over.join("; "))
    }
}
