//! Tokens made by hand, under a key that the deployment published and only we hold.

use std::sync::Arc;

use postern_jose::{Sign as _, TestSigner, base64url};
use serde_json::{Value, json};

/// A maker of tokens, good and bad.
#[derive(Clone)]
pub struct Forge(Arc<TestSigner>);

impl Forge {
    pub(crate) const fn new(signer: Arc<TestSigner>) -> Self {
        Self(signer)
    }

    /// The header of a good access token.
    pub fn header(&self) -> Value {
        let key = self.0.public_key();
        json!({"alg": key.algorithm().name(), "kid": key.kid(), "typ": "at+jwt"})
    }

    /// A token with this header and this payload, whatever they are, well signed.
    pub fn token(&self, header: &str, payload: &str) -> String {
        let text = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        let signature = self.0.sign_bytes(text.as_bytes()).expect("a signature");
        format!("{text}.{}", base64url::encode(signature))
    }

    /// A token with a good header and these claims, well signed.
    pub fn claims(&self, claims: &Value) -> String {
        self.token(&self.header().to_string(), &claims.to_string())
    }
}

/// The claims of a token, unverified.
pub fn claims_of(token: &str) -> Value {
    segment(token, 1)
}

/// The header of a token, unverified.
pub fn header_of(token: &str) -> Value {
    segment(token, 0)
}

fn segment(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).expect("a compact JWS");
    let bytes = base64url::decode(text).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}
