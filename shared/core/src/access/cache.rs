//! What a process remembers of the standings behind tokens: the bound of the time until a revocation bites.

use std::sync::Arc;

use crate::id::TokenId;
use crate::memory::Memory;
use crate::standing::Standing;

/// Most tokens remembered.
const MAX_TOKENS: usize = 2_000;

/// Standings by token.
pub type StandingCache = Memory<TokenId, Arc<Standing>>;

/// A cache whose entries serve for `seconds`. 0 turns it off.
pub fn standing_cache(seconds: u64) -> StandingCache {
    Memory::new(seconds, MAX_TOKENS)
}
