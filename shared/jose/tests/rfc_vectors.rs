//! The examples that the RFCs print, byte by byte.

#![cfg(test)]

use postern_jose::{Algorithm, Jwk, PublicKey, at_hash, base64url, thumbprint};
use serde_json::{Value, json};

/// The payload of RFC 7515 appendices A.2 and A.3.
const PAYLOAD: &str =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const RFC8037_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn jwk(members: Value) -> Jwk {
    serde_json::from_value(members).unwrap()
}

fn check(members: Value, input: &str, signature: &str) {
    let key = PublicKey::from_jwk(&jwk(members)).unwrap();
    let mut signature = base64url::decode(signature).unwrap();
    assert!(key.verify(input.as_bytes(), &signature).is_ok());
    signature[0] ^= 1;
    assert!(key.verify(input.as_bytes(), &signature).is_err());
}

#[test]
fn rfc7515_a2_rs256() {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL\
             -yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e\
             -KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9\
             _h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5j\
                     ujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1\
                     L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOY\
                     EUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let members = json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "a2"});
    check(members, &format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}"), signature);
}

#[test]
fn rfc7515_a3_es256() {
    let members = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "a3",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    check(members, &format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}"), signature);
}

#[test]
fn rfc8037_a4_a5_eddsa() {
    let members = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "a4", "x": RFC8037_X});
    let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    check(members, input, signature);
}

#[test]
fn rfc8037_a3_thumbprint_of_an_okp_key() {
    let key = jwk(json!({"kty": "OKP", "crv": "Ed25519", "x": RFC8037_X}));
    assert_eq!(thumbprint(&key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn rfc7638_3_1_thumbprint_of_an_rsa_key() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZ\
             CiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8\
             KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G\
             _xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let members = json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
    assert_eq!(thumbprint(&jwk(members)), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

/// J16.
#[test]
fn openid_connect_core_a3_at_hash() {
    let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    assert_eq!(at_hash(Algorithm::RS256, token), "77QmUPtjPfzWtF2AnpK9RQ");
    assert_eq!(base64url::decode(&at_hash(Algorithm::EdDSA, token)).unwrap().len(), 32);
}
