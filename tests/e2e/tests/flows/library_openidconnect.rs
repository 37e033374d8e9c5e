//! The crate `openidconnect`, as it is published: what it is strict about, we do right.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
    CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthType, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IntrospectionUrl, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, ProviderMetadata, RedirectUrl, RevocationUrl, Scope,
    TokenIntrospectionResponse as _, TokenResponse as _,
};
use postern_e2e::{DemoClient, DemoUser, Deployment, Outcome, parameter};
use serde::{Deserialize, Serialize};
use url::Url;

/// What RFC 8414 adds to OpenID Connect's metadata.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Endpoints {
    revocation_endpoint: RevocationUrl,
    introspection_endpoint: IntrospectionUrl,
}

impl AdditionalProviderMetadata for Endpoints {}

type Metadata = ProviderMetadata<
    Endpoints,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
pub(crate) type Library =
    CoreClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

pub(crate) async fn discover(it: &Deployment, client: &DemoClient, auth_type: AuthType) -> Outcome<Library> {
    let issuer = IssuerUrl::new(it.demo.issuer.clone())?;
    let metadata = Metadata::discover_async(issuer, it.http.inner()).await?;
    let endpoints = metadata.additional_metadata().clone();
    let secret = client.client_secret.clone().map(ClientSecret::new);
    let redirect = client.redirect_uris.first().cloned().unwrap_or_default();
    Ok(CoreClient::from_provider_metadata(metadata, ClientId::new(client.client_id.clone()), secret)
        .set_auth_type(auth_type)
        .set_redirect_uri(RedirectUrl::new(redirect)?)
        .set_revocation_url(endpoints.revocation_endpoint)
        .set_introspection_url(endpoints.introspection_endpoint))
}

/// Code, PKCE, nonce, state and `iss`; the ID token verified with the published keys, `at_hash` included.
pub(crate) async fn sign_in(
    it: &Deployment,
    library: &Library,
    user: &DemoUser,
) -> Outcome<(CoreTokenResponse, CoreIdTokenClaims)> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let scopes = ["profile", "email", "offline_access", "contact.read"].map(|scope| Scope::new(scope.into()));
    let (url, state, nonce) = library
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(scopes)
        .set_pkce_challenge(challenge)
        .url();
    let callback: Url = it.visitor().authorize(url.as_str(), user).await?;
    assert_eq!(parameter(&callback, "state").as_ref(), Some(state.secret()));
    assert_eq!(parameter(&callback, "iss").as_ref(), Some(&it.demo.issuer));
    let code = AuthorizationCode::new(parameter(&callback, "code").ok_or("no code")?);
    let tokens =
        library.exchange_code(code)?.set_pkce_verifier(verifier).request_async(it.http.inner()).await?;
    let claims = verified(library, &tokens, &nonce)?;
    Ok((tokens, claims))
}

fn verified(library: &Library, tokens: &CoreTokenResponse, nonce: &Nonce) -> Outcome<CoreIdTokenClaims> {
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let verifier = library.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce)?;
    let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&verifier)?);
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?;
    assert_eq!(claims.access_token_hash(), Some(&hash));
    assert!(claims.auth_time().is_some());
    Ok(claims.clone())
}

async fn everything(it: &Deployment, client: &DemoClient, auth_type: AuthType) -> Outcome {
    let [user, ..] = &it.demo.users;
    let (library, http) = (discover(it, client, auth_type).await?, it.http.inner());
    let (tokens, claims) = sign_in(it, &library, user).await?;

    let subject = claims.subject().clone();
    let info: CoreUserInfoClaims =
        library.user_info(tokens.access_token().clone(), Some(subject.clone()))?.request_async(http).await?;
    assert_eq!(info.email().map(|email| email.as_str()), Some(user.email.as_str()));
    assert_eq!(info.email_verified(), Some(true));

    let old = tokens.refresh_token().ok_or("no refresh token")?;
    let fresh = library.exchange_refresh_token(old)?.request_async(http).await?;
    let next = fresh.refresh_token().ok_or("no refresh token")?.clone();
    assert_ne!(next.secret(), old.secret());
    // OpenID Connect Core section 12.2: the same person, no nonce.
    let verifier = library.id_token_verifier();
    let refreshed = fresh.id_token().ok_or("no ID token")?.claims(&verifier, no_nonce)?;
    assert_eq!((refreshed.subject(), refreshed.auth_time()), (&subject, claims.auth_time()));

    let seen = library.introspect(fresh.access_token()).request_async(http).await;
    if client.client_secret.is_some() {
        let seen = seen?;
        assert!(seen.active());
        assert_eq!(seen.client_id().map(|id| id.as_str()), Some(client.client_id.as_str()));
    } else {
        assert!(seen.is_err(), "introspection is for those who can prove who they are");
    }

    library.revoke_token(CoreRevocableToken::RefreshToken(next.clone()))?.request_async(http).await?;
    assert!(library.exchange_refresh_token(&next)?.request_async(http).await.is_err());
    if client.client_secret.is_some() {
        assert!(!library.introspect(fresh.access_token()).request_async(http).await?.active());
    }
    Ok(())
}

fn no_nonce(nonce: Option<&Nonce>) -> Result<(), String> {
    nonce.map_or(Ok(()), |_| Err("a refreshed ID token carries no nonce".into()))
}

#[tokio::test]
async fn confidential_client_by_basic() {
    let it = Deployment::start_behind_tls().await.unwrap();
    everything(&it, &it.demo.clients.web, AuthType::BasicAuth).await.unwrap();
}

#[tokio::test]
async fn confidential_client_by_post() {
    let it = Deployment::start_behind_tls().await.unwrap();
    everything(&it, &it.demo.clients.web, AuthType::RequestBody).await.unwrap();
}

#[tokio::test]
async fn public_client() {
    let it = Deployment::start_behind_tls().await.unwrap();
    everything(&it, &it.demo.clients.spa, AuthType::RequestBody).await.unwrap();
}

/// The library's own test of ours: another nonce is not accepted.
#[tokio::test]
async fn the_library_would_notice_another_nonce() {
    let it = Deployment::start_behind_tls().await.unwrap();
    let library = discover(&it, &it.demo.clients.spa, AuthType::RequestBody).await.unwrap();
    let (tokens, _) = sign_in(&it, &library, &it.demo.users[0]).await.unwrap();
    assert!(verified(&library, &tokens, &Nonce::new_random()).is_err());
}
