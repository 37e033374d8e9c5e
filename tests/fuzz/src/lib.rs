//! One entry per format that strangers send us: bytes in, and whether anything in them passed.
//!
//! Each entry takes the bytes as they are, and once more as a header and claims (two lines) under a good signature, so
//! that a fuzzer gets past the signature. What passes is judged a second time, by a reader that shares nothing with the
//! first: an entry panics where the two disagree. The libfuzzer targets in `fuzz/` and the tests here call the same.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a finding is a panic, and a harness has no caller to answer to"
)]

mod client_assertion;
mod dpop;
mod forge;
mod jwt;
mod registration;
mod second_reader;

pub use client_assertion::client_assertion;
pub use dpop::dpop;
pub use jwt::jwt;
pub use registration::registration;

/// Good inputs, from which a fuzzer or a test begins.
pub mod good {
    pub use crate::client_assertion::GOOD as CLIENT_ASSERTION;
    pub use crate::dpop::GOOD as DPOP;
    pub use crate::jwt::GOOD as JWT;
    pub use crate::registration::GOOD as REGISTRATION;
}

/// When everything here happens, in seconds since 1970.
const NOW: u64 = 1_800_000_000;
/// Whose server this is.
const ISSUER: &str = "https://as.test";
