//! Why the token endpoint refuses: many reasons for the log, few codes for the wire (RFC 6749 section 5.2).

use crate::client::{AuthenticationFailed, ClientAuthError, DocumentError};
use crate::dpop::{DPOP_NONCE, ProofFault, ServerNonce};
use crate::http::{Call, Response, StatusCode, header};
use crate::lifetime;
use crate::limit::Exhausted;
use crate::outage::Outage;
use crate::param::ParameterError;
use crate::posted_form::FormError;
use crate::standing::Lapse;
use crate::wire::{ErrorCode, WireError};

/// Why a token request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It is not a form that we read.
    Form(FormError),
    /// The client is not authenticated.
    Client(ClientAuthError),
    /// The client may not use the grant type.
    UnauthorizedClient,
    /// There is no such grant type, or not at this door.
    UnsupportedGrantType,
    /// The scope is malformed, unknown, empty or wider than allowed.
    Scope,
    /// The resource is not one of ours.
    Target,
    /// The code or refresh token is of no use.
    Grant(GrantRefusal),
    /// The proof of possession is of no use.
    Proof(ProofFault),
    /// The proof needs this nonce.
    UseNonce(ServerNonce),
    /// Nothing comes of the device code, yet or any more.
    Device(DeviceRefusal),
    /// The tokens of an exchange are of no use.
    Exchange(ExchangeRefusal),
    /// The client asks too often.
    RateLimited(Exhausted),
    /// The same token was repeated too often inside its replay window.
    TooManyReplays,
    /// A port failed; nothing was changed.
    Outage(Outage),
}

/// Why a device gets no tokens (RFC 8628 section 3.5; X02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceRefusal {
    /// Nobody has decided.
    Pending,
    /// The same, and the client asks too often.
    TooFast,
    /// Somebody refused.
    Denied,
    /// Nobody has decided in time, or the client did not ask in time.
    Expired,
}

/// Why the tokens of an exchange are of no use (RFC 8693 section 2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeRefusal {
    /// A token type that we do not take, or do not issue.
    TokenType,
    /// The subject token is no access token of ours, or has expired.
    SubjectToken,
    /// It is not a user's own, or was exchanged before (S12).
    NotExchangeable,
    /// It is bound to a key that the client has not shown (RFC 9449 section 7.2; X08).
    OtherKey,
    /// It is of another tenant than the client (S01).
    OtherTenant,
    /// The actor token is not the client's own.
    ActorToken,
    /// Somebody that one of the tokens depends on no longer stands.
    Lapsed(Lapse),
}

/// Why a code or refresh token is of no use: for ever (I9), but for [`Self::Lapsed`] and [`Self::NothingLeft`], which an
/// operator can undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantRefusal {
    /// We never issued it.
    NotGenuine,
    /// Its grant is gone.
    Unknown,
    /// It was issued to another client.
    OtherClient,
    /// Its grant holds another code.
    OtherCode,
    /// It is bound to another key than the one that was proved.
    OtherKey,
    /// `redirect_uri` differs from the authorization request's.
    RedirectUri,
    /// `code_verifier` is missing, malformed or wrong.
    Verifier,
    /// It has expired.
    Expired,
    /// The code was used before: the grant is revoked now.
    CodeReplayed,
    /// The refresh token was replaced and its successor used: the grant is revoked now.
    Reused,
    /// The grant is revoked.
    Revoked,
    /// The grant has no refresh token.
    NotRefreshable,
    /// The session that it was given in has ended, and it with it.
    SignedOut,
    /// A later consent has connected the platform: this one is out of date.
    Superseded,
    /// The client, or its connection, has no right left of all that was granted.
    NothingLeft,
    /// Somebody that the grant depends on no longer stands.
    Lapsed(Lapse),
}

impl TokenError {
    /// The error on the wire.
    pub const fn wire(&self) -> WireError {
        match self {
            Self::Form(error) => error.wire(),
            Self::Client(error) => unauthenticated(*error),
            Self::UnauthorizedClient => WireError::bad_request(
                ErrorCode::UnauthorizedClient,
                "The client is not registered for this grant type.",
            ),
            Self::UnsupportedGrantType => WireError::bad_request(
                ErrorCode::UnsupportedGrantType,
                "This grant type is not supported here.",
            ),
            Self::Scope => WireError::bad_request(
                ErrorCode::InvalidScope,
                "The scope is missing, malformed, unknown or wider than granted.",
            ),
            Self::Target => WireError::bad_request(ErrorCode::InvalidTarget, "The resource is unknown."),
            Self::Grant(_) => WireError::bad_request(
                ErrorCode::InvalidGrant,
                "The code or refresh token is invalid, expired, revoked, used, or issued to another client.",
            ),
            Self::Device(refusal) => refusal.wire(),
            Self::Exchange(_) => ExchangeRefusal::WIRE,
            Self::Proof(fault) => fault.wire(),
            Self::UseNonce(_) => WireError::bad_request(
                ErrorCode::UseDpopNonce,
                "The DPoP proof needs the nonce of the header DPoP-Nonce.",
            ),
            Self::RateLimited(_) => WireError {
                status: StatusCode::TOO_MANY_REQUESTS,
                code: ErrorCode::RateLimited,
                description: "Too many requests; try again after the time in Retry-After.",
            },
            Self::TooManyReplays => WireError::UNAVAILABLE,
            Self::Outage(outage) => outage.wire(),
        }
    }

