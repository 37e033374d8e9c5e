//! One credential in one header (RFC 6750 section 2.1), and the local checks of an access token (RFC 9068 section 4).

use postern_jose::{
    AccessTokenClaims, AccessTokenError, AccessTokenRules, Cnf, KeySet, SubjectType, verify_access_token,
};

use super::Refusal;
use crate::api::SignIn;
use crate::clock::Timestamp;
use crate::dpop::{Jkt, TokenType};
use crate::id::{AccountId, ClientId, GrantId, TenantId, TokenId, UserId};
use crate::lifetime;
use crate::param::ScopeSet;
use crate::standing::{Actor, Subject};

/// What an access token must fit.
#[derive(Clone, Copy, Debug)]
pub struct BearerRules<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// The API's audience; `None` at the issuer's own endpoints.
    pub audience: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
}

/// A verified token. Whether those behind it still stand is another question.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Who acts, for whom.
    pub subject: Subject,
    /// The token's scopes.
    pub scopes: ScopeSet,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The generation of its grant.
    pub generation: Option<u32>,
    /// The APIs that it is for.
    pub audience: Vec<String>,
    /// The key that it is bound to: worth nothing without that key's proof.
    pub key: Option<Jkt>,
    /// How its user signed in (RFC 9470 section 6); nothing for a client's own.
    pub sign_in: SignIn,
}

/// What the header `Authorization` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization<'a> {
    /// How the token is presented.
    pub scheme: TokenType,
    /// The token.
    pub token: &'a str,
}

/// The token of the only `Authorization` header; the scheme's case is free (RFC 9110 section 11.1).
///
/// A gateway may join repeated headers with commas: no token holds a comma, so that is refused too.
pub fn parse_authorization<'a>(
    mut values: impl Iterator<Item = &'a str>,
) -> Result<Authorization<'a>, Refusal> {
    let (Some(value), None) = (values.next(), values.next()) else { return Err(Refusal::MissingToken) };
    let (scheme, token) = value.split_once(' ').ok_or(Refusal::MissingToken)?;
    let schemes = [("bearer", TokenType::Bearer), ("dpop", TokenType::Dpop)];
    let scheme = schemes.into_iter().find_map(|(name, it)| scheme.eq_ignore_ascii_case(name).then_some(it));
    let scheme = scheme.ok_or(Refusal::MissingToken)?;
    // RFC 6750 section 2.1: b64token.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if token.is_empty() || !token.bytes().all(fits) {
        return Err(Refusal::InvalidToken);
    }
    Ok(Authorization { scheme, token })
}

/// Checks signature, type, issuer, audience and times. No call is made.
pub fn verify_bearer(token: &str, keys: &KeySet, rules: &BearerRules<'_>) -> Result<Bearer, Refusal> {
    let access_rules = AccessTokenRules {
        issuer: rules.issuer,
        audience: rules.audience,
        now: rules.now.as_secs(),
        leeway: lifetime::LEEWAY,
    };
    let claims = verify_access_token(token, keys, &access_rules).map_err(|error| match error {
        AccessTokenError::Expired => Refusal::TokenExpired,
        _ => Refusal::InvalidToken,
    })?;
    let key = claims.cnf.as_ref().map(key_of).transpose()?;
    let subject = subject_of(&claims).ok_or(Refusal::InvalidToken)?;
    let scopes = ScopeSet::try_from(claims.scope).map_err(|_| Refusal::InvalidToken)?;
    let issued_at = Timestamp::from_secs(claims.iat);
    let expires_at = Timestamp::from_secs(claims.exp);
    let sign_in = SignIn { at: claims.auth_time.map(Timestamp::from_secs), acr: claims.acr };
    Ok(Bearer {
        subject,
        scopes,
        issued_at,
        expires_at,
        generation: claims.generation,
        audience: claims.aud,
        key,
        sign_in,
    })
}

/// The key of a bound token; [`Refusal::InvalidToken`] for one that is bound in a way that we do not know.
fn key_of(cnf: &Cnf) -> Result<Jkt, Refusal> {
    let jkt = cnf.jkt.as_deref().ok_or(Refusal::InvalidToken)?;
    Jkt::parse(jkt).map_err(|_| Refusal::InvalidToken)
}

/// For whom a token acts; `None` when its claims contradict each other.
fn subject_of(claims: &AccessTokenClaims) -> Option<Subject> {
    let client_id = ClientId::parse(&claims.client_id).ok()?;
    let tenant_id = TenantId::parse(&claims.tenant).ok()?;
    let (home, origin) = (home_of(claims, &tenant_id).ok()?, origin_of(claims).ok()?);
    let actor = match (claims.subject_type, &claims.grant_id) {
        (SubjectType::User, Some(grant)) => Actor::User {
            user_id: UserId::parse(&claims.sub).ok()?,
            client_id,
            grant_id: Some(GrantId::parse(grant).ok()?),
            home,
            origin,
        },
        (SubjectType::Client, None)
            if claims.sub == claims.client_id && home.is_none() && origin.is_none() =>
        {
            Actor::Client { client_id }
        }
        // A user without a grant, a client with one, or a client under another's name (T13).
        (SubjectType::User | SubjectType::Client, _) => return None,
    };
    Some(Subject { tenant_id, actor, token_id: Some(TokenId::parse(&claims.jti).ok()?) })
}

/// The own tenant of the platform that holds the token, if it is one of a connection; [`Refusal::InvalidToken`] where the
/// claims contradict each other (T13).
fn home_of(claims: &AccessTokenClaims, tenant_id: &TenantId) -> Result<Option<TenantId>, Refusal> {
    match (&claims.account, &claims.home) {
        (None, None) => Ok(None),
        (Some(account), Some(home)) if *account == AccountId::of(tenant_id).as_str() => {
            TenantId::parse(home).map(Some).map_err(|_| Refusal::InvalidToken)
        }
        (Some(_) | None, _) => Err(Refusal::InvalidToken),
    }
}

/// The client whose token was exchanged for this one, if it was; [`Refusal::InvalidToken`] where the claims contradict
/// each other.
fn origin_of(claims: &AccessTokenClaims) -> Result<Option<ClientId>, Refusal> {
    match (&claims.act, &claims.origin) {
        (None, None) => Ok(None),
        (Some(act), Some(origin)) if act.sub == claims.client_id && claims.account.is_none() => {
            ClientId::parse(origin).map(Some).map_err(|_| Refusal::InvalidToken)
        }
        (Some(_) | None, _) => Err(Refusal::InvalidToken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_bearer_header() {
        for (value, scheme) in [
            ("Bearer abc", TokenType::Bearer),
            ("bEARER abc", TokenType::Bearer),
            ("DPoP abc", TokenType::Dpop),
            ("dpop abc", TokenType::Dpop),
        ] {
            let parsed = parse_authorization([value].into_iter());
            assert_eq!(parsed, Ok(Authorization { scheme, token: "abc" }));
        }
        assert_eq!(parse_authorization([].into_iter()), Err(Refusal::MissingToken));
        assert_eq!(parse_authorization(["Bearer a", "Bearer b"].into_iter()), Err(Refusal::MissingToken));
        assert_eq!(parse_authorization(["Basic abc"].into_iter()), Err(Refusal::MissingToken));
        for joined in ["Bearer a,Bearer b", "Bearer a, Bearer b", "Bearer  a", "Bearer ", "Bearer a b"] {
            assert!(parse_authorization([joined].into_iter()).is_err(), "{joined}");
        }
    }
}
