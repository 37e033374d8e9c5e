//! A signer with its private key in memory: for tests and benches only.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};

use crate::{Algorithm, PublicKey, Sign, SignError, SigningInput};

/// A fresh key pair, parsed once, behind the port [`Sign`].
#[derive(Debug)]
pub struct TestSigner {
    public_key: PublicKey,
    pair: Pair,
    random: SystemRandom,
}

#[derive(Debug)]
enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl TestSigner {
    /// Makes a key pair for `algorithm` (`RSA_2048` for the RSA ones); `kid` is its thumbprint.
    ///
    /// # Panics
    /// If the operating system has no randomness.
    #[expect(clippy::expect_used, reason = "a test cannot go on without its key")]
    pub fn generate(algorithm: Algorithm) -> Self {
        Self::try_generate(algorithm).expect("a fresh key pair")
    }

    /// The signature over any bytes, in the form of a JWS; for tests that forge tokens.
    /// [`SignError::Unavailable`] if the library refuses.
    pub fn sign_bytes(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.try_sign(message).map_err(|Unspecified| SignError::Unavailable("signing failed".into()))
    }

    #[expect(clippy::disallowed_methods, reason = "the library wants its own random source for signing")]
    fn try_generate(algorithm: Algorithm) -> Result<Self, Unspecified> {
        let (pair, spki) = match algorithm {
            Algorithm::RS256 | Algorithm::PS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
                let spki = pair.public_key().as_der()?;
                (Pair::Rsa(pair), spki)
            }
            Algorithm::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
                let spki = pair.public_key().as_der()?;
                (Pair::P256(pair), spki)
            }
            Algorithm::EdDSA => {
                let pair = Ed25519KeyPair::generate()?;
                let spki = pair.public_key().as_der()?;
                (Pair::Ed25519(pair), spki)
            }
        };
        let public_key = PublicKey::from_spki(algorithm, spki.as_ref()).map_err(|_| Unspecified)?;
        Ok(Self { public_key, pair, random: SystemRandom::new() })
    }

    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let padding: &'static dyn RsaEncoding = match self.public_key.algorithm() {
                    Algorithm::PS256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &self.random, message, &mut signature)?;
                Ok(signature)
            }
            Pair::P256(pair) => Ok(pair.sign(&self.random, message)?.as_ref().to_vec()),
            Pair::Ed25519(pair) => Ok(pair.try_sign(message)?.as_ref().to_vec()),
        }
    }
}

impl Sign for TestSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, input: &SigningInput) -> Result<Vec<u8>, SignError> {
        self.sign_bytes(input.as_bytes())
    }
}
