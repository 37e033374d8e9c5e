//! A client of the FAPI 2.0 Security Profile, written out by hand: assertions, proofs and pushed requests.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::{Answer, DemoUser, Deployment, Http, Outcome, Pkce, Visitor, parameter};

/// A key pair for ES256.
pub struct Key(EcdsaKeyPair);

/// The client.
pub struct Bank {
    http: Http,
    issuer: String,
    client_id: String,
    redirect_uri: String,
    key: Key,
    proof_key: Key,
}

impl Key {
    /// A new one.
    pub fn generate() -> Outcome<Self> {
        Ok(Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| "no key")?))
    }

    /// Its public half, as a JWK.
    pub fn jwk(&self) -> Value {
        // An uncompressed point: 4, then both coordinates.
        let (x, y) = self.0.public_key().as_ref().get(1..).unwrap_or_default().split_at(32);
        json!({"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)})
    }

    #[expect(clippy::disallowed_methods, reason = "the library wants its own random source for signing")]
    fn sign(&self, header: &Value, claims: &Value) -> Outcome<String> {
        let text = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).map_err(|_| "no signature")?;
        Ok(format!("{text}.{}", base64url(signature)))
    }
}

impl Bank {
    /// A client that was registered with this key.
    pub fn new(it: &Deployment, client: &Value, key: Key) -> Outcome<Self> {
        let text = |path: &str| client.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self {
            http: it.http.clone(),
            issuer: it.demo.issuer.clone(),
            client_id: text("/client_id"),
            redirect_uri: text("/redirect_uris/0"),
            key,
            proof_key: Key::generate()?,
        })
    }

    /// From the push to tokens.
    pub async fn sign_in(&self, visitor: &mut Visitor, user: &DemoUser, scope: &str) -> Outcome<Answer> {
        let pkce = Pkce::generate();
        let redirect_uri = ("redirect_uri", self.redirect_uri.as_str());
        let pushed = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            redirect_uri,
            ("scope", scope),
            ("code_challenge", &pkce.challenge),
            ("code_challenge_method", "S256"),
        ];
        let pushed = self.post("/oauth2/par", &pushed).await?;
        let mut url = Url::parse(&format!("{}/oauth2/authorize", self.issuer))?;
        let request_uri = pushed.text("request_uri");
        url.query_pairs_mut().extend_pairs([("client_id", &self.client_id), ("request_uri", &request_uri)]);
        let callback = visitor.authorize(url.as_str(), user).await?;
        let code = parameter(&callback, "code").ok_or_else(|| format!("no code: {callback}"))?;
        let verifier = ("code_verifier", pkce.verifier.as_str());
        self.token(&[("grant_type", "authorization_code"), ("code", &code), redirect_uri, verifier]).await
    }

    /// A request to the token endpoint, with a proof.
    pub async fn token(&self, form: &[(&str, &str)]) -> Outcome<Answer> {
        self.post("/oauth2/token", form).await
    }

    /// A request to a resource, with a token and a proof.
    pub async fn get(&self, path: &str, token: &str) -> Outcome<Answer> {
        let url = format!("{}{path}", self.issuer);
        let hash = base64url(digest(&SHA256, token.as_bytes()));
        let proof = self.proof("GET", &url, Some(&hash))?;
        let request = self.http.request(Method::GET, &url).header("authorization", format!("DPoP {token}"));
        Answer::of(request.header("dpop", proof)).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Outcome<Answer> {
        let url = format!("{}{path}", self.issuer);
        let (assertion, proof) = (self.assertion()?, self.proof("POST", &url, None)?);
        let own = [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let request = self.http.request(Method::POST, &url).header("dpop", proof);
        Answer::of(request.form(&[form, &own].concat())).await
    }

    fn assertion(&self) -> Outcome<String> {
        let (now, id) = (now()?, &self.client_id);
        let claims =
            json!({"iss": id, "sub": id, "aud": self.issuer, "iat": now, "exp": now + 60, "jti": jti()});
        self.key.sign(&json!({"alg": "ES256"}), &claims)
    }

    fn proof(&self, method: &str, url: &str, token_hash: Option<&str>) -> Outcome<String> {
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.proof_key.jwk()});
        let mut claims = json!({"jti": jti(), "htm": method, "htu": url, "iat": now()?});
        if let (Some(hash), Some(claims)) = (token_hash, claims.as_object_mut()) {
            claims.insert("ath".to_owned(), hash.into());
        }
        self.proof_key.sign(&header, &claims)
    }
}

fn jti() -> String {
    Uuid::new_v4().simple().to_string()
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[expect(clippy::disallowed_methods, reason = "a client's clock is the machine's")]
fn now() -> Outcome<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