    /// The answer.
    pub fn response(&self) -> Response {
        match self {
            Self::Form(error) => error.response(),
            Self::TooManyReplays => self.wire().response_after(lifetime::REPLAY_WINDOW),
            Self::UseNonce(nonce) => self
                .wire()
                .response()
                .with(DPOP_NONCE, nonce.as_str())
                .with(header::ACCESS_CONTROL_EXPOSE_HEADERS, "DPoP-Nonce"),
            Self::RateLimited(exhausted) => self.wire().response_after(exhausted.retry_after),
            _ => self.wire().response(),
        }
    }

    /// One line for the log: the reason, and nothing that the caller sent.
    pub fn log(&self, call: &Call) {
        let invocation = call.invocation.as_str();
        if let Self::Outage(outage) = self {
            tracing::error!(event = "token_outage", %outage, invocation);
        } else {
            tracing::info!(event = "token_refused", reason = ?self, invocation);
        }
    }
}

/// RFC 6749 section 5.2 (T04).
const fn unauthenticated(error: ClientAuthError) -> WireError {
    match error {
        ClientAuthError::TwoMethods => WireError::bad_request(
            ErrorCode::InvalidRequest,
            "The client authenticates in more than one way: use one.",
        ),
        _ => WireError {
            status: StatusCode::UNAUTHORIZED,
            code: ErrorCode::InvalidClient,
            description: "Client authentication failed.",
        },
    }
}

impl From<FormError> for TokenError {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<ParameterError> for TokenError {
    fn from(error: ParameterError) -> Self {
        Self::Form(FormError::Parameter(error))
    }
}

impl From<ClientAuthError> for TokenError {
    fn from(error: ClientAuthError) -> Self {
        Self::Client(error)
    }
}

impl From<ProofFault> for TokenError {
    fn from(fault: ProofFault) -> Self {
        Self::Proof(fault)
    }
}

impl From<AuthenticationFailed> for TokenError {
    fn from(failed: AuthenticationFailed) -> Self {
        match failed {
            AuthenticationFailed::Refused(error) => Self::Client(error),
            AuthenticationFailed::Limited(exhausted) => Self::RateLimited(exhausted),
            AuthenticationFailed::Outage(outage) => Self::Outage(outage),
        }
    }
}

impl From<DocumentError> for TokenError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Unreachable(outage) | DocumentError::Outage(outage) => Self::Outage(outage),
            DocumentError::Limited(exhausted) => Self::RateLimited(exhausted),
            DocumentError::Malformed(_) | DocumentError::Metadata(_) => {
                Self::Client(ClientAuthError::Document)
            }
        }
    }
}

impl From<GrantRefusal> for TokenError {
    fn from(refusal: GrantRefusal) -> Self {
        Self::Grant(refusal)
    }
}

impl DeviceRefusal {
    const fn wire(self) -> WireError {
        match self {
            Self::Pending => {
                WireError::bad_request(ErrorCode::AuthorizationPending, "Nobody has decided yet; ask again.")
            }
            Self::TooFast => {
                WireError::bad_request(ErrorCode::SlowDown, "Wait five seconds longer between requests.")
            }
            Self::Denied => WireError::bad_request(ErrorCode::AccessDenied, "The user refused."),
            Self::Expired => {
                WireError::bad_request(ErrorCode::ExpiredToken, "The device code has expired; begin again.")
            }
        }
    }
}

impl ExchangeRefusal {
    const WIRE: WireError = WireError::bad_request(
        ErrorCode::InvalidRequest,
        "A token is invalid, expired, revoked, of a type that is not taken, or may not be exchanged by this client.",
    );
}

impl From<DeviceRefusal> for TokenError {
    fn from(refusal: DeviceRefusal) -> Self {
        Self::Device(refusal)
    }
}

impl From<ExchangeRefusal> for TokenError {
    fn from(refusal: ExchangeRefusal) -> Self {
        Self::Exchange(refusal)
    }
}

impl From<Outage> for TokenError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
