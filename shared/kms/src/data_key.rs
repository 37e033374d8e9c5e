//! Data keys: 32 bytes that we use in memory and store wrapped by a KMS key (K10).

use std::collections::HashMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use postern_jose::SignError;
use zeroize::Zeroizing;

use crate::failure::{incomplete, same_key, sign_error};

/// The encryption context of the key behind credentials. KMS unwraps only with the context that it wrapped with, and
/// the roles of functions allow `Decrypt` with this one alone.
pub const CREDENTIALS: &[(&str, &str)] = &[("postern", "credentials")];

/// A new data key. It has no `Debug`.
pub struct DataKey {
    /// The key itself, wiped when dropped.
    pub key: Zeroizing<[u8; 32]>,
    /// The same, wrapped: for storage.
    pub wrapped: Vec<u8>,
}

/// Makes a data key wrapped by `arn` under `context`; [`SignError`] says why not. For bootstrap.
pub async fn generate_data_key(
    client: &Client,
    arn: &str,
    context: &[(&str, &str)],
) -> Result<DataKey, SignError> {
    let request = client.generate_data_key().key_id(arn).key_spec(DataKeySpec::Aes256);
    let answer = request.set_encryption_context(Some(owned(context))).send().await;
    let answer = answer.map_err(|error| sign_error(&error))?;
    same_key(arn, answer.key_id())?;
    let wrapped = answer.ciphertext_blob.ok_or_else(|| incomplete("ciphertext"))?.into_inner();
    Ok(DataKey { key: plaintext(answer.plaintext)?, wrapped })
}

/// Unwraps `wrapped`, which `arn` wrapped under `context`. Without `arn`, KMS uses the key that `wrapped` names: right
/// only for a role that may decrypt with one key alone. [`SignError::KeyUnusable`] if key or context is another, or
/// `wrapped` is damaged.
pub async fn unwrap_data_key(
    client: &Client,
    arn: Option<&str>,
    wrapped: &[u8],
    context: &[(&str, &str)],
) -> Result<Zeroizing<[u8; 32]>, SignError> {
    let request = client.decrypt().set_key_id(arn.map(str::to_owned)).ciphertext_blob(Blob::new(wrapped));
    let answer = request.set_encryption_context(Some(owned(context))).send().await;
    let answer = answer.map_err(|error| sign_error(&error))?;
    if let Some(arn) = arn {
        same_key(arn, answer.key_id())?;
    }
    plaintext(answer.plaintext)
}

fn plaintext(blob: Option<Blob>) -> Result<Zeroizing<[u8; 32]>, SignError> {
    let bytes = Zeroizing::new(blob.ok_or_else(|| incomplete("plaintext"))?.into_inner());
    let key = bytes.as_slice().try_into();
    key.map(Zeroizing::new).map_err(|_| SignError::KeyUnusable("the data key has not 32 bytes".to_owned()))
}

fn owned(context: &[(&str, &str)]) -> HashMap<String, String> {
    context.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
