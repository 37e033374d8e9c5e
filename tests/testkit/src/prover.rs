//! A holder of a key that proves so (RFC 9449 section 4).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postern_jose::{Algorithm, Sign as _, TestSigner, access_token_hash, base64url, thumbprint};
use serde_json::{Value, json};

use crate::draft::Draft;

/// A key with a counter, so that no two of its proofs are the same. Clones share both.
#[derive(Clone)]
pub struct Prover(Arc<(TestSigner, AtomicU64)>);

impl Prover {
    /// A key for ES256: the cheapest to make.
    pub fn new() -> Self {
        Self::of(Algorithm::ES256)
    }

    /// A key for `algorithm`.
    pub fn of(algorithm: Algorithm) -> Self {
        Self(Arc::new((TestSigner::generate(algorithm), AtomicU64::new(1))))
    }

    /// The thumbprint of its key.
    pub fn jkt(&self) -> String {
        thumbprint(self.0.0.public_key().jwk())
    }

    /// The header of a good proof.
    pub fn header(&self) -> Value {
        let key = self.0.0.public_key();
        json!({"typ": "dpop+jwt", "alg": key.algorithm().name(), "jwk": key.jwk()})
    }

    /// The claims of a good proof for this request, made at `now`.
    pub fn claims(&self, method: &str, uri: &str, now: u64) -> Value {
        let number = self.0.1.fetch_add(1, Ordering::SeqCst);
        json!({"jti": format!("proof-{number}"), "htm": method, "htu": uri, "iat": now})
    }

    /// A proof with this header and these claims, whatever they are, well signed.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| base64url::encode(value.to_string());
        let text = format!("{}.{}", encode(header), encode(claims));
        let signature = self.0.0.sign_bytes(text.as_bytes()).expect("a signature");
        format!("{text}.{}", base64url::encode(signature))
    }

    /// A good proof for this request, made at `now`.
    pub fn proof(&self, method: &str, uri: &str, now: u64) -> String {
        self.sign(&self.header(), &self.claims(method, uri, now))
    }

    /// The same for a request that carries this access token.
    pub fn proof_for_token(&self, method: &str, uri: &str, (now, token): (u64, &str)) -> String {
        let mut claims = self.claims(method, uri, now);
        claims["ath"] = json!(access_token_hash(token));
        self.sign(&self.header(), &claims)
    }
}

impl Default for Prover {
    fn default() -> Self {
        Self::new()
    }
}

impl Draft {
    /// The same with a good proof for it.
    #[must_use]
    pub fn proved_by(self, prover: &Prover) -> Self {
        let proof = prover.proof(self.method(), &self.uri(), self.now());
        self.header("dpop", &proof)
    }

    /// The same with the nonce that the server gave.
    #[must_use]
    pub fn proved_with(self, prover: &Prover, nonce: &str) -> Self {
        let mut claims = prover.claims(self.method(), &self.uri(), self.now());
        claims["nonce"] = json!(nonce);
        let proof = prover.sign(&prover.header(), &claims);
        self.header("dpop", &proof)
    }

    /// The same with this access token, bound to the key, and a good proof with the nonce that the server gave.
    #[must_use]
    pub fn dpop_with(self, prover: &Prover, (token, nonce): (&str, &str)) -> Self {
        let mut claims = prover.claims(self.method(), &self.uri(), self.now());
        claims["ath"] = json!(access_token_hash(token));
        claims["nonce"] = json!(nonce);
        let proof = prover.sign(&prover.header(), &claims);
        self.header("authorization", &format!("DPoP {token}")).header("dpop", &proof)
    }

    /// The same with this access token, bound to the key, and a good proof.
    #[must_use]
    pub fn dpop(self, prover: &Prover, token: &str) -> Self {
        let proof = prover.proof_for_token(self.method(), &self.uri(), (self.now(), token));
        self.header("authorization", &format!("DPoP {token}")).header("dpop", &proof)
    }
}
