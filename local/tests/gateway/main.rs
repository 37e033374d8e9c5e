//! The whole stack with a small function that echoes or misbehaves: `examples/echo_function.rs`.

#![cfg(test)]

mod authorizers;
mod events;
mod functions;
mod lifecycle;
mod responses;
mod stack;
