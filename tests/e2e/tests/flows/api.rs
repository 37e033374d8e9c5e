//! The API behind the authorizer: who passes, who does not, and how each of them is told.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_e2e::{Answer, Deployment, Outcome};
use reqwest::Method;
use serde_json::{Value, json};

async fn service_token(it: &Deployment, scope: &str) -> Outcome<String> {
    Ok(it.service().client_credentials(scope).await?.text("access_token"))
}

/// A challenge with these members: it names the API's own metadata too (RFC 9728 section 5.1).
fn challenge(it: &Deployment, members: &str) -> String {
    let metadata = format!("{}/.well-known/oauth-protected-resource/api", it.demo.issuer);
    format!(r#"Bearer realm="api", {members}resource_metadata="{metadata}""#)
}

#[tokio::test]
async fn a_reader_is_told_that_the_role_forbids_it() {
    let it = Deployment::start().await.unwrap();
    let reader = &it.demo.users[1];
    let tokens = it.web().sign_in(&mut it.visitor(), reader, "openid contact.all").await.unwrap();
    let contact = format!("{}/v1/contacts/con_1", it.demo.api_rest);
    assert_eq!(it.http.get(&contact, Some(&tokens.access)).await.unwrap().status, 200);

    let refused = it.http.call(Method::DELETE, &contact, Some(&tokens.access)).await.unwrap();
    assert_eq!(refused.verdict(), (403, "insufficient_role".into()), "{}", refused.body);
    // RFC 6750 has no code for this reason: the challenge stays bare and the body tells.
    assert_eq!(refused.header("www-authenticate"), challenge(&it, ""));

    let owner = &it.demo.users[0];
    let tokens = it.web().sign_in(&mut it.visitor(), owner, "openid contact.all").await.unwrap();
    assert_eq!(it.http.call(Method::DELETE, &contact, Some(&tokens.access)).await.unwrap().status, 204);
}

#[tokio::test]
async fn a_token_without_the_scope_is_told_which_one() {
    let it = Deployment::start().await.unwrap();
    let token = service_token(&it, "contact.read").await.unwrap();
    let refused = it
        .http
        .call(Method::DELETE, &format!("{}/v1/contacts/con_1", it.demo.api_rest), Some(&token))
        .await
        .unwrap();
    assert_eq!(refused.verdict(), (403, "insufficient_scope".into()), "{}", refused.body);
    assert_eq!(
        refused.header("www-authenticate"),
        challenge(&it, r#"error="insufficient_scope", scope="contact.delete", "#)
    );
    let on_http = format!("{}/v1/contacts/con_1", it.demo.api);
    assert_eq!(it.http.call(Method::DELETE, &on_http, Some(&token)).await.unwrap().status, 403);
}

#[tokio::test]
async fn exactly_one_credential_passes() {
    let it = Deployment::start().await.unwrap();
    let token = service_token(&it, "contact.read").await.unwrap();
    for api in [&it.demo.api, &it.demo.api_rest] {
        let me = format!("{api}/me");
        assert_eq!(it.http.get(&me, None).await.unwrap().status, 401, "none: {api}");
        let twice = it.http.request(Method::GET, &me).bearer_auth(&token).bearer_auth(&token);
        assert_eq!(Answer::of(twice).await.unwrap().status, 401, "two headers: {api}");
        let joined = it
            .http
            .request(Method::GET, &me)
            .header("authorization", format!("Bearer {token}, Bearer {token}"));
        assert_eq!(Answer::of(joined).await.unwrap().status, 401, "joined: {api}");
        let in_query = format!("{me}?access_token={token}");
        assert_eq!(it.http.get(&in_query, None).await.unwrap().status, 401, "query: {api}");
        assert_eq!(it.http.get(&me, Some(&token)).await.unwrap().status, 200, "one: {api}");
    }
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let it = Deployment::start().await.unwrap();
    let token = service_token(&it, "contact.read").await.unwrap();
    let jwks = it.http.get(&format!("{}/.well-known/jwks.json", it.demo.issuer), None).await.unwrap().json();
    for (what, forged) in forgeries(&token, &jwks["keys"][0]).unwrap() {
        for api in [&it.demo.api, &it.demo.api_rest] {
            let answer = it.http.get(&format!("{api}/me"), Some(&forged)).await.unwrap();
            assert_eq!(answer.status, 401, "{what}: {}", answer.body);
        }
        let answer =
            it.http.get(&format!("{}/oauth2/userinfo", it.demo.issuer), Some(&forged)).await.unwrap();
        assert_eq!(answer.verdict(), (401, "invalid_token".into()), "{what}");
    }
}

/// A good token made bad in the ways that attackers try first.
fn forgeries(token: &str, jwk: &Value) -> Outcome<Vec<(&'static str, String)>> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return Err("not a JWT".into()) };
    let mut raised: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
    raised.as_object_mut().ok_or("no claims")?.insert("scope".into(), json!("contact.all"));
    let raised = encode(&raised);
    let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let kid = member("kid");
    let unsigned = encode(&json!({ "alg": "none", "typ": "at+jwt", "kid": kid }));
    let symmetric = encode(&json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid }));
    let to_sign = format!("{symmetric}.{claims}");
    let with = |secret: &[u8]| {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        format!("{to_sign}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, to_sign.as_bytes())))
    };
    let modulus = member("n");
    Ok(vec![
        ("more scopes, old signature", format!("{header}.{raised}.{signature}")),
        ("no signature", format!("{header}.{claims}.")),
        ("alg none", format!("{unsigned}.{claims}.")),
        ("alg none with a signature", format!("{unsigned}.{claims}.{signature}")),
        ("HS256 by the JWK's text", with(jwk.to_string().as_bytes())),
        ("HS256 by the modulus", with(&URL_SAFE_NO_PAD.decode(modulus)?)),
        ("HS256 by the modulus' text", with(modulus.as_bytes())),
        ("no token at all", "x".to_owned()),
    ])
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let it = Deployment::start().await.unwrap();
    let tokens = it.spa().sign_in(&mut it.visitor(), &it.demo.users[0], "openid").await.unwrap();
    let me = format!("{}/me", it.demo.api);
    assert_eq!(it.http.get(&me, Some(&tokens.id)).await.unwrap().status, 401);
    assert_eq!(it.http.get(&me, Some(&tokens.refresh)).await.unwrap().status, 401);
    assert_eq!(it.http.get(&me, Some(&tokens.access)).await.unwrap().status, 200);
}

/// R24: the API's own headers are the API's. R16: the tenant is the token's, whatever else a request says.
#[tokio::test]
async fn headers_pass_through_and_the_tenant_is_the_tokens() {
    let it = Deployment::start().await.unwrap();
    let token = service_token(&it, "contact.read").await.unwrap();
    let (own, foreign) = (&it.demo.tenants[0].id, &it.demo.tenants[1].id);
    for api in [&it.demo.api, &it.demo.api_rest] {
        let url = format!("{api}/me?tenant={foreign}&tenant_id={foreign}");
        let request = it.http.request(Method::GET, &url).bearer_auth(&token);
        let request =
            request.header("version", "2026-06-01").header("x-tenant", foreign).header("tenant", foreign);
        let me = Answer::of(request).await.unwrap();
        assert_eq!(
            (me.text("tenant"), me.text("version")),
            (own.clone(), "2026-06-01".into()),
            "{}",
            me.body
        );
        let url = format!("{api}/v1/contacts?tenant={foreign}");
        let list = it.http.get(&url, Some(&token)).await.unwrap();
        assert!(list.body.contains(own.as_str()) && !list.body.contains(foreign.as_str()), "{}", list.body);
    }
}

#[tokio::test]
async fn the_owner_of_another_tenant_sees_their_own() {
    let it = Deployment::start().await.unwrap();
    let user = &it.demo.users[2];
    let tokens = it.spa().sign_in(&mut it.visitor(), user, "openid contact.read").await.unwrap();
    let list = it.http.get(&format!("{}/v1/contacts", it.demo.api), Some(&tokens.access)).await.unwrap();
    let tenants: Vec<_> =
        list.json()["data"].as_array().unwrap().iter().map(|it| it["tenant"].clone()).collect();
    assert!(
        !tenants.is_empty() && tenants.iter().all(|tenant| *tenant == json!(user.tenant)),
        "{}",
        list.body
    );
}
