//! Tokens made by hand, at the authorizer. The maker holds a key that the deployment published, so that every
//! refusal is for the one thing that is wrong.

use aws_lc_rs::hmac;
use postern_jose::base64url;
use postern_testkit::{Forge, World, claims_of};
use serde_json::{Value, json};

/// A forge, and the claims of a live token: under the forge's key they pass.
async fn workshop() -> (World, Forge, Value) {
    let world = World::start().await;
    let claims = claims_of(&world.tokens(&world.apps.web).await.access);
    let forge = world.forge();
    assert_eq!(decision(&world, &forge.claims(&claims)).await, "allowed", "what is forged well passes");
    (world, forge, claims)
}

async fn decision(world: &World, token: &str) -> String {
    world.gate(0).call("GET /me", token).await.name().to_owned()
}

async fn refuse_headers(headers: impl IntoIterator<Item = Value>) {
    let (world, forge, claims) = workshop().await;
    for changes in headers {
        let token = forge.token(&merged(&forge.header(), &changes).to_string(), &claims.to_string());
        assert_eq!(decision(&world, &token).await, "unauthorized", "{changes}");
    }
}

/// `base` with the members of `changes`; null removes.
fn merged(base: &Value, changes: &Value) -> Value {
    let mut merged = base.as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            merged.remove(name);
        } else {
            merged.insert(name.clone(), value.clone());
        }
    }
    Value::Object(merged)
}

#[tokio::test]
async fn j01_j02_the_key_decides_the_algorithm() {
    let algorithms = ["none", "None", "NONE", "nOnE", "", "HS256", "RS256", "ES384", "EdDSA", "es256"];
    refuse_headers(algorithms.map(|alg| json!({"alg": alg}))).await;
    refuse_headers([
        json!({"alg": null}),
        json!({"kid": null}),
        json!({"kid": "unknown"}),
        json!({"kid": ""}),
    ])
    .await;
}

#[tokio::test]
async fn j01_an_unsigned_token_is_refused() {
    let (world, forge, claims) = workshop().await;
    let header = merged(&forge.header(), &json!({"alg": "none"}));
    let text = format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
    for unsigned in [format!("{text}."), text.clone(), format!("{text}.AAAA")] {
        assert_eq!(decision(&world, &unsigned).await, "unauthorized");
    }
}

#[tokio::test]
async fn j02_a_public_key_is_no_shared_secret() {
    let (world, forge, claims) = workshop().await;
    let jwks = world.get("/.well-known/jwks.json").send().await.json();
    for key in jwks["keys"].as_array().unwrap() {
        let header = json!({"alg": "HS256", "kid": key["kid"], "typ": "at+jwt"});
        let text =
            format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
        let x = base64url::decode(key["x"].as_str().unwrap()).unwrap();
        for secret in [key.to_string().into_bytes(), x] {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), text.as_bytes());
            let token = format!("{text}.{}", base64url::encode(tag));
            assert_eq!(decision(&world, &token).await, "unauthorized");
        }
    }
    drop(forge);
}

#[tokio::test]
async fn j03_a_key_in_the_header_is_nobodys() {
    let stranger = World::start().await.forge();
    let (world, forge, claims) = workshop().await;
    let jwk = json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "x": "AA", "y": "AA"});
    for offer in [
        json!({"jwk": jwk}),
        json!({"jku": "https://evil.test/jwks.json"}),
        json!({"x5u": "https://evil.test/x"}),
    ] {
        for kid in [forge.header()["kid"].clone(), stranger.header()["kid"].clone()] {
            let header = merged(&merged(&stranger.header(), &offer), &json!({"kid": kid}));
            let token = stranger.token(&header.to_string(), &claims.to_string());
            assert_eq!(decision(&world, &token).await, "unauthorized");
        }
    }
}

#[tokio::test]
async fn j04_unknown_keys_cost_no_call() {
    let (world, forge, claims) = workshop().await;
    let gate = world.gate(15);
    gate.call("GET /me", &forge.claims(&claims)).await;
    let (sites, ()) = world
        .sites(async {
            for number in 0..20 {
                let header = merged(&forge.header(), &json!({"kid": format!("unknown-{number}")}));
                let token = forge.token(&header.to_string(), &claims.to_string());
                assert_eq!(gate.call("GET /me", &token).await.name(), "unauthorized");
            }
        })
        .await;
    assert!(sites.is_empty(), "{sites:?}");
}

#[tokio::test]
async fn j05_j07_no_extensions_and_no_other_kind_of_token() {
    refuse_headers([
        json!({"crit": ["exp"]}),
        json!({"crit": []}),
        json!({"b64": false}),
        json!({"zip": "DEF"}),
        json!({"typ": null}),
        json!({"typ": "JWT"}),
        json!({"typ": "jwt"}),
        json!({"typ": "logout+jwt"}),
        json!({"typ": "at"}),
        json!({"typ": 7}),
    ])
    .await;
}

#[tokio::test]
async fn j07_our_own_other_tokens_are_no_access_tokens() {
    let world = World::start().await;
    let (tokens, code) = (world.tokens(&world.apps.web).await, world.code(&world.apps.web).await);
    for other in [tokens.id.as_str(), &tokens.refresh, &code.code] {
        assert_eq!(decision(&world, other).await, "unauthorized");
    }
}

