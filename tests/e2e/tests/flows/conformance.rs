//! What an outside conformance suite needs: the whole flow behind a TLS proxy, with clients that were registered as
//! docs/conformance.md says, at the suite's own addresses.

use openidconnect::AuthType;
use postern_e2e::{Answer, Bank, DemoClient, Deployment, Key, KeyServer, Outcome, Tokens, parameter};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::library_openidconnect::{discover, sign_in};

const CALLBACK: &str = "https://localhost.emobix.co.uk:8443/test/a/postern/callback";

/// Registers a client as an operator does.
async fn register(it: &Deployment, body: &Value) -> Outcome<Value> {
    create(it, "/admin/v1/clients", &it.demo.admin_token, body).await
}

/// Makes what a body describes, by the bearer of `token`.
async fn create(it: &Deployment, path: &str, token: &str, body: &Value) -> Outcome<Value> {
    let request = it.http.request(Method::POST, &format!("{}{path}", it.demo.issuer)).bearer_auth(token);
    let request = request.header("content-type", "application/json").body(body.to_string());
    let answer = Answer::of(request).await?;
    if answer.status == 201 { Ok(answer.json()) } else { Err(answer.body.into()) }
}

#[tokio::test]
async fn two_static_clients_pass_the_whole_flow_behind_tls() {
    let it = Deployment::start_at_localhost_behind_tls().await.unwrap();
    for (name, method, auth_type) in [
        ("Conformance 1", "client_secret_basic", AuthType::BasicAuth),
        ("Conformance 2", "client_secret_post", AuthType::RequestBody),
    ] {
        let body = json!({
            "kind": "web", "name": name, "redirect_uris": [CALLBACK], "require_pkce": false,
            "token_endpoint_auth_method": method,
            "scopes": ["openid", "profile", "email", "address", "phone", "offline_access", "contact.read"],
        });
        let client: DemoClient = serde_json::from_value(register(&it, &body).await.unwrap()).unwrap();
        let library = discover(&it, &client, auth_type).await.unwrap();
        let (_tokens, claims) = sign_in(&it, &library, &it.demo.users[0]).await.unwrap();
        assert!(!claims.subject().is_empty());
        without_pkce(&it, &client, method).await.unwrap();
    }
}

/// The dynamic plan: each client registers with an initial access token, and goes when its module is over.
#[tokio::test]
async fn two_dynamic_clients_pass_the_whole_flow_behind_tls() {
    let it = Deployment::start_at_localhost_behind_tls_with(|options| {
        options.parameters.insert("Registration".to_owned(), "token".to_owned());
    });
    let it = it.await.unwrap();
    let terms = json!({ "label": "Conformance", "require_pkce": false });
    let made = create(&it, "/admin/v1/registration-tokens", &it.demo.admin_token, &terms).await.unwrap();
    let token = made["registration_token"].as_str().unwrap();
    for method in ["client_secret_basic", "client_secret_post"] {
        let body = json!({ "client_name": "Conformance", "redirect_uris": [CALLBACK], "response_types": ["code"],
            "grant_types": ["authorization_code"], "token_endpoint_auth_method": method, "contacts": ["c@suite.test"] });
        let stranger = create(&it, "/oauth2/register", "psti_x.y", &body).await;
        assert!(stranger.unwrap_err().to_string().contains("invalid_token"));
        let registered = create(&it, "/oauth2/register", token, &body).await.unwrap();
        let client: DemoClient = serde_json::from_value(registered.clone()).unwrap();
        let tokens = without_pkce(&it, &client, method).await.unwrap();
        let userinfo = format!("{}/oauth2/userinfo", it.demo.issuer);
        let told = it.http.get(&userinfo, Some(&tokens.access)).await.unwrap();
        assert_eq!(told.status, 200, "{}", told.body);
        let own = registered["registration_client_uri"].as_str().unwrap();
        let own_token = registered["registration_access_token"].as_str();
        for (verb, status) in [(Method::GET, 200), (Method::DELETE, 204), (Method::GET, 401)] {
            assert_eq!(it.http.call(verb, own, own_token).await.unwrap().status, status);
        }
    }
}

/// As the suite's plain modules ask: without a challenge and without a nonce.
async fn without_pkce(it: &Deployment, client: &DemoClient, method: &str) -> Outcome<Tokens> {
    let mut url = Url::parse(&format!("{}/oauth2/authorize", it.demo.issuer))?;
    let id = client.client_id.as_str();
    let redirect_uri = ("redirect_uri", CALLBACK);
    let asked =
        [("response_type", "code"), ("client_id", id), redirect_uri, ("scope", "openid"), ("state", "s")];
    url.query_pairs_mut().extend_pairs(asked);
    let callback = it.visitor().authorize(url.as_str(), &it.demo.users[0]).await?;
    let code = parameter(&callback, "code").ok_or("no code")?;
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), redirect_uri];
    let secret = client.client_secret.as_deref().unwrap_or_default();
    let request = it.http.request(Method::POST, &format!("{}/oauth2/token", it.demo.issuer));
    let request = match method {
        "client_secret_basic" => request.basic_auth(id, Some(secret)).form(&form),
        _ => request.form(&[&form[..], &[("client_id", id), ("client_secret", secret)]].concat()),
    };
    let tokens = Tokens::of(&Answer::of(request).await?)?;
    if tokens.id.is_empty() { Err("no ID token".into()) } else { Ok(tokens) }
}

/// The FAPI plan: keys that the client publishes on this machine, which the loopback switch lets us read.
#[tokio::test]
async fn a_client_of_the_fapi_profile_passes_the_whole_flow_behind_tls() {
    let key = Key::generate().unwrap();
    let keys = KeyServer::start(&json!({"keys": [key.jwk()]}).to_string()).await.unwrap();
    let it = Deployment::start_at_localhost_behind_tls_with(|options| {
        for (name, value) in [
            ("SigningAlgorithm", "ES256"),
            ("OutboundLoopback", "true"),
            ("OutboundCa", &keys.ca_file().display().to_string()),
        ] {
            options.parameters.insert(name.to_owned(), value.to_owned());
        }
    });
    let it = it.await.unwrap();
    let body = json!({
        "kind": "web", "name": "Conformance FAPI", "redirect_uris": [CALLBACK], "scopes": ["openid", "contact.read"],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": keys.url, "sender": {"profile": "fapi2"},
    });
    let client = register(&it, &body).await.unwrap();
    let bank = Bank::new(&it, &client, key).unwrap();
    let scope = "openid contact.read";
    let tokens = bank.sign_in(&mut it.visitor(), &it.demo.users[0], scope).await.unwrap();
    assert_eq!((tokens.status, tokens.text("token_type")), (200, "DPoP".to_owned()), "{}", tokens.body);
    let refresh = tokens.text("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let again = bank.token(&form).await.unwrap();
    assert_eq!(again.text("refresh_token"), refresh, "{}", again.body);
    for path in ["/oauth2/userinfo", "/me"] {
        let answer = bank.get(path, &again.text("access_token")).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
}
