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

    /// The challenge of RFC 6750 section 3; without an error code where no credential was sent (section 3.1).
    pub fn challenge(self, needed: Option<&str>) -> String {
        match (self, needed) {
            (Self::MissingToken, _) => "Bearer realm=\"api\"".to_owned(),
            (Self::InsufficientScope, Some(scope)) => {
                format!("Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"{scope}\"")
            }
            (Self::InvalidToken | Self::TokenExpired, _) => {
                "Bearer realm=\"api\", error=\"invalid_token\"".to_owned()
            }
            (_, _) => format!("Bearer realm=\"api\", error=\"{}\"", self.name()),
        }
    }
}
