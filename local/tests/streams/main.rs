//! Event source mappings on a whole stack, with a function that prints what it gets: `examples/stream_function.rs`.

#![cfg(test)]

mod delivery;
mod failures;
mod restarts;
mod stack;
