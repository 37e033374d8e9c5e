//! J09: `jsonwebtoken` and we agree. What we accept, it accepts, with the same claims; what it signs, we accept.

#![cfg(test)]

mod forge;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use forge::{Forge, claims};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use postern_jose::{Algorithm, JwsRules, KeySet, PublicKey, Sign as _, verify_jws};
use proptest::prelude::*;
use serde_json::Value;

const RULES: JwsRules = JwsRules { typ: "at+jwt" };

fn theirs(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    algorithm.name().parse().unwrap()
}

/// The claims, if `jsonwebtoken` accepts signature and form.
fn second_opinion(token: &str, key: &PublicKey) -> Option<Value> {
    let jwk: jsonwebtoken::jwk::Jwk =
        serde_json::from_value(serde_json::to_value(key.jwk()).unwrap()).unwrap();
    let mut rules = Validation::new(theirs(key.algorithm()));
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let decoded = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(&jwk).unwrap(), &rules);
    decoded.ok().map(|token| token.claims)
}

fn our_opinion(token: &str, keys: &KeySet) -> Option<Value> {
    let verified = verify_jws(token, keys, &RULES).ok()?;
    serde_json::from_slice(&verified.payload).ok()
}

#[test]
fn both_accept_what_we_sign() {
    for algorithm in Algorithm::ALL {
        let forge = Forge::new(algorithm);
        let token = forge.claims(&claims());
        assert_eq!(our_opinion(&token, &forge.keys), Some(claims()));
        assert_eq!(second_opinion(&token, forge.signer.public_key()), Some(claims()), "{algorithm}");
    }
}

#[test]
fn both_accept_what_jsonwebtoken_signs() {
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let p256_private = EncodingKey::from_ec_der(ec.to_pkcs8v1().unwrap().as_ref());
    let ed = Ed25519KeyPair::generate().unwrap();
    let ed25519_private = EncodingKey::from_ed_der(ed.to_pkcs8().unwrap().as_ref());
    let pairs = [
        (Algorithm::ES256, p256_private, ec.public_key().as_der().unwrap()),
        (Algorithm::EdDSA, ed25519_private, ed.public_key().as_der().unwrap()),
    ];
    for (algorithm, private, public) in pairs {
        let key = PublicKey::from_spki(algorithm, public.as_ref()).unwrap();
        let mut header = Header::new(theirs(algorithm));
        header.kid = Some(key.kid().to_owned());
        header.typ = Some("at+jwt".into());
        let token = jsonwebtoken::encode(&header, &claims(), &private).unwrap();
        assert_eq!(our_opinion(&token, &KeySet::new(vec![key])), Some(claims()), "{algorithm}");
    }
}

proptest! {
    /// Signed tokens with a header that is damaged in any way: we are never the more lenient.
    #[test]
    fn we_accept_nothing_that_jsonwebtoken_refuses(
        cut in any::<prop::sample::Index>(),
        insert in prop::sample::select(vec!["", "\"", ",", "{", "}", " ", "\\u0061", "\"x\":1,", "\"alg\":\"none\","]),
        remove in 0_usize..3,
    ) {
        let forge = Forge::new(Algorithm::EdDSA);
        let header = forge.header().to_string();
        let at = cut.index(header.len());
        let rest = header.get(at + remove..).unwrap_or_default();
        let token = forge.token(format!("{}{insert}{rest}", &header[..at]), claims().to_string());
        if let Some(ours) = our_opinion(&token, &forge.keys) {
            prop_assert_eq!(Some(ours), second_opinion(&token, forge.signer.public_key()));
        }
    }
}
