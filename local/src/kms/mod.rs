//! A KMS endpoint with real keys and real signatures, for the operations that this project uses.

mod aliases;
mod crypto;
mod data_keys;
mod error;
mod key;
mod keyring;
mod lifecycle;
mod metadata;
mod sign;
mod symmetric;
mod wire;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use crate::StartError;
use crate::net::{HttpResponse, respond};
use error::KmsError;
use keyring::Keyring;

/// The account that owns everything here.
pub(crate) const ACCOUNT: &str = "000000000000";

/// The endpoint's state. Clones share it.
#[derive(Clone)]
pub(crate) struct Kms(Arc<Mutex<Keyring>>);

impl Kms {
    /// Opens the keys in `file`, or starts without keys; `None` keeps keys in memory only.
    ///
    /// Fails when the file exists and cannot be read.
    pub(crate) fn open(file: Option<PathBuf>) -> Result<Self, StartError> {
        Ok(Self(Arc::new(Mutex::new(Keyring::open(file)?))))
    }

    /// Answers one request, as KMS does over `application/x-amz-json-1.1`.
    pub(crate) async fn answer(&self, operation: String, request: Request<Bytes>) -> HttpResponse {
        let kms = self.clone();
        // Making an RSA key takes long enough to stall the other connections of a thread.
        let work = tokio::task::spawn_blocking(move || kms.perform(&operation, request.body()));
        let result = work.await.unwrap_or_else(|_| Err(KmsError::internal("the operation did not finish")));
        match result {
            Ok(answer) => respond(200, wire::CONTENT_TYPE, answer.to_string()),
            Err(error) => respond(error.status(), wire::CONTENT_TYPE, error.body().to_string()),
        }
    }

    fn perform(&self, operation: &str, body: &[u8]) -> Result<Value, KmsError> {
        match operation {
            "CreateKey" => lifecycle::create_key(self, wire::parse(body)?),
            "DescribeKey" => lifecycle::describe_key(self, &wire::parse(body)?),
            "ListKeys" => Ok(lifecycle::list_keys(self)),
            "EnableKey" => lifecycle::enable_key(self, &wire::parse(body)?),
            "DisableKey" => lifecycle::disable_key(self, &wire::parse(body)?),
            "ScheduleKeyDeletion" => lifecycle::schedule_key_deletion(self, &wire::parse(body)?),
            "CancelKeyDeletion" => lifecycle::cancel_key_deletion(self, &wire::parse(body)?),
            "TagResource" => lifecycle::tag_resource(self, wire::parse(body)?),
            "ListResourceTags" => lifecycle::list_resource_tags(self, &wire::parse(body)?),
            "CreateAlias" => aliases::create_alias(self, wire::parse(body)?),
            "UpdateAlias" => aliases::update_alias(self, &wire::parse(body)?),
            "DeleteAlias" => aliases::delete_alias(self, &wire::parse(body)?),
            "ListAliases" => aliases::list_aliases(self, &wire::parse(body)?),
            "GetPublicKey" => sign::get_public_key(self, &wire::parse(body)?),
            "Sign" => sign::sign(self, &wire::parse(body)?),
            "Encrypt" => symmetric::encrypt(self, &wire::parse(body)?),
            "Decrypt" => symmetric::decrypt(self, &wire::parse(body)?),
            "GenerateDataKey" => data_keys::generate_data_key(self, &wire::parse(body)?),
            "GenerateDataKeyWithoutPlaintext" => {
                data_keys::generate_data_key(self, &wire::parse(body)?).map(data_keys::without_plaintext)
            }
            "GenerateDataKeyPair" => data_keys::generate_data_key_pair(self, &wire::parse(body)?),
            "GenerateDataKeyPairWithoutPlaintext" => {
                data_keys::generate_data_key_pair(self, &wire::parse(body)?).map(data_keys::without_plaintext)
            }
            _ => Err(KmsError::unknown_operation(operation)),
        }
    }

    fn keyring(&self) -> MutexGuard<'_, Keyring> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
