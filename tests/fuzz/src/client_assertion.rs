//! Client assertions (RFC 7523 section 3), by the plain rules and by those of the FAPI profile.

use postern_jose::{Algorithm, AssertionRules, Sign as _, unverified_subject, verify_client_assertion};
use serde_json::Value;

use crate::forge::{SIGNER, lines, token};
use crate::second_reader::Object;
use crate::{ISSUER, NOW};

const CLIENT: &str = "client-1";
const RULES: AssertionRules<'static> = AssertionRules {
    client_id: CLIENT,
    audiences: &[ISSUER, "https://as.test/oauth2/token"],
    sole_audience: false,
    algorithms: &Algorithm::ALL,
    now: NOW,
    leeway: 30,
    longest: 300,
};

/// Good lines.
pub const GOOD: &[u8] = include_bytes!("../../../fuzz/seeds/client_assertion/good");

/// Whether the bytes are an assertion of the client, or become one under a good signature.
pub fn client_assertion(data: &[u8]) -> bool {
    let keys = [SIGNER.public_key().jwk().clone()];
    let text = String::from_utf8_lossy(data);
    let _answers = (verify_client_assertion(&text, &keys, &RULES), unverified_subject(&text));
    let (header, claims) = lines(data);
    let token = token(&header, &claims);
    let passed = verify_client_assertion(&token, &keys, &RULES);
    let strict = AssertionRules { audiences: &[ISSUER], sole_audience: true, ..RULES };
    let strictly = verify_client_assertion(&token, &keys, &strict).is_ok();
    let Ok(passed) = passed else {
        assert!(!strictly, "the narrower rules let pass what the wider ones refuse");
        return false;
    };
    let claims = Object::read(&claims);
    judge(&Object::read(&header), &claims);
    assert_eq!(strictly, claims.text("aud") == ISSUER);
    assert_eq!(unverified_subject(&token).as_deref(), Some(CLIENT));
    assert_eq!((Some(passed.exp), passed.jti.as_str()), (claims.seconds("exp"), claims.text("jti")));
    true
}

fn judge(header: &Object, claims: &Object) {
    header.assert_plain_header();
    assert_eq!((claims.text("iss"), claims.text("sub")), (CLIENT, CLIENT));
    let known = |name: &Value| name.as_str().is_some_and(|name| RULES.audiences.contains(&name));
    let for_us = match claims.only("aud") {
        Some(Value::Array(names)) => !names.is_empty() && names.iter().all(known),
        Some(name) => known(name),
        None => false,
    };
    assert!(for_us, "accepted for somebody else");
    let latest = NOW + RULES.leeway + RULES.longest;
    assert!(claims.seconds("exp").is_some_and(|exp| NOW < exp && exp <= latest));
    for name in ["iat", "nbf"] {
        let time = claims.only(name).filter(|value| !value.is_null()).and_then(Value::as_u64);
        assert!(time.is_none_or(|time| time <= NOW + RULES.leeway), "accepted from the future");
    }
    assert!((1..=256).contains(&claims.text("jti").len()));
}
