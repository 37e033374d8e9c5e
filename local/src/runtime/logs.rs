//! What the functions print: passed on, kept in memory for tests, and written to files when asked.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::StartError;

/// Older lines than this many are forgotten.
const KEPT_LINES: usize = 50_000;

/// One line that a function printed, or that was logged about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The function's binary, or `gateway`.
    pub source: String,
    /// The line, without its end.
    pub text: String,
}

/// The log. Clones share it.
#[derive(Clone)]
pub(crate) struct Logs(Arc<Mutex<Inner>>);

struct Inner {
    lines: VecDeque<LogLine>,
    echo: bool,
    folder: Option<PathBuf>,
    files: BTreeMap<String, File>,
}

impl Logs {
    /// An empty log. `echo`: lines also go to standard error. Fails when the folder cannot be made.
    pub(crate) fn new(echo: bool, folder: Option<PathBuf>) -> Result<Self, StartError> {
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
        }
        let inner = Inner { lines: VecDeque::new(), echo, folder, files: BTreeMap::new() };
        Ok(Self(Arc::new(Mutex::new(inner))))
    }

    /// Adds a line.
    pub(crate) fn add(&self, source: &str, text: impl Into<String>) {
        let line = LogLine { source: source.to_owned(), text: text.into() };
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.echo {
            // Whoever reads standard error may have left; that is no reason to stop.
            writeln!(std::io::stderr(), "[{source}] {}", line.text).unwrap_or_default();
        }
        inner.write(&line);
        if inner.lines.len() == KEPT_LINES {
            inner.lines.pop_front();
        }
        inner.lines.push_back(line);
    }

    /// The lines that are still kept, oldest first.
    pub(crate) fn lines(&self) -> Vec<LogLine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).lines.iter().cloned().collect()
    }
}

impl Inner {
    /// Appends to the source's file. A full disk must not stop the functions, so errors end here.
    fn write(&mut self, line: &LogLine) {
        let Some(folder) = &self.folder else { return };
        if !self.files.contains_key(&line.source) {
            let path = folder.join(format!("{}.log", line.source));
            let Ok(file) = OpenOptions::new().create(true).append(true).open(path) else { return };
            self.files.insert(line.source.clone(), file);
        }
        if let Some(file) = self.files.get_mut(&line.source) {
            writeln!(file, "{}", line.text).unwrap_or_default();
        }
    }
}
