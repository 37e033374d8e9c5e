//! AWS KMS: signatures and data keys by keys that never leave it.
//!
//! Every call names its key by ARN and compares the ARN in the answer, because an alias may be moved to another
//! key between two calls.

mod data_key;
mod der;
mod failure;
mod public_key;
mod signer;
mod spec;
mod vault;

pub use data_key::{CREDENTIALS, DataKey, generate_data_key, unwrap_data_key};
pub use public_key::load_public_key;
pub use signer::KmsSigner;
pub use vault::KmsVault;

/// A KMS client with our retries and timeouts. Makes no connection.
pub fn client(environment: &postern_aws::AwsEnvironment) -> aws_sdk_kms::Client {
    aws_sdk_kms::Client::new(&postern_aws::sdk_config(environment, postern_aws::Service::Kms))
}
