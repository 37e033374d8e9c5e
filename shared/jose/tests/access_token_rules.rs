//! One test for each rule of the claims: J06 to J09.

#![cfg(test)]

mod forge;

use forge::{API, Forge, ISSUER, NOW, claims};
use postern_jose::{
    ACCESS_TOKEN_TYP, AccessTokenClaims, AccessTokenError, AccessTokenRules, Act, Algorithm, Cnf,
    ID_TOKEN_TYP, JwsError, SubjectType, sign_jwt, verify_access_token,
};
use serde_json::{Value, json};

const RULES: AccessTokenRules<'static> =
    AccessTokenRules { issuer: ISSUER, audience: Some(API), now: NOW, leeway: 30 };

fn verify(forge: &Forge, claims: &impl ToString) -> Result<AccessTokenClaims, AccessTokenError> {
    verify_access_token(&forge.claims(claims), &forge.keys, &RULES)
}

/// A good token's claims with one claim replaced.
fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn forge() -> Forge {
    Forge::new(Algorithm::EdDSA)
}

#[tokio::test]
async fn what_is_signed_is_what_is_read() {
    let claims = AccessTokenClaims {
        iss: ISSUER.into(),
        sub: "usr_1".into(),
        aud: vec![API.into()],
        exp: NOW + 60,
        iat: NOW,
        jti: "t1".into(),
        client_id: "app".into(),
        scope: "contact.read contact.write".into(),
        tenant: "ten_1".into(),
        account: None,
        home: None,
        subject_type: SubjectType::User,
        grant_id: Some("gr_1".into()),
        generation: Some(3),
        auth_time: Some(NOW - 5),
        acr: Some("1".into()),
        amr: Some(vec!["pwd".into()]),
        cnf: Some(Cnf { jkt: Some("thumb".into()) }),
        act: Some(Act { sub: "app".into() }),
        origin: Some("first".into()),
    };
    let forge = forge();
    let token = sign_jwt(&forge.signer, ACCESS_TOKEN_TYP, &claims).await.unwrap();
    assert_eq!(verify_access_token(&token, &forge.keys, &RULES), Ok(claims));
}

#[test]
fn claim_names_and_omissions_on_the_wire() {
    let read: AccessTokenClaims = serde_json::from_value(claims()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), claims());
    let two = AccessTokenClaims { aud: vec!["a".into(), "b".into()], generation: Some(2), ..read };
    let written = serde_json::to_value(two).unwrap();
    assert_eq!((&written["aud"], &written["gen"]), (&json!(["a", "b"]), &json!(2)));
}

#[test]
fn j06_times_are_integers_in_range() {
    let forge = forge();
    for bad in
        ["\"1800000060\"", "1800000060.0", "18e8", "-1", "18446744073709551616", "9007199254740992", "null"]
    {
        for name in ["exp", "iat", "auth_time"] {
            let text = claims_with(name, json!("HERE")).to_string().replace("\"HERE\"", bad);
            assert_eq!(verify(&forge, &text), Err(AccessTokenError::Claims), "{name}: {bad}");
        }
    }
}

#[test]
fn j06_required_claims_are_required_and_typed() {
    let forge = forge();
    for name in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "tenant", "sub_type"] {
        let mut missing = claims();
        missing.as_object_mut().unwrap().remove(name);
        assert_eq!(verify(&forge, &missing), Err(AccessTokenError::Claims), "{name} missing");
        for bad in [json!(null), json!({}), json!([1]), json!(true)] {
            assert_eq!(verify(&forge, &claims_with(name, bad)), Err(AccessTokenError::Claims), "{name}");
        }
    }
}

#[tokio::test]
async fn j07_no_other_kind_of_token_passes() {
    let forge = forge();
    for typ in [ID_TOKEN_TYP, "logout+jwt", "dpop+jwt", "secevent+jwt", "token-introspection+jwt"] {
        let token = sign_jwt(&forge.signer, typ, &claims()).await.unwrap();
        let refused = verify_access_token(&token, &forge.keys, &RULES);
        assert_eq!(refused, Err(AccessTokenError::Jws(JwsError::WrongType)), "{typ}");
    }
    assert_eq!(verify(&forge, &claims_with("sub_type", json!("User"))), Err(AccessTokenError::Claims));
    assert_eq!(verify(&forge, &claims_with("sub", json!(""))), Err(AccessTokenError::Subject));
}

#[test]
fn j08_issuer_is_exact() {
    let forge = forge();
    for other in ["", "https://as.example/", "https://AS.example", "https://as.exampl", "http://as.example"] {
        assert_eq!(verify(&forge, &claims_with("iss", json!(other))), Err(AccessTokenError::Issuer));
    }
    assert_eq!(verify(&forge, &claims_with("iss", json!([ISSUER]))), Err(AccessTokenError::Claims));
}

#[test]
fn j08_audience_contains_exactly() {
    let forge = forge();
    for good in [json!(API), json!([API]), json!(["other", API])] {
        assert!(verify(&forge, &claims_with("aud", good)).is_ok());
    }
    for other in
        [json!(""), json!("https://api.example/"), json!("https://api"), json!(["https://api.example.org"])]
    {
        assert_eq!(verify(&forge, &claims_with("aud", other)), Err(AccessTokenError::Audience));
    }
    for malformed in [json!([]), json!([[API]]), json!({"a": API}), json!([API, null])] {
        assert_eq!(verify(&forge, &claims_with("aud", malformed)), Err(AccessTokenError::Claims));
    }
    let anyone = AccessTokenRules { audience: None, ..RULES };
    let token = forge.claims(&claims_with("aud", json!("elsewhere")));
    assert!(verify_access_token(&token, &forge.keys, &anyone).is_ok());
}

#[test]
fn j09_repeated_claims() {
    let forge = forge();
    for repeated in [r#""tenant":"ten_2","#, r#""exp":9000000000,"#, r#""\u0069ss":"https://as.example","#] {
        let text = claims().to_string().replacen('{', &format!("{{{repeated}"), 1);
        assert_eq!(verify(&forge, &text), Err(AccessTokenError::Claims), "{repeated}");
    }
    assert!(verify(&forge, &claims_with("unknown", json!({"a": [1]}))).is_ok());
    assert_eq!(verify(&forge, &"[]"), Err(AccessTokenError::Claims));
    assert_eq!(verify(&forge, &format!("{} x", claims())), Err(AccessTokenError::Claims));
}

#[test]
fn expiry_has_no_leeway_and_issue_time_has() {
    let forge = forge();
    assert!(verify(&forge, &claims_with("exp", json!(NOW + 1))).is_ok());
    assert_eq!(verify(&forge, &claims_with("iat", json!(NOW + 31))), Err(AccessTokenError::NotYetValid));
    assert!(verify(&forge, &claims_with("iat", json!(NOW + 30))).is_ok());
    let mut past = claims_with("iat", json!(NOW - 60));
    past["exp"] = json!(NOW);
    assert_eq!(verify(&forge, &past), Err(AccessTokenError::Expired));
    past["iss"] = json!("https://other.example");
    assert_eq!(
        verify(&forge, &past),
        Err(AccessTokenError::Issuer),
        "expired is only said of our own tokens"
    );
}
