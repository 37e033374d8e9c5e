//! `/oauth2/userinfo` (OpenID Connect Core section 5.3).

mod answer;
mod credential;
mod refusal;

use futures_util::future::try_join;
use postern_jose::Vault;

use crate::access::{
    Authorization, Bearer, BearerRules, Possession, Presentation, Refusal, StandingCache, load_standing,
    networks_allow, verify_bearer,
};
use crate::clock::Timestamp;
use crate::dpop::DPOP;
use crate::http::{Method, Request, Response, header, preflight};
use crate::server::Server;
use crate::store::{ClaimProofs, ConfirmTokens, LoadKeys, LoadStanding};
use credential::values;
use refusal::UserinfoError;

/// What the endpoint needs of the store.
pub trait UserinfoStore: ClaimProofs + ConfirmTokens + LoadKeys + LoadStanding {}
impl<T: ClaimProofs + ConfirmTokens + LoadKeys + LoadStanding> UserinfoStore for T {}

/// Answers with the claims of the user behind the access token: as JSON, or signed where the client is registered so.
pub async fn handle<S: UserinfoStore, V: Vault>(
    server: &Server<S, V>,
    cache: &StandingCache,
    http: &Request,
) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("GET, POST");
    }
    let answer = answer(server, cache, http).await;
    let answer = answer.unwrap_or_else(|error| error.response(credential::scheme(http)));
    answer.for_any_origin().with(header::ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate, DPoP-Nonce")
}

async fn answer<S: UserinfoStore, V: Vault>(
    server: &Server<S, V>,
    cache: &StandingCache,
    http: &Request,
) -> Result<Response, UserinfoError> {
    if http.method != Method::GET && http.method != Method::POST {
        return Err(UserinfoError::Method);
    }
    let presented = credential::parse(http)?;
    let authorization = presented.authorization();
    let keys = server.keys().await?;
    let now = server.now();
    let rules = BearerRules { issuer: server.settings.issuer.as_str(), audience: None, now };
    let bearer = verify_bearer(authorization.token, keys.set(), &rules).map_err(UserinfoError::Refused)?;
    let possession = verify_possession(server, http, (authorization, &bearer), now)?;
    if let Some(proof) = possession.proof().filter(|_| server.needs_dpop_nonces) {
        proof.verify_nonce(&*server.credential_keys().await?, now).map_err(UserinfoError::UseNonce)?;
    }
    let standing = load_standing(&server.store, cache, &bearer.subject, bearer.generation, now);
    let (standing, claimed) = try_join(standing, possession.claim(&server.store, now)).await?;
    claimed.and_then(|()| possession.verify_profile(&standing)).map_err(UserinfoError::Refused)?;
    let stands = standing.verify(&bearer.subject, bearer.issued_at, now);
    stands.map_err(|_| UserinfoError::Refused(Refusal::InvalidToken))?;
    if !networks_allow(&standing, http.call.source) {
        return Err(UserinfoError::Refused(Refusal::IpNotAllowed));
    }
    answer::describe(server, &bearer, &standing).await
}

/// RFC 9449 section 7: this endpoint is a protected resource too.
fn verify_possession<S, V>(
    server: &Server<S, V>,
    http: &Request,
    (authorization, bearer): (Authorization<'_>, &Bearer),
    now: Timestamp,
) -> Result<Possession, UserinfoError> {
    let uri = server.settings.issuer.url("/oauth2/userinfo");
    let proofs: Vec<_> = values(http, &DPOP).collect();
    let (method, uri) = (http.method.as_str(), Some(uri.as_str()));
    let presentation = Presentation { authorization, proofs: &proofs, method, uri };
    let possession = presentation.verify(bearer.key.as_ref(), server.entropy.as_ref(), now);
    possession.map_err(UserinfoError::Refused)
}
