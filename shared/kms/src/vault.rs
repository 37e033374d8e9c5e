//! jose's port [`Vault`] on KMS.

use aws_sdk_kms::Client;
use postern_jose::{PublicKey, SignError, Vault};
use zeroize::Zeroizing;

use crate::{CREDENTIALS, KmsSigner, unwrap_data_key};

/// KMS as the keeper of every private key of a server.
#[derive(Debug, Clone)]
pub struct KmsVault {
    client: Client,
    wrapping_key: Option<String>,
}

impl KmsVault {
    /// A vault whose data keys are wrapped by `wrapping_key`, an ARN; see [`unwrap_data_key`] for `None`. Makes no call.
    pub fn new(client: Client, wrapping_key: Option<String>) -> Self {
        Self { client, wrapping_key }
    }
}

impl Vault for KmsVault {
    type Signer = KmsSigner;

    fn signer(&self, key_ref: &str, public_key: &PublicKey) -> KmsSigner {
        KmsSigner::new(self.client.clone(), key_ref, public_key.clone())
    }

    async fn unwrap_data_key(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, SignError> {
        unwrap_data_key(&self.client, self.wrapping_key.as_deref(), wrapped, CREDENTIALS).await
    }
}
