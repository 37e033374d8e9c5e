//! `DPoP` proofs (RFC 9449 section 4.3, the checks that need neither state nor request; X07).

#![cfg(test)]

use std::sync::LazyLock;

use postern_jose::{
    Algorithm, DpopError, JwsError, MAX_TOKEN_BYTES, Sign as _, TestSigner, base64url, thumbprint,
    verify_dpop_proof,
};
use proptest::prelude::*;
use serde_json::{Value, json};

static SIGNER: LazyLock<TestSigner> = LazyLock::new(|| TestSigner::generate(Algorithm::ES256));
static GOOD: LazyLock<String> = LazyLock::new(|| signed(&SIGNER, &header(&SIGNER), &claims()));

fn header(signer: &TestSigner) -> Value {
    let key = signer.public_key();
    json!({"typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.jwk()})
}

fn claims() -> Value {
    json!({"jti": "p1", "htm": "POST", "htu": "https://as.example/oauth2/token", "iat": 1_800_000_000})
}

fn signed(signer: &TestSigner, header: &impl ToString, claims: &impl ToString) -> String {
    let (header, claims) = (header.to_string(), claims.to_string());
    let text = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    let signature = signer.sign_bytes(text.as_bytes()).unwrap();
    format!("{text}.{}", base64url::encode(signature))
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn every_asymmetric_algorithm_proves_its_key() {
    for algorithm in Algorithm::ALL {
        let signer = TestSigner::generate(algorithm);
        let proof = verify_dpop_proof(&signed(&signer, &header(&signer), &claims())).unwrap();
        assert_eq!((proof.algorithm, proof.jkt), (algorithm, thumbprint(signer.public_key().jwk())));
        assert_eq!((proof.jti.as_str(), proof.htm.as_str(), proof.iat), ("p1", "POST", 1_800_000_000));
        assert_eq!((proof.ath, proof.nonce), (None, None));
    }
}

#[test]
fn x07_headers_that_are_refused() {
    let good = header(&SIGNER);
    let private = with(good["jwk"].clone(), "d", json!("AQAB"));
    let factor = with(good["jwk"].clone(), "p", json!("AQAB"));
    let symmetric = json!({"kty": "oct", "k": "AQAB"});
    let other = TestSigner::generate(Algorithm::ES256);
    let for_another = with(good["jwk"].clone(), "alg", json!("PS256"));
    for (header, error) in [
        (without(good.clone(), "typ"), DpopError::Jws(JwsError::Malformed)),
        (with(good.clone(), "typ", json!("at+jwt")), DpopError::Jws(JwsError::WrongType)),
        (with(good.clone(), "typ", json!("JWT")), DpopError::Jws(JwsError::WrongType)),
        (with(good.clone(), "alg", json!("none")), DpopError::Jws(JwsError::AlgorithmMismatch)),
        (with(good.clone(), "alg", json!("HS256")), DpopError::Jws(JwsError::AlgorithmMismatch)),
        (with(good.clone(), "alg", json!("RS256")), DpopError::Key),
        (with(good.clone(), "crit", json!(["exp"])), DpopError::Jws(JwsError::Critical)),
        (with(good.clone(), "crit", json!(null)), DpopError::Jws(JwsError::Critical)),
        (with(good.clone(), "zip", json!(null)), DpopError::Jws(JwsError::Unsupported)),
        (with(good.clone(), "b64", json!(true)), DpopError::Jws(JwsError::Unsupported)),
        (without(good.clone(), "jwk"), DpopError::Jws(JwsError::Malformed)),
        (with(good.clone(), "jwk", private), DpopError::Key),
        (with(good.clone(), "jwk", factor), DpopError::Key),
        (with(good.clone(), "jwk", symmetric), DpopError::Key),
        (with(good.clone(), "jwk", for_another), DpopError::Key),
        (with(good.clone(), "jwk", json!("key")), DpopError::Key),
        (with(good.clone(), "jwk", json!(other.public_key().jwk())), DpopError::Jws(JwsError::BadSignature)),
    ] {
        let refused = verify_dpop_proof(&signed(&SIGNER, &header, &claims()));
        assert_eq!(refused, Err(error), "{header}");
    }
}

#[test]
fn x07_claims_that_are_refused() {
    let mut bad: Vec<Value> =
        ["jti", "htm", "htu", "iat"].iter().map(|name| without(claims(), name)).collect();
    bad.extend([json!(""), json!("x".repeat(257)), json!(1)].map(|jti| with(claims(), "jti", jti)));
    bad.extend([json!("1"), json!(1.5), json!(-1)].map(|iat| with(claims(), "iat", iat)));
    bad.extend([json!([]), json!("")].map(|ath| with(claims(), "ath", ath)));
    for claims in bad {
        let refused = verify_dpop_proof(&signed(&SIGNER, &header(&SIGNER), &claims));
        assert_eq!(refused, Err(DpopError::Claims), "{claims}");
    }
    let repeated = claims().to_string().replacen('{', r#"{"jti":"p2","#, 1);
    assert_eq!(verify_dpop_proof(&signed(&SIGNER, &header(&SIGNER), &repeated)), Err(DpopError::Claims));
    let oversized = "x".repeat(MAX_TOKEN_BYTES + 1);
    assert_eq!(verify_dpop_proof(&oversized), Err(DpopError::Jws(JwsError::TooLarge)));
}

proptest! {
    #[test]
    fn any_text_is_refused(text in ".{0,300}") {
        prop_assert!(verify_dpop_proof(&text).is_err());
    }

    #[test]
    fn any_header_and_payload_under_a_good_signature_get_an_answer(header in ".{0,100}", payload in ".{0,100}") {
        prop_assert!(verify_dpop_proof(&signed(&SIGNER, &header, &payload)).is_err());
    }

    #[test]
    fn any_numbers_in_the_key_get_an_answer(x in "[A-Za-z0-9_-]{0,60}", y in "[A-Za-z0-9_-]{0,60}") {
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
        prop_assert!(verify_dpop_proof(&signed(&SIGNER, &header, &claims())).is_err());
    }

    #[test]
    fn any_changed_byte_is_refused(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let mut text = GOOD.clone().into_bytes();
        let at = at.index(text.len());
        prop_assume!(text[at] != byte);
        text[at] = byte;
        prop_assert!(verify_dpop_proof(&String::from_utf8(text).unwrap()).is_err());
    }
}
