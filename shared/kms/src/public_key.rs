//! The public half of a KMS key.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::KeyUsageType;
use postern_jose::{Algorithm, PublicKey, SignError};

use crate::failure::{incomplete, same_key, sign_error};
use crate::spec;

/// Reads the public key of `arn` for `algorithm`; its `kid` is its thumbprint. [`SignError::KeyUnusable`] if the key
/// is not for signatures, or not for that algorithm (K04), and [`SignError::Mismatch`] if `arn` is not the key's ARN.
///
/// For bootstrap: functions read public keys from the table.
pub async fn load_public_key(
    client: &Client,
    arn: &str,
    algorithm: Algorithm,
) -> Result<PublicKey, SignError> {
    let answer = client.get_public_key().key_id(arn).send().await.map_err(|error| sign_error(&error))?;
    same_key(arn, answer.key_id())?;
    let for_signatures = answer.key_usage() == Some(&KeyUsageType::SignVerify);
    let fits = answer.key_spec().is_some_and(|key_spec| spec::fits(key_spec, algorithm));
    if !for_signatures || !fits || !answer.signing_algorithms().contains(&spec::signing_algorithm(algorithm))
    {
        return Err(SignError::KeyUnusable(format!("{arn} is not a key for {algorithm} signatures")));
    }
    let der = answer.public_key().ok_or_else(|| incomplete("public key"))?;
    PublicKey::from_spki(algorithm, der.as_ref())
        .map_err(|error| SignError::KeyUnusable(format!("{arn}: {error}")))
}
