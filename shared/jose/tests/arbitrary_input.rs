//! Any input gets an answer, and no edit of a good token is accepted.

#![cfg(test)]

mod forge;

use std::sync::LazyLock;

use forge::{API, Forge, ISSUER, NOW, claims};
use postern_jose::{AccessTokenRules, Algorithm, Jwk, PublicKey, base64url, verify_access_token};
use proptest::prelude::*;

const RULES: AccessTokenRules<'static> =
    AccessTokenRules { issuer: ISSUER, audience: Some(API), now: NOW, leeway: 0 };

static FORGE: LazyLock<Forge> = LazyLock::new(|| Forge::new(Algorithm::ES256));
static GOOD: LazyLock<String> = LazyLock::new(|| FORGE.claims(&claims()));

fn accepted(token: &str) -> bool {
    verify_access_token(token, &FORGE.keys, &RULES).is_ok()
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(Algorithm::ALL.to_vec())
}

proptest! {
    #[test]
    fn any_text_is_refused(token in ".{0,300}") {
        prop_assert!(!accepted(&token));
    }

    #[test]
    fn any_three_segments_are_refused(parts in prop::array::uniform3(prop::collection::vec(any::<u8>(), 0..200))) {
        prop_assert!(!accepted(&parts.map(base64url::encode).join(".")));
    }

    #[test]
    fn any_header_and_payload_under_a_good_signature_get_an_answer(header in ".{0,100}", payload in ".{0,100}") {
        prop_assert!(!accepted(&FORGE.token(header, &payload)));
        prop_assert!(!accepted(&FORGE.claims(&payload)));
    }

    #[test]
    fn any_changed_byte_is_refused(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let mut token = GOOD.clone().into_bytes();
        let at = at.index(token.len());
        prop_assume!(token[at] != byte);
        token[at] = byte;
        prop_assert!(!accepted(&String::from_utf8(token).unwrap()));
    }

    #[test]
    fn any_cut_or_inserted_byte_is_refused(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let at = at.index(GOOD.len());
        prop_assert!(!accepted(&GOOD[..at]));
        let mut longer = GOOD.clone();
        longer.insert(at, char::from(byte));
        prop_assert!(!accepted(&longer));
    }

    #[test]
    fn any_der_gets_an_answer(algorithm in algorithm(), der in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = PublicKey::from_spki(algorithm, &der);
    }

    #[test]
    fn any_numbers_in_a_jwk_get_an_answer(
        algorithm in algorithm(),
        kind in prop::sample::select(vec![("RSA", None), ("EC", Some("P-256")), ("OKP", Some("Ed25519"))]),
        numbers in prop::array::uniform4(prop::option::of("[A-Za-z0-9_-]{0,600}")),
    ) {
        let [n, e, x, y] = numbers;
        let members = serde_json::json!({
            "kty": kind.0, "crv": kind.1, "alg": algorithm, "kid": "k", "n": n, "e": e, "x": x, "y": y,
        });
        if let Ok(jwk) = serde_json::from_value::<Jwk>(members) {
            let _ = PublicKey::from_jwk(&jwk).map(|key| key.verify(b"", b""));
        }
    }
}

#[test]
fn the_good_token_is_good() {
    assert!(accepted(&GOOD));
}
