//! What an operator says of each write.

use std::sync::atomic::{AtomicU64, Ordering};

use postern_core::audit::{Event, Kind};
use postern_core::clock::Timestamp;
use postern_core::id::InvocationId;

use crate::clock::START;

/// Every command of every world.
static COMMANDS: AtomicU64 = AtomicU64::new(1);

/// The event of a command of its own, at the moment when every world begins.
pub(crate) fn told(kind: Kind) -> Event {
    let number = COMMANDS.fetch_add(1, Ordering::SeqCst);
    let invocation = InvocationId::parse(&format!("command-{number}")).expect("an identifier");
    Event::by_operator(kind, &invocation, Timestamp::from_secs(START))
}
