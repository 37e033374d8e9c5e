//! Loading keys: J02, J10, and what a JWKS may hold. Signing: K06.

#![cfg(test)]

use postern_jose::{
    Algorithm, Jwk, KeyError, KeySet, PublicKey, Sign, SignError, SigningInput, TestSigner, sign_jwt,
    thumbprint,
};
use serde_json::{Value, json};

fn published(algorithm: Algorithm) -> Value {
    serde_json::to_value(TestSigner::generate(algorithm).public_key().jwk()).unwrap()
}

fn load(jwk: Value) -> Result<PublicKey, KeyError> {
    PublicKey::from_jwk(&serde_json::from_value::<Jwk>(jwk).unwrap())
}

#[test]
fn a_published_key_loads_and_is_named_by_its_thumbprint() {
    for algorithm in Algorithm::ALL {
        let signer = TestSigner::generate(algorithm);
        let jwk = signer.public_key().jwk();
        let read: Jwk = serde_json::from_str(&serde_json::to_string(jwk).unwrap()).unwrap();
        assert_eq!(&read, jwk);
        let key = PublicKey::from_jwk(&read).unwrap();
        assert_eq!((key.kid(), key.algorithm()), (thumbprint(jwk).as_str(), algorithm));
        assert!(key.verify(b"message", &signer.sign_bytes(b"message").unwrap()).is_ok());
        assert!(key.verify(b"Message", &signer.sign_bytes(b"message").unwrap()).is_err());
        assert_eq!(KeySet::new(vec![key]).iter().count(), 1);
    }
    let members = published(Algorithm::ES256);
    let mut names: Vec<&str> = members.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
}

#[test]
fn j02_a_key_without_alg_or_kid_or_of_another_type_does_not_load() {
    let ec = published(Algorithm::ES256);
    for (name, value, error) in [
        ("alg", Value::Null, KeyError::NoAlgorithm),
        ("kid", Value::Null, KeyError::NoKeyId),
        ("kid", json!(""), KeyError::NoKeyId),
        ("alg", json!("RS256"), KeyError::WrongType),
        ("alg", json!("EdDSA"), KeyError::WrongType),
        ("x", json!("AQAB"), KeyError::Encoding),
        ("x", json!("not base64url!"), KeyError::Encoding),
        // Not on the curve.
        ("x", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"), KeyError::Rejected),
    ] {
        let mut jwk = ec.clone();
        jwk[name] = value;
        assert_eq!(load(jwk).unwrap_err(), error, "{name}");
    }
}

#[test]
fn private_symmetric_and_unknown_keys_are_no_jwk_of_ours() {
    let ec = published(Algorithm::ES256);
    for (name, value) in [
        ("d", json!("AQAB")),
        ("k", json!("AQAB")),
        ("use", json!("enc")),
        ("crv", json!("P-384")),
        ("kty", json!("oct")),
        ("kty", json!("RSA")),
        ("alg", json!("HS256")),
        ("n", json!("AQAB")),
    ] {
        let mut jwk = ec.clone();
        jwk[name] = value;
        assert!(serde_json::from_value::<Jwk>(jwk).is_err(), "{name}");
    }
    let twice = ec.to_string().replacen('{', r#"{"kid":"other","#, 1);
    assert!(serde_json::from_str::<Jwk>(&twice).is_err());
}

#[test]
fn weak_and_broken_rsa_keys_do_not_load() {
    let rsa = published(Algorithm::RS256);
    for (name, value, error) in [
        ("n", json!("u".repeat(172)), KeyError::TooShort),
        ("n", json!(format!("AAAA{}", rsa["n"].as_str().unwrap())), KeyError::Rejected),
        ("e", json!("AQ"), KeyError::Rejected),
        ("e", json!("Ag"), KeyError::Rejected),
        ("e", json!(""), KeyError::Rejected),
    ] {
        let mut jwk = rsa.clone();
        jwk[name] = value.clone();
        assert_eq!(load(jwk).unwrap_err(), error, "{name} {value}");
    }
}

#[test]
fn der_of_another_kind_of_key_does_not_load() {
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let pair = Ed25519KeyPair::generate().unwrap();
    let der = pair.public_key().as_der().unwrap();
    assert!(PublicKey::from_spki(Algorithm::EdDSA, der.as_ref()).is_ok());
    for other in [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256] {
        assert_eq!(PublicKey::from_spki(other, der.as_ref()).unwrap_err(), KeyError::WrongType);
    }
    let longer = [der.as_ref(), &[0]].concat();
    assert_eq!(PublicKey::from_spki(Algorithm::EdDSA, &longer).unwrap_err(), KeyError::Encoding);
}

/// Signs with another key than it says.
struct Impostor {
    claimed: TestSigner,
    used: TestSigner,
}

impl Sign for Impostor {
    fn public_key(&self) -> &PublicKey {
        self.claimed.public_key()
    }

    async fn sign(&self, input: &SigningInput) -> Result<Vec<u8>, SignError> {
        self.used.sign(input).await
    }
}

#[tokio::test]
async fn k06_a_signature_of_another_key_never_leaves() {
    for algorithm in Algorithm::ALL {
        let signer =
            Impostor { claimed: TestSigner::generate(algorithm), used: TestSigner::generate(algorithm) };
        let refused = sign_jwt(&signer, "at+jwt", &json!({})).await;
        assert!(matches!(refused, Err(SignError::Mismatch(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn claims_without_a_json_form_are_our_mistake() {
    let signer = TestSigner::generate(Algorithm::EdDSA);
    let claims = std::collections::HashMap::from([([1_u8], 1)]);
    assert!(matches!(sign_jwt(&signer, "at+jwt", &claims).await, Err(SignError::Claims(_))));
}
