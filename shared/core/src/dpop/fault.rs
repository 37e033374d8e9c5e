//! What is wrong with a proof: many reasons for the log, one code for the wire.

use postern_jose::DpopError;

use crate::wire::{ErrorCode, WireError};

/// Why a proof is refused: `invalid_dpop_proof` (RFC 9449 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofFault {
    /// One is needed, and none came.
    Missing,
    /// More than one header (section 4.3, check 1).
    Repeated,
    /// It is no proof.
    Malformed(DpopError),
    /// For another method.
    Method,
    /// For another URI.
    Uri,
    /// Made too long ago, or in the future.
    Stale,
    /// `ath` is not the hash of the access token that it came with.
    AccessToken,
    /// By another key than the one that the request names.
    Key,
    /// By an algorithm that the client's profile leaves out.
    Algorithm,
    /// It came before.
    Replayed,
}

impl ProofFault {
    /// The error on the wire.
    pub const fn wire(self) -> WireError {
        WireError::bad_request(
            ErrorCode::InvalidDpopProof,
            match self {
                Self::Missing => "A DPoP proof is required.",
                _ => "The DPoP proof is malformed, stale, used, or made for another request or key.",
            },
        )
    }
}
