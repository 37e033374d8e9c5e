//! `/oauth2/userinfo` (OpenID Connect Core section 5.3).

use futures_util::future::try_join;
use serde::Serialize;

use crate::access::{
    Authorization, Bearer, BearerRules, Possession, Presentation, Refusal, StandingCache, load_standing,
    networks_allow, parse_authorization, verify_bearer,
};
use crate::clock::Timestamp;
use crate::dpop::{DPOP, TokenType};
use crate::http::{HeaderName, Method, Request, Response, StatusCode, header, preflight};
use crate::outage::Outage;
use crate::param::ScopeSet;
use crate::server::Server;
use crate::standing::Standing;
use crate::store::{ClaimProofs, ConfirmTokens, LoadKeys, LoadStanding};
use crate::wire::{ErrorCode, WireError};

/// What the endpoint needs of the store.
pub trait UserinfoStore: ClaimProofs + ConfirmTokens + LoadKeys + LoadStanding {}
impl<T: ClaimProofs + ConfirmTokens + LoadKeys + LoadStanding> UserinfoStore for T {}

/// OpenID Connect Core section 5.1: the claims that the scopes `profile` and `email` ask for.
#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

enum UserinfoError {
    Method,
    Refused(Refusal),
    Outage(Outage),
}

/// Answers with the claims of the user behind the access token.
pub async fn handle<S: UserinfoStore, V>(
    server: &Server<S, V>,
    cache: &StandingCache,
    http: &Request,
) -> Response {
    if http.method == Method::OPTIONS {
        return preflight("GET, POST");
    }
    let answer = match answer(server, cache, http).await {
        Ok(body) => Response::json(StatusCode::OK, body),
        Err(error) => error.response(scheme(http)),
    };
    answer.for_any_origin().with(header::ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate")
}

async fn answer<S: UserinfoStore, V>(
    server: &Server<S, V>,
    cache: &StandingCache,
    http: &Request,
) -> Result<String, UserinfoError> {
    if http.method != Method::GET && http.method != Method::POST {
        return Err(UserinfoError::Method);
    }
    let authorization = parse_authorization(values(http, &header::AUTHORIZATION));
    let authorization = authorization.map_err(UserinfoError::Refused)?;
    let keys = server.keys().await.map_err(UserinfoError::Outage)?;
    let now = server.now();
    let rules = BearerRules { issuer: server.settings.issuer.as_str(), audience: None, now };
    let bearer = verify_bearer(authorization.token, keys.set(), &rules).map_err(UserinfoError::Refused)?;
    let possession = verify_possession(server, http, (authorization, &bearer), now)?;
    let standing = load_standing(&server.store, cache, &bearer.subject, bearer.generation, now);
    let (standing, claimed) =
        try_join(standing, possession.claim(&server.store, now)).await.map_err(UserinfoError::Outage)?;
    claimed.map_err(UserinfoError::Refused)?;
    let stands = standing.verify(&bearer.subject, bearer.issued_at);
    stands.map_err(|_| UserinfoError::Refused(Refusal::InvalidToken))?;
    if !networks_allow(&standing, http.call.source) {
        return Err(UserinfoError::Refused(Refusal::IpNotAllowed));
    }
    claims(&bearer, &standing)
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

/// Every value of a header; one that is no text is empty.
fn values<'a>(http: &'a Request, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    http.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default())
}

/// The scheme that the caller used, so that the challenge answers it.
fn scheme(http: &Request) -> TokenType {
    let authorization = parse_authorization(values(http, &header::AUTHORIZATION));
    authorization.map_or(TokenType::Bearer, |authorization| authorization.scheme)
}

/// Whether the client may still ask for this scope of OpenID Connect, and the customer lets the platform, by a consent for
/// the token's API (I7).
fn is_delegated(bearer: &Bearer, standing: &Standing, scope: &str) -> bool {
    let client = standing.client.as_ref().is_none_or(|it| it.entitlements.openid().contains(scope));
    let connection = standing.connection.as_ref().is_none_or(|it| {
        let mut consented = bearer.audience.iter().filter_map(|audience| it.scopes_for(audience));
        consented.any(|scopes| scopes.contains(scope))
    });
    client && connection
}

fn claims(bearer: &Bearer, standing: &Standing) -> Result<String, UserinfoError> {
    // A client's own token, or one without `openid`, is no OpenID Connect token.
    let held = |scope| bearer.scopes.contains(scope) && is_delegated(bearer, standing, scope);
    let user = standing.user.as_ref().filter(|_| held("openid"));
    let user = user.ok_or(UserinfoError::Refused(Refusal::InsufficientScope))?;
    let (profile, email) = (held("profile"), held("email"));
    let claims = Claims {
        sub: user.user_id.as_str(),
        name: profile.then_some(user.name.as_str()),
        email: email.then_some(user.email.as_str()),
        email_verified: email.then_some(user.email_verified),
    };
    serde_json::to_string(&claims).map_err(|error| UserinfoError::Outage(Outage::Corrupt(error.to_string())))
}

impl UserinfoError {
    fn response(self, scheme: TokenType) -> Response {
        match self {
            Self::Method => WireError {
                status: StatusCode::METHOD_NOT_ALLOWED,
                code: ErrorCode::InvalidRequest,
                description: "Use GET or POST.",
            }
            .response()
            .with(header::ALLOW, "GET, POST, OPTIONS"),
            Self::Refused(refusal) => refuse(refusal, scheme),
            Self::Outage(outage) => {
                tracing::error!(event = "userinfo_outage", %outage);
                outage.wire().response()
            }
        }
    }
}

/// RFC 6750 section 3, RFC 9449 section 7.1.
fn refuse(refusal: Refusal, scheme: TokenType) -> Response {
    if refusal == Refusal::MissingToken {
        // Section 3.1: no error code where no credential was sent.
        let answer = Response::empty(StatusCode::UNAUTHORIZED).with(header::CACHE_CONTROL, "no-store");
        return answer.with(header::WWW_AUTHENTICATE, refusal.challenge(None));
    }
    let code = match refusal {
        Refusal::InsufficientScope => ErrorCode::InsufficientScope,
        Refusal::InvalidProof => ErrorCode::InvalidDpopProof,
        Refusal::IpNotAllowed => ErrorCode::IpNotAllowed,
        _ => ErrorCode::InvalidToken,
    };
    let openid = ScopeSet::parse("openid").ok();
    let error = WireError { status: refusal.status(), code, description: refusal.fix() };
    let challenge = match scheme {
        TokenType::Dpop if error.status == StatusCode::UNAUTHORIZED => refusal.dpop_challenge(),
        TokenType::Dpop | TokenType::Bearer => refusal.challenge(openid.as_ref()),
    };
    error.response().with(header::WWW_AUTHENTICATE, challenge)
}
