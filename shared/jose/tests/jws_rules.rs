//! One test for each rule of the header and the compact form: J01 to J05, J09, J10, J11, J18.

#![cfg(test)]

mod forge;

use forge::{Forge, claims};
use postern_jose::{
    Algorithm, JwsError, JwsRules, KeySet, MAX_TOKEN_BYTES, Sign as _, TestSigner, base64url, verify_jws,
};
use serde_json::{Value, json};

const RULES: JwsRules = JwsRules { typ: "at+jwt" };

fn refusal(forge: &Forge, token: &str) -> JwsError {
    verify_jws(token, &forge.keys, &RULES).map(|verified| verified.payload).unwrap_err()
}

/// A signed token whose header has `name` set to `value`.
fn with_header(forge: &Forge, name: &str, value: Value) -> String {
    let mut header = forge.header();
    header[name] = value;
    forge.token(header.to_string(), claims().to_string())
}

fn without_header(forge: &Forge, name: &str) -> String {
    let mut header = forge.header();
    header.as_object_mut().unwrap().remove(name);
    forge.token(header.to_string(), claims().to_string())
}

#[test]
fn a_good_token_of_each_algorithm_passes() {
    for algorithm in Algorithm::ALL {
        let forge = Forge::new(algorithm);
        let token = forge.claims(&claims());
        let verified = verify_jws(&token, &forge.keys, &RULES).unwrap();
        assert_eq!(verified.payload, claims().to_string().as_bytes());
        assert_eq!(verified.kid, forge.signer.public_key().kid());
        assert_eq!(verified.alg, algorithm);
    }
}

#[test]
fn j01_alg_none_in_any_case() {
    let forge = Forge::new(Algorithm::EdDSA);
    for alg in ["none", "None", "NONE", "nOnE"] {
        let token = with_header(&forge, "alg", json!(alg));
        assert_eq!(refusal(&forge, &token), JwsError::AlgorithmMismatch);
        let (unsigned, _) = token.rsplit_once('.').unwrap();
        assert_eq!(refusal(&forge, &format!("{unsigned}.")), JwsError::AlgorithmMismatch);
    }
    assert_eq!(refusal(&forge, &without_header(&forge, "alg")), JwsError::AlgorithmMismatch);
}

#[test]
fn j02_j18_the_header_cannot_choose_the_algorithm() {
    let forge = Forge::new(Algorithm::RS256);
    for alg in ["HS256", "PS256", "RS512", "ES256", "rs256", "RS256 "] {
        assert_eq!(refusal(&forge, &with_header(&forge, "alg", json!(alg))), JwsError::AlgorithmMismatch);
    }
}

#[test]
fn j02_hmac_with_the_public_key_is_no_signature() {
    use aws_lc_rs::hmac;
    let forge = Forge::new(Algorithm::RS256);
    let public = serde_json::to_vec(forge.signer.public_key().jwk()).unwrap();
    let token = with_header(&forge, "alg", json!("HS256"));
    let (signed, _) = token.rsplit_once('.').unwrap();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), signed.as_bytes());
    let forged = format!("{signed}.{}", base64url::encode(tag));
    assert_eq!(refusal(&forge, &forged), JwsError::AlgorithmMismatch);
}

#[test]
fn j03_keys_offered_by_the_header_are_ignored() {
    let (forge, attacker) = (Forge::new(Algorithm::EdDSA), Forge::new(Algorithm::EdDSA));
    let mut header = forge.header();
    header["jwk"] = json!(attacker.signer.public_key().jwk());
    header["jku"] = json!("https://attacker.example/jwks.json");
    header["x5u"] = json!("https://attacker.example/chain.pem");
    header["x5c"] = json!(["AAAA"]);
    let token = attacker.token(header.to_string(), claims().to_string());
    assert_eq!(refusal(&forge, &token), JwsError::BadSignature);
    // Ignored also means: harmless on a good token.
    let token = forge.token(header.to_string(), claims().to_string());
    assert!(verify_jws(&token, &forge.keys, &RULES).is_ok());
}

#[test]
fn j04_unknown_and_missing_kid() {
    let forge = Forge::new(Algorithm::EdDSA);
    let kid = forge.signer.public_key().kid();
    for other in ["", "x", &kid.to_uppercase(), &format!("{kid} "), &kid[..42]] {
        assert_eq!(refusal(&forge, &with_header(&forge, "kid", json!(other))), JwsError::UnknownKey);
    }
    assert_eq!(refusal(&forge, &without_header(&forge, "kid")), JwsError::UnknownKey);
    let none = KeySet::default();
    assert_eq!(verify_jws(&forge.claims(&claims()), &none, &RULES).unwrap_err(), JwsError::UnknownKey);
}

#[test]
fn j05_crit_is_refused_whatever_it_lists() {
    let forge = Forge::new(Algorithm::EdDSA);
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!(null), json!("x")] {
        assert_eq!(refusal(&forge, &with_header(&forge, "crit", crit)), JwsError::Critical);
    }
}

