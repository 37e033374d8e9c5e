//! Proofs of possession (RFC 9449 section 4.3).

use postern_jose::{Sign as _, thumbprint, verify_dpop_proof};
use serde_json::Value;

use crate::forge::{SIGNER, lines, token};
use crate::second_reader::Object;

/// Good lines.
pub const GOOD: &[u8] = include_bytes!("../../../fuzz/seeds/dpop/good");

/// Whether the bytes are a proof, or become one under a good signature.
pub fn dpop(data: &[u8]) -> bool {
    let _answer = verify_dpop_proof(&String::from_utf8_lossy(data));
    let (header, claims) = lines(data);
    let Ok(proof) = verify_dpop_proof(&token(&header, &claims)) else { return false };
    assert_eq!(proof.jkt, thumbprint(SIGNER.public_key().jwk()), "the key is that of the signature");
    judge(&Object::read(&header), &Object::read(&claims));
    true
}

fn judge(header: &Object, claims: &Object) {
    header.assert_plain_header();
    let typ = header.text("typ").to_ascii_lowercase();
    assert!(typ == "dpop+jwt" || typ == "application/dpop+jwt", "{typ}");
    let private = |key: &Value| ["d", "k", "p", "q"].iter().any(|name| key.get(name).is_some());
    assert!(header.only("jwk").is_some_and(|key| !private(key)), "accepted with a private key");
    for name in ["jti", "htm", "htu"] {
        assert!(claims.only(name).is_some_and(Value::is_string), "accepted without {name}");
    }
    assert!((1..=256).contains(&claims.text("jti").len()));
    assert!(claims.seconds("iat").is_some());
}
