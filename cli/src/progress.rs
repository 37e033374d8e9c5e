//! How far long work is, on one line of a terminal that is gone when it is done. Nothing where nobody looks: a script's
//! standard error holds refusals alone.

use std::io::{IsTerminal as _, Stderr, Write, stderr};

/// A line that is written over.
pub(crate) struct Progress<W: Write> {
    /// `None` where nobody looks.
    terminal: Option<W>,
    /// How many characters of it are on the screen.
    shown: usize,
}

impl Progress<Stderr> {
    /// A line on standard error, if that is a terminal.
    pub(crate) fn on_terminal() -> Self {
        let stderr = stderr();
        Self { terminal: stderr.is_terminal().then_some(stderr), shown: 0 }
    }
}

impl<W: Write> Progress<W> {
    /// Shows this in place of what was shown before. What cannot be shown is not missed.
    pub(crate) fn say(&mut self, text: &str) {
        let Some(terminal) = &mut self.terminal else { return };
        let rest = self.shown.saturating_sub(text.chars().count());
        let _shown = write!(terminal, "\r{text}{:rest$}", "").and_then(|()| terminal.flush());
        self.shown = text.chars().count();
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        if self.shown > 0 {
            self.say("");
            if let Some(terminal) = &mut self.terminal {
                let _cleared = write!(terminal, "\r").and_then(|()| terminal.flush());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_over_and_cleared() {
        let mut screen = Vec::new();
        let mut progress = Progress { terminal: Some(&mut screen), shown: 0 };
        progress.say("100 so far");
        progress.say("done");
        drop(progress);
        assert_eq!(String::from_utf8(screen).unwrap(), "\r100 so far\rdone      \r    \r");
    }

    #[test]
    fn where_nobody_looks_nothing_is_written() {
        let mut progress = Progress::<Vec<u8>> { terminal: None, shown: 0 };
        progress.say("100 so far");
        assert_eq!(progress.shown, 0);
    }
}
