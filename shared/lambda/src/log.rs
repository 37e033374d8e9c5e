//! Logs: one JSON object a line, ours from `info` on, everybody else's from `warn` on. The level is fixed (L07).

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging. Called once, first thing in `main`; a second call changes nothing.
pub fn init() {
    let ours = Targets::new().with_default(Level::WARN).with_target("postern", Level::INFO);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true);
    let lines = lines.with_span_list(false).without_time().with_writer(std::io::stdout);
    // Fails only where a subscriber is set already: then that one stays.
    let _ = tracing_subscriber::registry().with(ours).with(lines).try_init();
}
