//! What leaves the building: error codes and their fixed texts. Reasons stay in the log.

use serde::Serialize;

use crate::http::{Response, StatusCode, header};

/// Seconds that a client waits before it tries again after a 503.
pub const RETRY_AFTER: u64 = 2;

/// A registered error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// RFC 6749 section 4.1.2.1: the user or the server refused.
    AccessDenied,
    /// RFC 8628 section 3.5: nobody has decided yet.
    AuthorizationPending,
    /// RFC 8628 section 3.5: the device code has expired.
    ExpiredToken,
    /// OpenID Connect Core section 3.1.2.6: the user would have to choose an account.
    AccountSelectionRequired,
    /// OpenID Connect Core section 3.1.2.6: the user would have to consent.
    ConsentRequired,
    /// OpenID Connect Core section 3.1.2.6: the user would have to do something else.
    InteractionRequired,
    /// RFC 6749 section 5.2: client authentication failed.
    InvalidClient,
    /// RFC 6749 section 5.2: the code or refresh token is of no use, now and for ever.
    InvalidGrant,
    /// RFC 9449 section 5: the proof of possession is of no use.
    InvalidDpopProof,
    /// RFC 6749 section 5.2: the request is malformed.
    InvalidRequest,
    /// RFC 6749 section 5.2: a scope is unknown, malformed or not granted.
    InvalidScope,
    /// RFC 8707 section 2: the resource is unknown.
    InvalidTarget,
    /// RFC 6750 section 3.1: the access token is of no use.
    InvalidToken,
    /// RFC 6750 section 3.1: the access token lacks a scope.
    InsufficientScope,
    /// Of our own: the caller's address is not of the allowlists (RFC 6750 has no code).
    IpNotAllowed,
    /// OpenID Connect Core section 3.1.2.6: the user would have to sign in, or is not the one who was named.
    LoginRequired,
    /// Of our own: the caller asks too often (RFC 6585 section 4 has the status and no code).
    RateLimited,
    /// OpenID Connect Core section 3.1.2.6: `request` is not supported.
    RequestNotSupported,
    /// OpenID Connect Core section 3.1.2.6: `request_uri` is not supported.
    RequestUriNotSupported,
    /// RFC 6749 section 4.1.2.1: the server met a condition that it did not expect.
    ServerError,
    /// RFC 8628 section 3.5: the client asks too often.
    SlowDown,
    /// RFC 6749 section 4.1.2.1: try again later.
    TemporarilyUnavailable,
    /// OpenID Connect Core Error Code `unmet_authentication_requirements`: nobody can sign in as it is asked for.
    UnmetAuthenticationRequirements,
    /// RFC 6749 section 5.2: the client may not use this grant type.
    UnauthorizedClient,
    /// RFC 6749 section 5.2: the grant type is not supported.
    UnsupportedGrantType,
    /// RFC 6749 section 4.1.2.1: the response type is not supported.
    UnsupportedResponseType,
    /// RFC 9449 section 8: the proof needs the nonce that comes with this answer.
    UseDpopNonce,
}

impl ErrorCode {
    /// The registered text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::ExpiredToken => "expired_token",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::IpNotAllowed => "ip_not_allowed",
            Self::LoginRequired => "login_required",
            Self::RateLimited => "rate_limited",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::ServerError => "server_error",
            Self::SlowDown => "slow_down",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UseDpopNonce => "use_dpop_nonce",
        }
    }
}

/// An error as the wire carries it: a code and one fixed sentence, never a caller's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The code.
    pub code: ErrorCode,
    /// The sentence for the developer of the client.
    pub description: &'static str,
}

#[derive(Serialize)]
struct Body {
    error: &'static str,
    error_description: &'static str,
}

impl WireError {
    /// An error with the status 400.
    pub const fn bad_request(code: ErrorCode, description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, description }
    }

    /// The 503 for every fault of the infrastructure (T19): no verdict, try again.
    pub const UNAVAILABLE: Self = Self {
        status: StatusCode::SERVICE_UNAVAILABLE,
        code: ErrorCode::TemporarilyUnavailable,
        description: "The server cannot answer right now; try again.",
    };

    /// The 500 for what only an operator can mend.
    pub const FAULT: Self = Self {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        code: ErrorCode::ServerError,
        description: "The server met a condition that it did not expect.",
    };

    /// The answer of a 429 or 503 whose cause is over in so many seconds.
    pub fn response_after(self, seconds: u64) -> Response {
        let mut answer = self.response();
        answer.headers.retain(|(name, _)| *name != header::RETRY_AFTER);
        answer.with(header::RETRY_AFTER, seconds.to_string())
    }

    /// The JSON answer of RFC 6749 section 5.2, with the headers that the status calls for.
    pub fn response(self) -> Response {
        let body = Body { error: self.code.as_str(), error_description: self.description };
        let answer = Response::of(self.status, &body);
        match (self.status, self.code) {
            (StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS, _) => {
                answer.with(header::RETRY_AFTER, RETRY_AFTER.to_string())
            }
            // RFC 6749 section 5.2 asks for the scheme that the client used; Basic is the only one there is.
            (StatusCode::UNAUTHORIZED, ErrorCode::InvalidClient) => {
                answer.with(header::WWW_AUTHENTICATE, "Basic realm=\"postern\", charset=\"UTF-8\"")
            }
            _ => answer,
        }
    }
}