#[test]
fn j07_typ_is_required_and_compared_as_a_media_type() {
    let forge = Forge::new(Algorithm::EdDSA);
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "APPLICATION/At+Jwt"] {
        let token = with_header(&forge, "typ", json!(typ));
        assert!(verify_jws(&token, &forge.keys, &RULES).is_ok(), "{typ}");
    }
    for typ in ["JWT", "", "jwt", "logout+jwt", "at+jwt ", "application/application/at+jwt", "text/at+jwt"] {
        assert_eq!(refusal(&forge, &with_header(&forge, "typ", json!(typ))), JwsError::WrongType);
    }
    assert_eq!(refusal(&forge, &without_header(&forge, "typ")), JwsError::WrongType);
}

#[test]
fn j09_repeated_members_and_headers_that_are_no_objects() {
    let forge = Forge::new(Algorithm::EdDSA);
    let good = forge.header().to_string();
    let repeat = |member: &str| good.replacen('{', &format!("{{{member},"), 1);
    let many: Vec<String> = (0..20).map(|i| format!(r#""m{i}":0"#)).collect();
    let headers = [
        repeat(r#""alg":"EdDSA""#),
        repeat(r#""\u0061lg":"EdDSA""#),
        repeat(r#""x":1,"x":2"#),
        repeat(&many.join(",")),
        good.replace("\"at+jwt\"", "[\"at+jwt\"]"),
        good.replace("\"EdDSA\"", "null"),
        format!("[{good}]"),
        format!("{good}{good}"),
        "[\"EdDSA\"]".into(),
        "null".into(),
        String::new(),
    ];
    for header in headers {
        let token = forge.token(&header, claims().to_string());
        assert_eq!(refusal(&forge, &token), JwsError::Malformed, "{header}");
    }
    let latin1 = [&good.as_bytes()[..good.len() - 1], b",\"x\":\"\xff\"}"].concat();
    assert_eq!(refusal(&forge, &forge.token(latin1, "{}")), JwsError::Malformed);
}

#[test]
fn j09_only_three_segments_of_canonical_base64url() {
    let forge = Forge::new(Algorithm::EdDSA);
    let token = forge.claims(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for bad in [
        String::new(),
        ".".into(),
        "..".into(),
        signed.into(),
        parts[0].into(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{token}="),
        format!("{token}\n"),
        format!(" {token}"),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        // Bits left over: 64 bytes of signature leave four of them in the last character.
        format!("{}B", &token[..token.len() - 1]),
    ] {
        assert_eq!(refusal(&forge, &bad), JwsError::Malformed, "{bad}");
    }
    // Signed by us, and still not canonical.
    let padded = forge.sign_text(&format!("{}.{}==", parts[0], parts[1]));
    assert_eq!(refusal(&forge, &padded), JwsError::Malformed);
}

#[test]
fn j10_es256_takes_nothing_but_64_bytes_of_r_and_s_in_range() {
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&order[2 * i..2 * i + 2], 16).unwrap()).collect();
    let forge = Forge::new(Algorithm::ES256);
    let token = forge.claims(&claims());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let good = base64url::decode(signature).unwrap();
    let (r, s) = good.split_at(32);
    let zero = [0; 32];
    let padded = [&[0][..], r, &[0], s].concat();
    let der = [&[0x30, 70, 0x02, 33, 0][..], r, &[0x02, 33, 0], s].concat();
    let bad: [Vec<u8>; 12] = [
        vec![],
        vec![0; 64],
        [&zero[..], s].concat(),
        [r, &zero].concat(),
        [&order[..], s].concat(),
        [r, &order].concat(),
        [s, r].concat(),
        good[..63].to_vec(),
        [&good[..], &[0]].concat(),
        padded,
        der,
        vec![0xff; 64],
    ];
    for signature in bad {
        let token = format!("{signed}.{}", base64url::encode(&signature));
        assert_eq!(refusal(&forge, &token), JwsError::BadSignature, "{signature:02x?}");
    }
}

#[test]
fn j11_size_depth_and_compression() {
    let forge = Forge::new(Algorithm::EdDSA);
    assert_eq!(refusal(&forge, &"a".repeat(MAX_TOKEN_BYTES + 1)), JwsError::TooLarge);
    assert_eq!(refusal(&forge, &".".repeat(MAX_TOKEN_BYTES)), JwsError::Malformed);
    let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
    assert_eq!(refusal(&forge, &forge.token(&deep, "{}")), JwsError::Malformed);
    let hidden = forge.header().to_string().replacen('{', &format!("{{\"x\":{deep},"), 1);
    let _ = verify_jws(&forge.token(hidden, "{}"), &forge.keys, &RULES);
    for name in ["zip", "b64"] {
        assert_eq!(refusal(&forge, &with_header(&forge, name, json!(false))), JwsError::Unsupported);
    }
}

#[test]
fn a_signature_of_another_key_with_the_same_kid_is_refused() {
    let (forge, other) = (Forge::new(Algorithm::RS256), TestSigner::generate(Algorithm::RS256));
    let token = forge.claims(&claims());
    let (signed, _) = token.rsplit_once('.').unwrap();
    let signature = other.sign_bytes(signed.as_bytes()).unwrap();
    let forged = format!("{signed}.{}", base64url::encode(signature));
    assert_eq!(refusal(&forge, &forged), JwsError::BadSignature);
}
