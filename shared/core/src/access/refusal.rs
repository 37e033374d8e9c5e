//! Every refusal has one name, one status and one fix (RFC 6750 section 3.1; R14, R23).

use postern_jose::Algorithm;

use crate::http::StatusCode;
use crate::param::ScopeSet;

/// Why a request to the API is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No credential, or not exactly one in the header `Authorization`.
    MissingToken,
    /// The token is malformed, forged, for somebody else, revoked, or nobody behind it stands any more.
    InvalidToken,
    /// The token is bound to a key, and the proof of it is missing, malformed, stale, used before or of another request.
    InvalidProof,
    /// The token was good and has expired.
    TokenExpired,
    /// No route of the API matches.
    UnknownRoute,
    /// The token lacks a scope that the route needs.
    InsufficientScope,
    /// The user signed in too long ago for the route, or not well enough, or the token is nobody's (RFC 9470).
    InsufficientUserAuthentication,
    /// The user behind the token may not do this.
    InsufficientRole,
    /// The account header is malformed, sent with a token that may not use it, or names no account that is connected
    /// to this platform (S06, S07, S08).
    InvalidConnectedAccount,
    /// The connection was ended.
    ConnectionRevoked,
    /// The API, or the tenant's data, lives at another domain.
    DomainMismatch,
    /// The request comes from an address that an allowlist leaves out.
    IpNotAllowed,
    /// The tenant is suspended.
    TenantSuspended,
    /// Too many requests.
    RateLimited,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 14] = [
        Self::MissingToken,
        Self::InvalidToken,
        Self::InvalidProof,
        Self::TokenExpired,
        Self::UnknownRoute,
        Self::InsufficientScope,
        Self::InsufficientUserAuthentication,
        Self::InsufficientRole,
        Self::InvalidConnectedAccount,
        Self::ConnectionRevoked,
        Self::DomainMismatch,
        Self::IpNotAllowed,
        Self::TenantSuspended,
        Self::RateLimited,
    ];

    /// The name, in answers and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::InvalidToken => "invalid_token",
            Self::InvalidProof => "invalid_dpop_proof",
            Self::TokenExpired => "token_expired",
            Self::UnknownRoute => "unknown_route",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::InsufficientRole => "insufficient_role",
            Self::InvalidConnectedAccount => "invalid_connected_account",
            Self::ConnectionRevoked => "connection_revoked",
            Self::DomainMismatch => "domain_mismatch",
            Self::IpNotAllowed => "ip_not_allowed",
            Self::TenantSuspended => "tenant_suspended",
            Self::RateLimited => "rate_limited",
        }
    }

    /// 401 where a new token may help, 403 where it cannot.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MissingToken
            | Self::InvalidToken
            | Self::InvalidProof
            | Self::TokenExpired
            | Self::InsufficientUserAuthentication => StatusCode::UNAUTHORIZED,
            Self::UnknownRoute
            | Self::InsufficientScope
            | Self::InsufficientRole
            | Self::InvalidConnectedAccount
            | Self::ConnectionRevoked
            | Self::DomainMismatch
            | Self::IpNotAllowed
            | Self::TenantSuspended => StatusCode::FORBIDDEN,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// What the developer of the client should do.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::MissingToken => "Send exactly one access token: Authorization: Bearer <token>.",
            Self::InvalidToken => "Get a new access token; if that fails, start the authorization again.",
            Self::InvalidProof => {
                "Send `Authorization: DPoP <token>` and a new proof for this very request in the header DPoP."
            }
            Self::TokenExpired => "Use the refresh token to get a new access token.",
            Self::UnknownRoute => "Check the method and the path against the API reference.",
            Self::InsufficientScope => "Ask for the scope that the API reference lists for this route.",
            Self::InsufficientUserAuthentication => {
                "Start the authorization again with the challenge's acr_values and max_age."
            }
            Self::InsufficientRole => "Ask an administrator of the tenant for a role that permits this.",
            Self::InvalidConnectedAccount => {
                "Send a platform's own token and one connected_account_id from a token response, as it is."
            }
            Self::ConnectionRevoked => "The customer ended the connection; start the authorization again.",
            Self::DomainMismatch => "Call the domain at which the API serves this account.",
            Self::IpNotAllowed => "Call from an address of the allowlist, or have it changed.",
            Self::RateLimited => "Slow down, and try again later.",
            Self::TenantSuspended => "The tenant is suspended; contact the operator of the API.",
        }
    }

    /// The challenge of RFC 6750 section 3, with an error code where section 3.1 has one: not where no credential was
    /// sent, nor for reasons of ours, which the body names.
    pub fn challenge(self, needed: Option<&ScopeSet>) -> String {
        const REALM: &str = "Bearer realm=\"api\"";
        match (self, needed) {
            (Self::InsufficientScope, Some(scope)) => {
                format!("{REALM}, error=\"insufficient_scope\", scope=\"{scope}\"")
            }
            (Self::InvalidProof, _) => self.dpop_challenge(),
            (Self::InvalidToken | Self::TokenExpired, _) => format!("{REALM}, error=\"invalid_token\""),
            _ => REALM.to_owned(),
        }
    }

    /// The challenge for who used the scheme `DPoP` (RFC 9449 section 7.1).
    pub fn dpop_challenge(self) -> String {
        dpop_challenge(if self == Self::InvalidProof { self.name() } else { "invalid_token" })
    }
}

/// The challenge with this error for who used the scheme `DPoP` (RFC 9449 section 7.1).
pub(crate) fn dpop_challenge(error: &str) -> String {
    format!("DPoP error=\"{error}\", algs=\"{}\"", Algorithm::ALL.map(Algorithm::name).join(" "))
}
