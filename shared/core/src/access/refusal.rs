//! Every refusal has one name, one status and one fix (RFC 6750 section 3.1; R14, R23).

use crate::http::StatusCode;

/// Why a request to the API is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No credential, or not exactly one in the header `Authorization`.
    MissingToken,
    /// The token is malformed, forged, for somebody else, revoked, or nobody behind it stands any more.
    InvalidToken,
    /// The token was good and has expired.
    TokenExpired,
    /// No route of the API matches.
    UnknownRoute,
    /// The token lacks a scope that the route needs.
    InsufficientScope,
    /// The user behind the token may not do this.
    InsufficientRole,
    /// The tenant is suspended.
    TenantSuspended,
}

impl Refusal {
    /// The name, in answers and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::InvalidToken => "invalid_token",
            Self::TokenExpired => "token_expired",
            Self::UnknownRoute => "unknown_route",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientRole => "insufficient_role",
            Self::TenantSuspended => "tenant_suspended",
        }
    }

    /// 401 where a new token may help, 403 where it cannot.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::MissingToken | Self::InvalidToken | Self::TokenExpired => StatusCode::UNAUTHORIZED,
            Self::UnknownRoute | Self::InsufficientScope | Self::InsufficientRole | Self::TenantSuspended => {
                StatusCode::FORBIDDEN
            }
        }
    }

    /// What the developer of the client should do.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::MissingToken => "Send exactly one access token: Authorization: Bearer <token>.",
            Self::InvalidToken => "Get a new access token; if that fails, start the authorization again.",
            Self::TokenExpired => "Use the refresh token to get a new access token.",
            Self::UnknownRoute => "Check the method and the path against the API reference.",
            Self::InsufficientScope => "Ask for the scope that the API reference lists for this route.",
            Self::InsufficientRole => "Ask an administrator of the tenant for a role that permits this.",
            Self::TenantSuspended => "The tenant is suspended; contact the operator of the API.",
        }
    }

    /// The challenge of RFC 6750 section 3, with an error code where section 3.1 has one: not where no credential was
    /// sent, nor for reasons of ours, which the body names.
    pub fn challenge(self, needed: Option<&str>) -> String {
        const REALM: &str = "Bearer realm=\"api\"";
        match (self, needed) {
            (Self::InsufficientScope, Some(scope)) => {
                format!("{REALM}, error=\"insufficient_scope\", scope=\"{scope}\"")
            }
            (Self::InvalidToken | Self::TokenExpired, _) => format!("{REALM}, error=\"invalid_token\""),
            _ => REALM.to_owned(),
        }
    }
}
