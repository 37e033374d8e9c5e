//! `/oauth2/register`: clients register (RFC 7591) and manage themselves (RFC 7592).

mod members;
pub mod metadata;
mod refusal;

pub use metadata::{Metadata, Source};
pub use refusal::MetadataError;
