//! Access tokens (RFC 9068 section 4).

use std::sync::LazyLock;

use postern_jose::{AccessTokenRules, KeySet, Sign as _, verify_access_token};
use serde_json::Value;

use crate::forge::{SIGNER, lines, token};
use crate::second_reader::Object;
use crate::{ISSUER, NOW};

const API: &str = "https://api.test";
const RULES: AccessTokenRules<'static> =
    AccessTokenRules { issuer: ISSUER, audience: Some(API), now: NOW, leeway: 0 };
static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::new(vec![SIGNER.public_key().clone()]));

/// Good lines.
pub const GOOD: &[u8] = include_bytes!("../../../fuzz/seeds/jwt/good");

/// Whether the bytes are an access token that we take, or become one under a good signature.
pub fn jwt(data: &[u8]) -> bool {
    let _answer = verify_access_token(&String::from_utf8_lossy(data), &KEYS, &RULES);
    let (header, claims) = lines(data);
    let passed = verify_access_token(&token(&header, &claims), &KEYS, &RULES).is_ok();
    if passed {
        judge(&Object::read(&header), &Object::read(&claims));
    }
    passed
}

fn judge(header: &Object, claims: &Object) {
    header.assert_plain_header();
    let typ = header.text("typ").to_ascii_lowercase();
    assert!(typ == "at+jwt" || typ == "application/at+jwt", "{typ}");
    assert_eq!(header.text("kid"), SIGNER.public_key().kid());
    assert_eq!(claims.text("iss"), ISSUER);
    let named = match claims.only("aud") {
        Some(Value::Array(names)) => names.iter().any(|name| name == API),
        Some(name) => name == API,
        None => false,
    };
    assert!(named, "accepted for another API");
    assert!(claims.seconds("exp").is_some_and(|exp| exp > NOW), "accepted without a future");
    // What they are names of, `core` looks at.
    for name in ["sub", "client_id", "jti"] {
        assert!(claims.only(name).is_some_and(Value::is_string), "accepted without {name}");
    }
}
