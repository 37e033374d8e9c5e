//! The errors of the KMS API, named and worded for its SDKs.

use serde_json::{Value, json};

/// An error answer.
#[derive(Debug)]
pub(super) struct KmsError {
    name: &'static str,
    message: String,
}

impl KmsError {
    /// The HTTP status: 500 for our own failures, else 400.
    pub(super) fn status(&self) -> u16 {
        if self.name == "KMSInternalException" { 500 } else { 400 }
    }

    /// The body that SDKs parse.
    pub(super) fn body(&self) -> Value {
        json!({ "__type": self.name, "message": self.message })
    }

    fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new("NotFoundException", format!("{what} is not found."))
    }

    pub(super) fn disabled(arn: &str) -> Self {
        Self::new("DisabledException", format!("{arn} is disabled."))
    }

    pub(super) fn invalid_state(arn: &str, state: &str) -> Self {
        Self::new("KMSInvalidStateException", format!("{arn} is {state}."))
    }

    pub(super) fn invalid_usage(message: impl Into<String>) -> Self {
        Self::new("InvalidKeyUsageException", message)
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    pub(super) fn invalid_ciphertext() -> Self {
        Self::new("InvalidCiphertextException", "")
    }

    pub(super) fn incorrect_key() -> Self {
        Self::new(
            "IncorrectKeyException",
            "The key ID in the request does not identify a KMS key that can perform this operation.",
        )
    }

    pub(super) fn already_exists(name: &str) -> Self {
        Self::new("AlreadyExistsException", format!("An alias with the name {name} already exists"))
    }

    pub(super) fn invalid_alias(message: &str) -> Self {
        Self::new("InvalidAliasNameException", message)
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::new("UnsupportedOperationException", message)
    }

    /// An operation that this endpoint does not have: loud, never a guess.
    pub(super) fn unknown_operation(operation: &str) -> Self {
        Self::new(
            "UnknownOperationException",
            format!("the local KMS endpoint has no operation {operation:?}"),
        )
    }

    pub(super) fn internal(message: &str) -> Self {
        Self::new("KMSInternalException", message)
    }
}

impl From<aws_lc_rs::error::Unspecified> for KmsError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::internal("the cryptographic library refused")
    }
}
