//! Deployments that sign with another algorithm, from the template's parameter to the authorizer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_e2e::{Deployment, Outcome};
use serde_json::{Value, json};

async fn tokens_are_signed_with(algorithm: &str, key_type: &str) -> Outcome {
    let it = Deployment::start_with(|options| {
        options.parameters.insert("SigningAlgorithm".into(), algorithm.into());
    })
    .await?;
    let token = it.service().client_credentials("contact.read").await?.text("access_token");
    let header = token.split('.').next().unwrap_or_default();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header)?)?;
    let document =
        async |name: &str| it.http.get(&format!("{}/.well-known/{name}", it.demo.issuer), None).await;
    let jwks = document("jwks.json").await?.json();
    let key = jwks.pointer("/keys/0").ok_or("no key is published")?;
    assert_eq!((header.get("alg"), header.get("kid")), (key.get("alg"), key.get("kid")));
    assert_eq!((key.get("alg"), key.get("kty")), (Some(&json!(algorithm)), Some(&json!(key_type))));
    let metadata = document("openid-configuration").await?.json();
    assert_eq!(metadata.get("id_token_signing_alg_values_supported"), Some(&json!([algorithm])));
    for api in [&it.demo.api, &it.demo.api_rest] {
        assert_eq!(it.http.get(&format!("{api}/me"), Some(&token)).await?.status, 200, "{api}");
    }
    Ok(())
}

#[tokio::test]
async fn rs256() {
    tokens_are_signed_with("RS256", "RSA").await.unwrap();
}

#[tokio::test]
async fn es256() {
    tokens_are_signed_with("ES256", "EC").await.unwrap();
}

#[tokio::test]
async fn eddsa() {
    tokens_are_signed_with("EdDSA", "OKP").await.unwrap();
}
