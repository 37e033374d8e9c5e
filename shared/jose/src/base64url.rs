//! base64url without padding (RFC 7515 section 2), in its one canonical form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The text has padding, bits left over, or a character outside the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not canonical base64url")]
pub struct NotBase64Url;

/// Encodes `bytes` without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes `bytes` onto the end of `text`.
pub(crate) fn encode_onto(text: &mut String, bytes: impl AsRef<[u8]>) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Decodes `text`; [`NotBase64Url`] unless `encode` would give exactly `text` back, so that a value has one
/// spelling only.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn j09_one_spelling_per_value() {
        assert_eq!(decode("AQAB").unwrap(), [1, 0, 1]);
        assert_eq!(encode([1, 0, 1]), "AQAB");
        for refused in ["AQ==", "AQ=", "AR", "A", "A+AB", "A/AB", "AQ AB", "AQAB\n", "ÄQAB"] {
            assert!(decode(refused).is_err(), "{refused:?}");
        }
    }
}
