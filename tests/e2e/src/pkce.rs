//! Proof Key for Code Exchange (RFC 7636), the app's side.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// A verifier with its challenge.
pub struct Pkce {
    /// `code_verifier`.
    pub verifier: String,
    /// `code_challenge`, by S256.
    pub challenge: String,
}

impl Pkce {
    /// A new one.
    pub fn generate() -> Self {
        let verifier = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        Self { verifier, challenge }
    }
}
