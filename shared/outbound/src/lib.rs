//! The guarded way out (D02): whoever names a URL for us to fetch must not reach what only we can reach.
//!
//! `https` alone, to public addresses alone: every address that the name resolves to is checked, and the connection goes
//! to the checked address, so that no second resolution can slip another one in. No redirects, no proxies, no
//! credentials; three seconds and a stated number of bytes for the whole answer.

mod address;
mod client;
mod message;
mod place;
mod settings;

pub use client::Outbound;
pub use settings::{Outreach, OutreachError};
