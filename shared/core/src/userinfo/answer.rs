//! What userinfo says (OpenID Connect Core section 5.3.2).

use postern_jose::{Algorithm, ID_TOKEN_TYP, Vault, sign_jwt};
use serde_json::{Map, Value};

use super::{UserinfoError, UserinfoStore};
use crate::access::{Bearer, Refusal};
use crate::client::Client;
use crate::http::{Response, StatusCode, header};
use crate::openid::{Claim, ClaimsRequest, subject_of};
use crate::outage::Outage;
use crate::param::ScopeSet;
use crate::server::Server;
use crate::standing::Standing;

/// The claims that the token's scopes and the request's `claims` ask for.
pub(super) async fn describe<S: UserinfoStore, V: Vault>(
    server: &Server<S, V>,
    bearer: &Bearer,
    standing: &Standing,
) -> Result<Response, UserinfoError> {
    // A client's own token, or one without `openid`, is no OpenID Connect token.
    let refused = || UserinfoError::Refused(Refusal::InsufficientScope);
    let client = standing.client.as_ref().ok_or_else(refused)?;
    let delegated = delegated(client, bearer, standing);
    let held = bearer.scopes.intersection(&delegated);
    let user = standing.user.as_ref().filter(|_| held.contains("openid")).ok_or_else(refused)?;
    let mut claims = Claim::of_scopes(&held, user);
    if let Some(grant) = &standing.grant {
        claims.extend(ClaimsRequest::answer(&grant.openid.claims.userinfo, &delegated, user));
    }
    // Always, and always the ID token's, so that a client can compare them.
    claims.insert("sub".to_owned(), subject_of(server, client, &user.user_id).await?.into());
    match client.openid.userinfo_signed_response_alg {
        None => Ok(Response::of(StatusCode::OK, &claims)),
        Some(algorithm) => sign(server, client, claims, algorithm).await,
    }
}

/// The scopes of OpenID Connect that the client may still ask for, and that the customer lets the platform, by a consent for
/// the token's API (I7).
fn delegated(client: &Client, bearer: &Bearer, standing: &Standing) -> ScopeSet {
    let registered = client.entitlements.openid();
    let Some(connection) = &standing.connection else { return registered.clone() };
    let consented = bearer.audience.iter().find_map(|audience| connection.scopes_for(audience));
    consented.map(|scopes| registered.intersection(scopes)).unwrap_or_default()
}

/// As a JWT: then issuer and audience are named, too.
async fn sign<S: UserinfoStore, V: Vault>(
    server: &Server<S, V>,
    client: &Client,
    mut claims: Map<String, Value>,
    algorithm: Algorithm,
) -> Result<Response, UserinfoError> {
    claims.insert("iss".to_owned(), server.settings.issuer.as_str().into());
    claims.insert("aud".to_owned(), client.client_id.as_str().into());
    let keys = server.keys().await?;
    let (key_ref, public_key) = keys.signing(Some(algorithm))?;
    let signer = server.vault.signer(key_ref, public_key);
    let body = sign_jwt(&signer, ID_TOKEN_TYP, &claims).await.map_err(Outage::from)?;
    let answer = Response { body, ..Response::empty(StatusCode::OK) };
    Ok(answer.with(header::CONTENT_TYPE, "application/jwt").with(header::CACHE_CONTROL, "no-store"))
}
