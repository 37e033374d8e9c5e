//! The crate `oauth2`, as it is published: every client, every way to authenticate, every endpoint.

use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RequestTokenError, RevocationUrl, Scope,
    StandardRevocableToken, TokenIntrospectionResponse as _, TokenResponse as _, TokenUrl,
};
use postern_e2e::{DemoClient, Deployment, Outcome, parameter};

type Library = BasicClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

fn library(it: &Deployment, client: &DemoClient, auth_type: AuthType) -> Outcome<Library> {
    let url = |path: &str| format!("{}/oauth2/{path}", it.demo.issuer);
    let mut library = BasicClient::new(ClientId::new(client.client_id.clone())).set_auth_type(auth_type);
    if let Some(secret) = &client.client_secret {
        library = library.set_client_secret(ClientSecret::new(secret.clone()));
    }
    if let Some(redirect) = client.redirect_uris.first() {
        library = library.set_redirect_uri(RedirectUrl::new(redirect.clone())?);
    }
    Ok(library
        .set_auth_uri(AuthUrl::new(url("authorize"))?)
        .set_token_uri(TokenUrl::new(url("token"))?)
        .set_introspection_url(IntrospectionUrl::new(url("introspect"))?)
        .set_revocation_url(RevocationUrl::new(url("revoke"))?))
}

async fn code_flow(it: &Deployment, client: &DemoClient, auth_type: AuthType) -> Outcome {
    let (library, http) = (library(it, client, auth_type)?, it.http.inner());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = library
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("contact.read".into()))
        .set_pkce_challenge(challenge)
        .url();
    let [user, ..] = &it.demo.users;
    let callback = it.visitor().authorize(url.as_str(), user).await?;
    assert_eq!(parameter(&callback, "state").as_ref(), Some(state.secret()));
    let code = AuthorizationCode::new(parameter(&callback, "code").ok_or("no code")?);
    let tokens = library.exchange_code(code).set_pkce_verifier(verifier).request_async(http).await?;
    assert_eq!(tokens.scopes().map(Vec::as_slice), Some([Scope::new("contact.read".into())].as_slice()));
    assert!(tokens.expires_in().is_some());

    let old = tokens.refresh_token().ok_or("no refresh token")?;
    let fresh = library.exchange_refresh_token(old).request_async(http).await?;
    let next = fresh.refresh_token().ok_or("no refresh token")?;
    let list =
        it.http.get(&format!("{}/v1/contacts", it.demo.issuer), Some(fresh.access_token().secret())).await?;
    assert_eq!(list.status, 200, "{}", list.body);

    if client.client_secret.is_some() {
        assert!(library.introspect(fresh.access_token()).request_async(http).await?.active());
    }
    let revocable = StandardRevocableToken::RefreshToken(next.clone());
    library.revoke_token(revocable)?.request_async(http).await?;
    match library.exchange_refresh_token(next).request_async(http).await {
        Err(RequestTokenError::ServerResponse(error)) => {
            assert_eq!(*error.error(), BasicErrorResponseType::InvalidGrant);
            Ok(())
        }
        other => Err(format!("a revoked grant gave {other:?}").into()),
    }
}

#[tokio::test]
async fn confidential_client_by_basic() {
    let it = Deployment::start_behind_tls().await.unwrap();
    code_flow(&it, &it.demo.clients.web, AuthType::BasicAuth).await.unwrap();
}

#[tokio::test]
async fn confidential_client_by_post() {
    let it = Deployment::start_behind_tls().await.unwrap();
    code_flow(&it, &it.demo.clients.web, AuthType::RequestBody).await.unwrap();
}

#[tokio::test]
async fn public_client() {
    let it = Deployment::start_behind_tls().await.unwrap();
    code_flow(&it, &it.demo.clients.spa, AuthType::RequestBody).await.unwrap();
}

#[tokio::test]
async fn client_credentials_by_basic_and_by_post() {
    let it = Deployment::start_behind_tls().await.unwrap();
    let http = it.http.inner();
    for auth_type in [AuthType::BasicAuth, AuthType::RequestBody] {
        let library = library(&it, &it.demo.clients.service, auth_type).unwrap();
        let request = library.exchange_client_credentials().add_scope(Scope::new("contact.read".into()));
        let tokens = request.request_async(http).await.unwrap();
        assert!(tokens.refresh_token().is_none());
        let token = tokens.access_token();
        let me = it.http.get(&format!("{}/me", it.demo.issuer), Some(token.secret())).await.unwrap();
        assert_eq!(me.status, 200);
        assert!(library.introspect(token).request_async(http).await.unwrap().active());
        let revocable = StandardRevocableToken::AccessToken(token.clone());
        library.revoke_token(revocable).unwrap().request_async(http).await.unwrap();
        assert!(!library.introspect(token).request_async(http).await.unwrap().active());
    }
}
