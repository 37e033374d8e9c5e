//! The wire form: JSON 1.1 with base64 blobs and `PascalCase` members.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::KmsError;

/// What KMS answers with.
pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Bytes, base64 on the wire.
#[derive(Clone, Default)]
pub(super) struct Blob(pub(super) Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(|_| D::Error::custom("a blob is not base64"))
    }
}

/// Parses a request body. Fails with `ValidationException`.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, KmsError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| KmsError::validation(format!("malformed request: {error}")))
}

/// A request that names a key and nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeyRequest {
    /// Id, ARN, alias or alias ARN.
    pub(super) key_id: String,
}
