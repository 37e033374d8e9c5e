//! What a failed KMS call means to a caller of the port.

use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use postern_aws::{Outage, classify, describe};
use postern_jose::SignError;

/// Codes that a retry cannot help: somebody has to look at the key, its policy or our configuration (K04, K05).
const KEY_UNUSABLE: [&str; 9] = [
    "AccessDeniedException",
    "DisabledException",
    "IncorrectKeyException",
    "InvalidArnException",
    "InvalidCiphertextException",
    "InvalidKeyUsageException",
    "KMSInvalidStateException",
    "NotFoundException",
    "UnsupportedOperationException",
];

/// Sorts the failure of any KMS operation.
pub(crate) fn sign_error<E: ProvideErrorMetadata>(error: &SdkError<E>) -> SignError {
    if error.code().is_some_and(|code| KEY_UNUSABLE.contains(&code)) {
        return SignError::KeyUnusable(describe(error));
    }
    match classify(error) {
        Outage::Throttled => SignError::Throttled,
        Outage::Unavailable => SignError::Unavailable(describe(error)),
    }
}

/// [`SignError::Mismatch`] unless the answer came from the key that was asked for (K06, K08).
pub(crate) fn same_key(asked: &str, answered: Option<&str>) -> Result<(), SignError> {
    if answered == Some(asked) {
        return Ok(());
    }
    Err(SignError::Mismatch(format!("asked {asked}, answered by {}", answered.unwrap_or("no key"))))
}

/// An answer without a part that KMS always sends.
pub(crate) fn incomplete(part: &str) -> SignError {
    SignError::Unavailable(format!("answer without {part}"))
}
