//! Signing: the port [`Sign`], what it is given, and the one function that lets a signed token out.

use std::future::Future;

use serde::Serialize;

use crate::{Algorithm, PublicKey, base64url};

/// The bytes to be signed: `b64(header).b64(claims)` (RFC 7515 section 5.1).
#[derive(Clone)]
pub struct SigningInput(String);

/// Something that signs with one key, near or far.
pub trait Sign: Send + Sync {
    /// The public half of the key.
    fn public_key(&self) -> &PublicKey;

    /// The raw JWS signature of `input` (r||s for ES256); [`SignError`] says why there is none.
    fn sign(&self, input: &SigningInput) -> impl Future<Output = Result<Vec<u8>, SignError>> + Send;
}

/// Why nothing was signed. The details are for the log, never for a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The key service asks for fewer requests.
    #[error("signing is throttled")]
    Throttled,
    /// The key service could not be reached, or failed.
    #[error("signing is unavailable: {0}")]
    Unavailable(String),
    /// The key is disabled, about to be deleted, of another kind, or cannot sign so much.
    #[error("the key cannot sign: {0}")]
    KeyUnusable(String),
    /// What came back was not signed by the expected key.
    #[error("the signature is not of the expected key: {0}")]
    Mismatch(String),
    /// The claims have no JSON form: our own mistake.
    #[error("the claims cannot be written as JSON: {0}")]
    Claims(String),
}

/// The protected header; `typ` tells the kinds of token apart (RFC 8725 section 3.11).
#[derive(Serialize)]
struct Protected<'a> {
    alg: Algorithm,
    kid: &'a str,
    typ: &'a str,
}

impl SigningInput {
    /// Header and claims, ready to be signed by key `kid`; [`SignError::Claims`] if `claims` have no JSON form.
    pub fn new(alg: Algorithm, kid: &str, typ: &str, claims: &impl Serialize) -> Result<Self, SignError> {
        let header = to_json(&Protected { alg, kid, typ })?;
        let claims = to_json(claims)?;
        // Room for the signature too: 256 bytes of RSA are 342 characters.
        let mut text = String::with_capacity((header.len() + claims.len()) * 4 / 3 + 350);
        base64url::encode_onto(&mut text, header);
        text.push('.');
        base64url::encode_onto(&mut text, claims);
        Ok(Self(text))
    }

    /// What is signed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The compact JWS (RFC 7515 section 7.1) with `signature`, which is not checked here.
    pub fn finish(self, signature: &[u8]) -> String {
        let mut token = self.0;
        token.push('.');
        base64url::encode_onto(&mut token, signature);
        token
    }
}

/// Signs `claims` as a compact JWT with the header `typ`. The signature is checked against the public key before
/// it leaves, so that a wrong key or a flipped bit shows here and not at somebody's API. [`SignError`] if the
/// signer fails or the check does.
pub async fn sign_jwt<S: Sign>(signer: &S, typ: &str, claims: &impl Serialize) -> Result<String, SignError> {
    let key = signer.public_key();
    let input = SigningInput::new(key.algorithm(), key.kid(), typ, claims)?;
    let signature = signer.sign(&input).await?;
    key.verify(input.as_bytes(), &signature)
        .map_err(|_| SignError::Mismatch(format!("signature does not verify with key {}", key.kid())))?;
    Ok(input.finish(&signature))
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, SignError> {
    serde_json::to_vec(value).map_err(|error| SignError::Claims(error.to_string()))
}
