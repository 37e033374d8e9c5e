//! jose's port [`Sign`] by one KMS key.

use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::MessageType;
use postern_jose::{Algorithm, PublicKey, Sign, SignError, SigningInput};

use crate::failure::{incomplete, same_key, sign_error};
use crate::{der, spec};

/// The longest message that KMS takes unhashed, in bytes (KMS API reference, `Sign`).
const LONGEST_RAW: usize = 4096;

/// Signs with one KMS key, by its public key's algorithm.
#[derive(Debug, Clone)]
pub struct KmsSigner {
    client: Client,
    arn: String,
    public_key: PublicKey,
}

impl KmsSigner {
    /// A signer for the key `arn` (an ARN: an alias fails each signature), whose public half is `public_key`.
    /// Makes no call.
    pub fn new(client: Client, arn: impl Into<String>, public_key: PublicKey) -> Self {
        Self { client, arn: arn.into(), public_key }
    }

    /// What KMS is given: the digest, so that claims may be of any length; the message itself for `EdDSA`, which
    /// has no other form ([`SignError::KeyUnusable`] above 4096 bytes).
    fn message(&self, input: &[u8]) -> Result<(MessageType, Blob), SignError> {
        if self.public_key.algorithm() != Algorithm::EdDSA {
            return Ok((MessageType::Digest, Blob::new(digest(&SHA256, input).as_ref())));
        }
        if input.len() > LONGEST_RAW {
            return Err(SignError::KeyUnusable(format!("{} bytes are too many for EdDSA", input.len())));
        }
        Ok((MessageType::Raw, Blob::new(input)))
    }
}

impl Sign for KmsSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, input: &SigningInput) -> Result<Vec<u8>, SignError> {
        let algorithm = self.public_key.algorithm();
        let (message_type, message) = self.message(input.as_bytes())?;
        let request =
            self.client.sign().key_id(&self.arn).signing_algorithm(spec::signing_algorithm(algorithm));
        let answer = request.message_type(message_type).message(message).send().await;
        let answer = answer.map_err(|error| sign_error(&error))?;
        same_key(&self.arn, answer.key_id())?;
        let signature = answer.signature.ok_or_else(|| incomplete("signature"))?.into_inner();
        match algorithm {
            Algorithm::ES256 => der::fixed(&signature)
                .map(|fixed| fixed.to_vec())
                .ok_or_else(|| SignError::Mismatch("the signature is not DER".to_owned())),
            Algorithm::RS256 | Algorithm::PS256 | Algorithm::EdDSA => Ok(signature),
        }
    }
}
