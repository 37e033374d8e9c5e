//! One RS256 key, held in memory: what signs for us, and what the raw operations use.

use std::sync::Arc;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use postern_jose::{Algorithm, PublicKey, Sign, SignError, SigningInput, Vault};
use zeroize::Zeroizing;

use crate::Failure;

/// The data key that the vault unwraps.
pub(crate) const DATA_KEY: [u8; 32] = [7; 32];

/// A key pair, parsed once. Cheap to clone: as a vault, it is its own signer, and stands where KMS does.
#[derive(Clone)]
pub(crate) struct HeldKey {
    pair: Arc<RsaKeyPair>,
    public: Arc<PublicKey>,
}

impl HeldKey {
    /// A fresh key of 2048 bits.
    pub(crate) fn generate() -> Result<Self, Failure> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let public = PublicKey::from_spki(Algorithm::RS256, pair.public_key().as_der()?.as_ref())?;
        Ok(Self { pair: Arc::new(pair), public: Arc::new(public) })
    }

    /// The public half, as ours.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The public half, as the library's.
    pub(crate) fn raw_public(&self) -> Result<ParsedPublicKey, Failure> {
        let spki = self.pair.public_key().as_der()?;
        Ok(ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki.as_ref())?)
    }

    /// One signature by the library, and nothing else.
    #[expect(
        clippy::disallowed_methods,
        reason = "the library wants its own random source; it is only a name"
    )]
    pub(crate) fn sign_raw(&self, message: &[u8]) -> Result<Vec<u8>, aws_lc_rs::error::Unspecified> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
        Ok(signature)
    }
}

impl Sign for HeldKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    async fn sign(&self, input: &SigningInput) -> Result<Vec<u8>, SignError> {
        self.sign_raw(input.as_bytes()).map_err(|_| SignError::Unavailable("signing failed".to_owned()))
    }
}

impl Vault for HeldKey {
    type Signer = Self;

    fn signer(&self, _key_ref: &str, _public_key: &PublicKey) -> Self {
        self.clone()
    }

    async fn unwrap_data_key(&self, _wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, SignError> {
        Ok(Zeroizing::new(DATA_KEY))
    }
}
