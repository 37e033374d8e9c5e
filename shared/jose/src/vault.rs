//! The port [`Vault`]: where private keys live, and never leave.

use std::future::Future;

use zeroize::Zeroizing;

use crate::{PublicKey, Sign, SignError};

/// A keeper of private keys.
pub trait Vault: Send + Sync {
    /// What signs with one of its keys.
    type Signer: Sign;

    /// A signer for the key that the vault calls `key_ref`, whose public half is `public_key`. No call is made.
    fn signer(&self, key_ref: &str, public_key: &PublicKey) -> Self::Signer;

    /// Unwraps a data key of 32 bytes; [`SignError`] says why it could not.
    fn unwrap_data_key(
        &self,
        wrapped: &[u8],
    ) -> impl Future<Output = Result<Zeroizing<[u8; 32]>, SignError>> + Send;
}
