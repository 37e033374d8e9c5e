//! A key of a client, and the assertions that it signs (RFC 7523).

use postern_core::id::ClientId;
use postern_jose::{Algorithm, Jwk, Sign as _, TestSigner, base64url};
use serde_json::{Value, json};

use crate::draft::Draft;
use crate::world::{ISSUER, World};

/// A key pair that a client holds.
pub struct ClientKey(TestSigner);

impl ClientKey {
    /// A fresh key pair.
    pub fn generate(algorithm: Algorithm) -> Self {
        Self(TestSigner::generate(algorithm))
    }

    /// Its public half.
    pub fn jwk(&self) -> Jwk {
        self.0.public_key().jwk().clone()
    }

    /// A key set that holds it alone.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk()] })
    }

    /// A token with these claims, signed.
    pub fn sign(&self, claims: &Value) -> String {
        let key = self.0.public_key();
        let header = json!({ "alg": key.algorithm().name(), "kid": key.kid() });
        let text =
            format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
        let signature = self.0.sign_bytes(text.as_bytes()).expect("a signature");
        format!("{text}.{}", base64url::encode(signature))
    }

    /// The claims of a good assertion of this client, called `jti`.
    pub fn claims(world: &World, client: &ClientId, jti: &str) -> Value {
        let now = world.now();
        json!({ "iss": client, "sub": client, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti })
    }
}

impl Draft {
    /// `private_key_jwt` with this assertion.
    #[must_use]
    pub fn asserting(self, assertion: &str) -> Self {
        self.form([
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ])
    }
}
