//! What a function would have written to its log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Level;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

/// Everything that this thread logs while it lives: ours from `trace` on, everybody else's from `info` on.
pub struct CapturedLog {
    lines: Lines,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    /// Begins to capture.
    pub fn begin() -> Self {
        let lines = Lines::default();
        let filter = Targets::new().with_default(Level::INFO).with_target("postern", Level::TRACE);
        let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(lines.clone());
        let subscriber = tracing_subscriber::registry().with(filter).with(layer);
        Self { lines, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// What was logged until now.
    pub fn text(&self) -> String {
        let bytes = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
