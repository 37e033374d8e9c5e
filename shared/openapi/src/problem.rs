//! What is wrong with a document, and where.

use std::fmt;

/// No more than this many are collected: whoever has more has another file than they think.
const MOST: usize = 1_000;
/// Longest piece of a document that is repeated in a reason, in characters.
const LONGEST_QUOTE: usize = 80;

/// Where something stands in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column, from 1, in characters.
    pub(crate) column: usize,
}

impl Place {
    /// The beginning: where something is missing from the whole.
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong and how to mend it, in one line without control characters.
    pub reason: String,
}

/// All that is wrong with a document, in order of line; at least one. Displayed one per line, as
/// `<line>:<column>: <reason>`, so that a file's name fits before each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems in order of line.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    pub(crate) fn add(&mut self, at: Place, reason: impl Into<String>) {
        if !self.is_full() {
            self.0.push(Problem { line: at.line, column: at.column, reason: reason.into() });
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// `value` if there is no problem, else the problems in order.
    pub(crate) fn unless<T>(mut self, value: T) -> Result<T, Self> {
        self.0.sort();
        self.0.dedup();
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// One problem alone.
    pub(crate) fn only(at: Place, reason: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(at, reason);
        problems
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.reason)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A piece of the document for a reason: quoted, escaped, not too long.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{:?}...", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}
