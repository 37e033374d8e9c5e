//! What KMS calls our algorithms.

use aws_sdk_kms::types::{KeySpec, SigningAlgorithmSpec};
use postern_jose::Algorithm;

/// The signing algorithm. `EdDSA` is `ED25519_SHA_512`; `ED25519_PH_SHA_512` is another scheme (RFC 8032 section 5.1).
pub(crate) const fn signing_algorithm(algorithm: Algorithm) -> SigningAlgorithmSpec {
    match algorithm {
        Algorithm::RS256 => SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        Algorithm::PS256 => SigningAlgorithmSpec::RsassaPssSha256,
        Algorithm::ES256 => SigningAlgorithmSpec::EcdsaSha256,
        Algorithm::EdDSA => SigningAlgorithmSpec::Ed25519Sha512,
    }
}

/// Whether keys of `spec` sign with `algorithm`.
pub(crate) const fn fits(spec: &KeySpec, algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::RS256 | Algorithm::PS256 => {
            matches!(spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096)
        }
        Algorithm::ES256 => matches!(spec, KeySpec::EccNistP256),
        Algorithm::EdDSA => matches!(spec, KeySpec::EccNistEdwards25519),
    }
}
