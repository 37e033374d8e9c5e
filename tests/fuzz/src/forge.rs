//! Tokens under a good signature.

use std::sync::LazyLock;

use postern_jose::{Algorithm, Sign as _, TestSigner, base64url};

/// The one key of a process: which one does not matter, since inputs name it by [`KID`].
pub(crate) static SIGNER: LazyLock<TestSigner> = LazyLock::new(|| TestSigner::generate(Algorithm::ES256));

/// What inputs write where the name of the key goes: their bytes mean the same in every process.
const KID: &str = "THE-KID";
/// The same for the public key.
const JWK: &str = "\"THE-JWK\"";

/// Header and claims: everything up to the first line break, and the rest.
pub(crate) fn lines(data: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut lines = data.splitn(2, |byte| *byte == b'\n');
    let header = lines.next().unwrap_or_default();
    (with_key(header), lines.next().unwrap_or_default().to_vec())
}

/// A token of these two, whatever they are.
pub(crate) fn token(header: &[u8], claims: &[u8]) -> String {
    let text = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    let signature = SIGNER.sign_bytes(text.as_bytes()).expect("a signature");
    format!("{text}.{}", base64url::encode(signature))
}

fn with_key(header: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(header) else { return header.to_vec() };
    let key = SIGNER.public_key();
    let jwk = serde_json::to_string(key.jwk()).expect("JSON");
    text.replace(KID, key.kid()).replace(JWK, &jwk).into_bytes()
}
