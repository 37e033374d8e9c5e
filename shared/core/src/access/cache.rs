//! What a process remembers of the standings behind tokens: the bound of the time until a revocation bites.

use std::sync::Arc;

use crate::memory::Memory;
use crate::standing::{Standing, Subject};

/// Most subjects remembered.
const MAX_SUBJECTS: usize = 2_000;

/// Standings by subject: the token, and the account that it acts for (S10).
pub type StandingCache = Memory<Subject, Arc<Standing>>;

/// A cache whose entries serve for `seconds`. 0 turns it off.
pub fn standing_cache(seconds: u64) -> StandingCache {
    Memory::new(seconds, MAX_SUBJECTS)
}
