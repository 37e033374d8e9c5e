//! Why userinfo says nothing (RFC 6750 section 3, RFC 9449 section 7.1).

use crate::access::{Refusal, dpop_challenge};
use crate::dpop::{DPOP_NONCE, ServerNonce, TokenType};
use crate::http::{Response, StatusCode, header};
use crate::outage::Outage;
use crate::param::ScopeSet;
use crate::posted_form::FormError;
use crate::wire::{ErrorCode, WireError};

pub(super) enum UserinfoError {
    Method,
    /// The form holds no token that could be looked at.
    Form(FormError),
    /// The request holds two tokens.
    TwoTokens,
    Refused(Refusal),
    /// The proof has to hold this nonce (RFC 9449 section 9).
    UseNonce(ServerNonce),
    Outage(Outage),
}

impl UserinfoError {
    /// The answer, to a caller who used this scheme.
    pub(super) fn response(self, scheme: TokenType) -> Response {
        match self {
            Self::Method => WireError {
                status: StatusCode::METHOD_NOT_ALLOWED,
                code: ErrorCode::InvalidRequest,
                description: "Use GET or POST.",
            }
            .response()
            .with(header::ALLOW, "GET, POST, OPTIONS"),
            Self::Form(error) => malformed(error.wire()),
            Self::TwoTokens => malformed(WireError::bad_request(
                ErrorCode::InvalidRequest,
                "Send the access token in the header or in the form, not in both.",
            )),
            Self::Refused(refusal) => refuse(refusal, scheme),
            Self::UseNonce(nonce) => use_nonce(&nonce),
            Self::Outage(outage) => {
                tracing::error!(event = "userinfo_outage", %outage);
                outage.wire().response()
            }
        }
    }
}

/// RFC 9449 section 9: as a resource server asks for a nonce.
fn use_nonce(nonce: &ServerNonce) -> Response {
    let error = WireError {
        status: StatusCode::UNAUTHORIZED,
        code: ErrorCode::UseDpopNonce,
        description: "The DPoP proof needs the nonce of the header DPoP-Nonce.",
    };
    let challenge = dpop_challenge(error.code.as_str());
    error.response().with(header::WWW_AUTHENTICATE, challenge).with(DPOP_NONCE, nonce.as_str())
}

/// RFC 6750 section 3.1: `invalid_request`.
fn malformed(error: WireError) -> Response {
    error.response().with(header::WWW_AUTHENTICATE, "Bearer realm=\"api\", error=\"invalid_request\"")
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

impl From<Outage> for UserinfoError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
