//! `/oauth2/userinfo` (OpenID Connect Core section 5.3).

use serde::Serialize;

use crate::access::{
    Bearer, BearerRules, Refusal, StandingCache, load_standing, parse_authorization, verify_bearer,
};
use crate::http::{Method, Request, Response, StatusCode, header, preflight};
use crate::outage::Outage;
use crate::param::ScopeSet;
use crate::server::Server;
use crate::standing::Standing;
use crate::store::{ConfirmTokens, LoadKeys, LoadStanding};
use crate::wire::{ErrorCode, WireError};

/// What the endpoint needs of the store.
pub trait UserinfoStore: ConfirmTokens + LoadKeys + LoadStanding {}
impl<T: ConfirmTokens + LoadKeys + LoadStanding> UserinfoStore for T {}

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
        Err(error) => error.response(),
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
    let values =
        http.headers.get_all(header::AUTHORIZATION).iter().map(|value| value.to_str().unwrap_or_default());
    let token = parse_authorization(values).map_err(UserinfoError::Refused)?;
    let keys = server.keys().await.map_err(UserinfoError::Outage)?;
    let now = server.now();
    let rules = BearerRules { issuer: server.settings.issuer.as_str(), audience: None, now };
    let bearer = verify_bearer(token, keys.set(), &rules).map_err(UserinfoError::Refused)?;
    let standing = load_standing(&server.store, cache, &bearer.subject, bearer.generation, now)
        .await
        .map_err(UserinfoError::Outage)?;
    let stands = standing.verify(&bearer.subject, bearer.issued_at);
    stands.map_err(|_| UserinfoError::Refused(Refusal::InvalidToken))?;
    claims(&bearer, &standing)
}

fn claims(bearer: &Bearer, standing: &Standing) -> Result<String, UserinfoError> {
    // A client's own token, or one without `openid`, is no OpenID Connect token.
    let user = standing.user.as_ref().filter(|_| bearer.scopes.contains("openid"));
    let user = user.ok_or(UserinfoError::Refused(Refusal::InsufficientScope))?;
    let (profile, email) = (bearer.scopes.contains("profile"), bearer.scopes.contains("email"));
    let claims = Claims {
        sub: user.user_id.as_str(),
        name: profile.then_some(user.name.as_str()),
        email: email.then_some(user.email.as_str()),
        email_verified: email.then_some(user.email_verified),
    };
    serde_json::to_string(&claims).map_err(|error| UserinfoError::Outage(Outage::Corrupt(error.to_string())))
}

impl UserinfoError {
    fn response(self) -> Response {
        match self {
            Self::Method => WireError {
                status: StatusCode::METHOD_NOT_ALLOWED,
                code: ErrorCode::InvalidRequest,
                description: "Use GET or POST.",
            }
            .response()
            .with(header::ALLOW, "GET, POST, OPTIONS"),
            Self::Refused(refusal) => refuse(refusal),
            Self::Outage(outage) => {
                tracing::error!(event = "userinfo_outage", %outage);
                outage.wire().response()
            }
        }
    }
}

/// RFC 6750 section 3.
fn refuse(refusal: Refusal) -> Response {
    if refusal == Refusal::MissingToken {
        // Section 3.1: no error code where no credential was sent.
        let answer = Response::empty(StatusCode::UNAUTHORIZED).with(header::CACHE_CONTROL, "no-store");
        return answer.with(header::WWW_AUTHENTICATE, refusal.challenge(None));
    }
    let code = if refusal == Refusal::InsufficientScope {
        ErrorCode::InsufficientScope
    } else {
        ErrorCode::InvalidToken
    };
    let openid = ScopeSet::parse("openid").ok();
    let error = WireError { status: refusal.status(), code, description: refusal.fix() };
    error.response().with(header::WWW_AUTHENTICATE, refusal.challenge(openid.as_ref()))
}
