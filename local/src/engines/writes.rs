//! Word of writes, for readers of streams: the engine has only polling, and polling an idle table costs.

use tokio::sync::watch;

/// Operations that change no item, by the beginning of their names.
const READS: [&str; 7] = ["BatchGet", "Describe", "Get", "List", "Query", "Scan", "TransactGet"];

/// Says that something may have changed. Clones share their listeners.
#[derive(Clone, Default)]
pub(super) struct Writes(watch::Sender<u64>);

impl Writes {
    /// Wakes every listener.
    pub(super) fn tell(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A listener that sees every change from now on.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

/// Whether an operation may change items. What is not known counts as a change.
pub(super) fn changes_items(operation: &str) -> bool {
    !READS.iter().any(|read| operation.starts_with(read))
}
