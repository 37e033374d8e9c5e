//! `DPoP` (RFC 9449): who presents a code, a refresh token or an access token proves to hold the key that it is bound to.
//!
//! A proof is checked against its request without any call ([`verify_proof`]), and then claimed: each serves once.

mod fault;
mod jkt;
mod nonce;
mod proof;
mod sender;
mod target;
mod token_type;

pub use fault::ProofFault;
pub use jkt::{Jkt, NotAThumbprint};
pub use nonce::ServerNonce;
pub use proof::{Proof, ProofId, Shown, verify_proof};
pub use sender::Sender;
pub use token_type::TokenType;

use crate::http::HeaderName;

/// The header that carries a proof (RFC 9449 section 4.1).
pub const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The header in which we give a nonce (RFC 9449 section 8).
pub const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
