//! Tokens made by hand, good and bad.

use postern_jose::{Algorithm, KeySet, Sign as _, TestSigner, base64url};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://as.example";
pub(crate) const API: &str = "https://api.example";
pub(crate) const NOW: u64 = 1_800_000_000;

/// One signer, and the set that holds its key.
pub(crate) struct Forge {
    pub(crate) signer: TestSigner,
    pub(crate) keys: KeySet,
}

impl Forge {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let signer = TestSigner::generate(algorithm);
        let keys = KeySet::new(vec![signer.public_key().clone()]);
        Self { signer, keys }
    }

    /// The header that a good access token has.
    pub(crate) fn header(&self) -> Value {
        let key = self.signer.public_key();
        json!({"alg": key.algorithm(), "kid": key.kid(), "typ": "at+jwt"})
    }

    /// A properly signed token with this header and payload, whatever they are.
    pub(crate) fn token(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.sign_text(&format!("{}.{}", base64url::encode(header), base64url::encode(payload)))
    }

    /// `text`, a dot, and a good signature over `text`.
    pub(crate) fn sign_text(&self, text: &str) -> String {
        let signature = self.signer.sign_bytes(text.as_bytes()).unwrap();
        format!("{text}.{}", base64url::encode(signature))
    }

    /// A token with a good header and these claims.
    pub(crate) fn claims(&self, claims: &impl ToString) -> String {
        self.token(self.header().to_string(), claims.to_string())
    }
}

/// The claims of a good access token, valid for a minute.
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "usr_1", "aud": API, "exp": NOW + 60, "iat": NOW, "jti": "t1",
        "client_id": "app", "scope": "contact.read", "tenant": "ten_1", "sub_type": "user",
    })
}
