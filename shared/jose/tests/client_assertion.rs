//! The rules of a client assertion (RFC 7523 section 3), one by one, for every algorithm.

#![cfg(test)]

use postern_jose::{
    Algorithm, AssertionError, AssertionRules, Jwk, JwsError, TestSigner, base64url, parse_published_keys,
    unverified_subject, verify_client_assertion,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: u64 = 1_700_000_000;

const RULES: AssertionRules<'static> = AssertionRules {
    sole_audience: false,
    client_id: "c",
    audiences: &["https://as.test", "https://as.test/oauth2/token"],
    algorithms: &Algorithm::ALL,
    now: NOW,
    leeway: 30,
    longest: 300,
};

fn claims() -> Value {
    json!({"iss": "c", "sub": "c", "aud": "https://as.test", "exp": NOW + 60, "iat": NOW, "jti": "j"})
}

fn sign(signer: &TestSigner, header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
    let signature = signer.sign_bytes(text.as_bytes()).unwrap();
    format!("{text}.{}", base64url::encode(signature))
}

fn header(signer: &TestSigner) -> Value {
    json!({"alg": signer.algorithm_name(), "kid": signer.kid()})
}

trait Named {
    fn algorithm_name(&self) -> &'static str;
    fn kid(&self) -> String;
    fn published(&self) -> Vec<Jwk>;
}

impl Named for TestSigner {
    fn algorithm_name(&self) -> &'static str {
        postern_jose::Sign::public_key(self).algorithm().name()
    }

    fn kid(&self) -> String {
        postern_jose::Sign::public_key(self).kid().to_owned()
    }

    fn published(&self) -> Vec<Jwk> {
        vec![postern_jose::Sign::public_key(self).jwk().clone()]
    }
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

#[test]
fn every_algorithm_works_with_and_without_the_names_of_keys() {
    for algorithm in Algorithm::ALL {
        let signer = TestSigner::generate(algorithm);
        for header in [
            header(&signer),
            json!({"alg": algorithm.name()}),
            json!({"alg": algorithm.name(), "typ": "JWT"}),
            json!({"alg": algorithm.name(), "typ": "client-authentication+jwt"}),
        ] {
            let token = sign(&signer, &header, &claims());
            let verified = verify_client_assertion(&token, &signer.published(), &RULES).unwrap();
            assert_eq!((verified.jti.as_str(), verified.exp), ("j", NOW + 60));
        }
        // A published key that says neither its name nor its algorithm.
        let mut bare = serde_json::to_value(&signer.published()[0]).unwrap();
        bare.as_object_mut().unwrap().retain(|name, _| name != "alg" && name != "kid" && name != "use");
        let keys = parse_published_keys(&json!({"keys": [bare]})).unwrap();
        let token = sign(&signer, &json!({"alg": algorithm.name()}), &claims());
        assert!(verify_client_assertion(&token, &keys, &RULES).is_ok(), "{algorithm}");
    }
}

#[test]
fn t11_headers_that_choose_for_us_are_refused() {
    let signer = TestSigner::generate(Algorithm::ES256);
    let refused = |header: Value| {
        verify_client_assertion(&sign(&signer, &header, &claims()), &signer.published(), &RULES).unwrap_err()
    };
    let jws = AssertionError::Jws;
    for alg in ["none", "HS256", "RS256", "ES512", ""] {
        let error = refused(json!({"alg": alg, "kid": signer.kid()}));
        assert!(
            matches!(error, AssertionError::Jws(JwsError::AlgorithmMismatch | JwsError::UnknownKey)),
            "{alg}"
        );
    }
    assert_eq!(refused(json!({"alg": "ES256", "kid": "other"})), jws(JwsError::UnknownKey));
    assert_eq!(refused(json!({"alg": "ES256", "typ": "at+jwt"})), jws(JwsError::WrongType));
    assert_eq!(refused(json!({"alg": "ES256", "crit": ["x"]})), jws(JwsError::Critical));
    assert_eq!(refused(json!({"alg": "ES256", "b64": false})), jws(JwsError::Unsupported));
    let token = sign(&signer, &header(&signer), &claims());
    let other = TestSigner::generate(Algorithm::ES256).published();
    let nameless = sign(&signer, &json!({"alg": "ES256"}), &claims());
    assert_eq!(verify_client_assertion(&nameless, &other, &RULES), Err(jws(JwsError::BadSignature)));
    let narrow = AssertionRules { algorithms: &[Algorithm::PS256], ..RULES };
    assert_eq!(
        verify_client_assertion(&token, &signer.published(), &narrow),
        Err(jws(JwsError::AlgorithmMismatch))
    );
}

#[test]
fn t10_t11_each_claim_has_its_rule() {
    let signer = TestSigner::generate(Algorithm::EdDSA);
    let check = |claims: Value| {
        verify_client_assertion(&sign(&signer, &header(&signer), &claims), &signer.published(), &RULES)
    };
    for good in [
        claims(),
        with("aud", json!("https://as.test/oauth2/token")),
        with("aud", json!(["https://as.test"])),
        with("aud", json!(["https://as.test", "https://as.test/oauth2/token"])),
        with("exp", json!(NOW + 330)),
        with("iat", json!(NOW + 30)),
        with("nbf", json!(NOW)),
    ] {
        assert!(check(good.clone()).is_ok(), "{good}");
    }
    let table = [
        ("iss", json!("other"), AssertionError::Client),
        ("sub", json!("other"), AssertionError::Client),
        ("aud", json!("https://other.test"), AssertionError::Audience),
        ("aud", json!(["https://as.test", "https://other.test"]), AssertionError::Audience),
        ("aud", json!([]), AssertionError::Claims),
        ("aud", json!(7), AssertionError::Claims),
        ("exp", json!(NOW), AssertionError::Times),
        ("exp", json!(NOW + 331), AssertionError::Times),
        ("exp", json!("1700000060"), AssertionError::Claims),
        ("exp", json!(null), AssertionError::Claims),
        ("exp", json!(1.5), AssertionError::Claims),
        ("iat", json!(NOW + 31), AssertionError::Times),
        ("nbf", json!(NOW + 31), AssertionError::Times),
        ("jti", json!(""), AssertionError::Claims),
        ("jti", json!(7), AssertionError::Claims),
        ("jti", json!("x".repeat(257)), AssertionError::Claims),
    ];
    for (name, value, error) in table {
        assert_eq!(check(with(name, value.clone())), Err(error), "{name} {value}");
    }
}

#[test]
fn every_claim_that_decides_is_required() {
    let signer = TestSigner::generate(Algorithm::EdDSA);
    let check = |claims: Value| {
        verify_client_assertion(&sign(&signer, &header(&signer), &claims), &signer.published(), &RULES)
    };
    for name in ["iss", "sub", "aud", "exp", "jti"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(check(claims), Err(AssertionError::Claims), "{name}");
    }
}

proptest! {
    #[test]
    fn arbitrary_texts_are_refused_without_panic(text in ".{0,300}", a in "[A-Za-z0-9_-]{0,80}", b in "[A-Za-z0-9_-]{0,80}") {
        for token in [text.clone(), format!("{a}.{b}."), format!("{a}.{b}.{a}"), format!("{}.{}.{a}", base64url::encode(&text), base64url::encode(&b))] {
            prop_assert!(verify_client_assertion(&token, &[], &RULES).is_err());
            prop_assert!(unverified_subject(&token).is_none());
        }
    }
}