#[tokio::test]
async fn j06_times_are_whole_numbers_and_required() {
    let (world, forge, claims) = workshop().await;
    let now = world.now();
    let wrong = [
        json!(null),
        json!("9999999999"),
        json!(-1),
        json!(1e30),
        json!(18_446_744_073_709_551_616.0),
        json!([now]),
        json!(true),
    ];
    for name in ["exp", "iat"] {
        for value in &wrong {
            let token = forge.claims(&merged(&claims, &json!({name: value})));
            assert_eq!(decision(&world, &token).await, "unauthorized", "{name} {value}");
        }
    }
    for name in
        ["exp", "iat", "iss", "aud", "sub", "jti", "client_id", "scope", "tenant", "sub_type", "grant_id"]
    {
        let token = forge.claims(&merged(&claims, &json!({name: null})));
        assert_eq!(decision(&world, &token).await, "unauthorized", "without {name}");
    }
}

#[tokio::test]
async fn l11_a_clock_ahead_is_forgiven_half_a_minute_and_an_expiry_nothing() {
    let (world, forge, claims) = workshop().await;
    let now = world.now();
    for (changes, expected) in [
        (json!({"iat": now + 30}), "allowed"),
        (json!({"iat": now + 31}), "unauthorized"),
        (json!({"exp": now + 1}), "allowed"),
        (json!({"exp": now}), "unauthorized"),
        (json!({"exp": now - 1}), "unauthorized"),
    ] {
        assert_eq!(decision(&world, &forge.claims(&merged(&claims, &changes))).await, expected, "{changes}");
    }
}

#[tokio::test]
async fn j08_issuer_and_audience_are_exact() {
    let (world, forge, claims) = workshop().await;
    for (changes, expected) in [
        (json!({"iss": "https://as.test/"}), "unauthorized"),
        (json!({"iss": "https://as.tes"}), "unauthorized"),
        (json!({"iss": ["https://as.test"]}), "unauthorized"),
        (json!({"aud": "https://api.test/"}), "unauthorized"),
        (json!({"aud": "https://api.test.evil.test"}), "unauthorized"),
        (json!({"aud": []}), "unauthorized"),
        (json!({"aud": [["https://api.test"]]}), "unauthorized"),
        (json!({"aud": ["https://other.test", "https://api.test"]}), "allowed"),
    ] {
        assert_eq!(decision(&world, &forge.claims(&merged(&claims, &changes))).await, expected, "{changes}");
    }
}

#[tokio::test]
async fn t13_j13_claims_that_contradict_each_other_or_the_grant_are_refused() {
    let (world, forge, claims) = workshop().await;
    let other = claims_of(&world.tokens_for(&world.apps.spa, &world.people.gloria, "openid").await.access);
    for changes in [
        json!({"sub_type": "client"}),
        json!({"sub_type": "client", "grant_id": null}),
        json!({"sub_type": "client", "grant_id": null, "client_id": claims["sub"], "sub": claims["sub"]}),
        json!({"sub_type": "admin"}),
        json!({"sub": other["sub"]}),
        json!({"tenant": other["tenant"]}),
        json!({"client_id": other["client_id"]}),
        json!({"grant_id": other["grant_id"]}),
        json!({"grant_id": "no-such-grant"}),
        json!({"tenant": "a#b"}),
        json!({"scope": "contact.read  contact.all"}),
    ] {
        assert_eq!(
            decision(&world, &forge.claims(&merged(&claims, &changes))).await,
            "unauthorized",
            "{changes}"
        );
    }
}

#[tokio::test]
async fn x08_a_token_that_is_bound_to_a_key_is_no_bearer_token() {
    let (world, forge, claims) = workshop().await;
    for cnf in
        [json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}), json!({}), json!({"x5t#S256": "x"})]
    {
        let token = forge.claims(&merged(&claims, &json!({"cnf": cnf})));
        assert_eq!(decision(&world, &token).await, "unauthorized");
    }
}

#[tokio::test]
async fn j09_j11_a_token_has_one_spelling_and_a_size() {
    let (world, forge, claims) = workshop().await;
    let good = forge.claims(&claims);
    let text = claims.to_string();
    let doubled = text.replacen('{', "{\"tenant\":\"ten_other\",", 1);
    let huge = merged(&claims, &json!({"x": "x".repeat(9_000)}));
    for token in [
        format!("{good}="),
        format!("{good}."),
        format!("{good}.{good}"),
        format!("{good}AA"),
        good.replacen('.', ".=", 1),
        good.replacen('.', "..", 1),
        forge.token(&forge.header().to_string(), &doubled),
        forge.token(&forge.header().to_string().replacen('{', "{\"alg\":\"ES256\",", 1), &text),
        forge.token(&forge.header().to_string(), &format!("{text} x")),
        forge.token(&forge.header().to_string(), &format!("[{text}]")),
        forge.claims(&huge),
    ] {
        assert_eq!(decision(&world, &token).await, "unauthorized", "{token}");
    }
}
