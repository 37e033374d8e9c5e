//! Why a registration, or what a client asks of its own, is refused (RFC 7591 section 3.2.2, RFC 7592 section 2).

use serde_json::json;

use super::refusal::MetadataError;
use crate::api_error::{ApiError, ApiErrorCode};
use crate::http::{Call, Response, StatusCode, header};
use crate::limit::Exhausted;
use crate::outage::Outage;
use crate::store::Written;

/// Why nothing is registered, changed or shown.
#[derive(Debug)]
pub(super) enum RegisterError {
    /// What is wrong with the metadata.
    Metadata(MetadataError),
    /// The body is no JSON object that we read.
    Body(ApiError),
    /// No token, or not the right one, or no such client: one answer (D06, D07).
    Token,
    /// Too many from one address (D01).
    RateLimited(Exhausted),
    /// The deployment registers nobody.
    Closed,
    /// The route has other methods.
    Method(&'static str),
    /// It was changed meanwhile.
    Conflict,
    /// A port failed; nothing was changed.
    Outage(Outage),
}

impl RegisterError {
    /// The answer.
    pub(super) fn response(&self, call: &Call) -> Response {
        self.log(call);
        match self {
            Self::Metadata(error) => {
                error_response(StatusCode::BAD_REQUEST, error.code(), &error.to_string())
            }
            Self::Body(error) if error.code == ApiErrorCode::TooLarge => {
                error_response(StatusCode::PAYLOAD_TOO_LARGE, "invalid_client_metadata", error.description)
            }
            Self::Body(error) => {
                error_response(StatusCode::BAD_REQUEST, "invalid_client_metadata", error.description)
            }
            Self::Token => {
                let description = "This needs a token that is valid here.";
                error_response(StatusCode::UNAUTHORIZED, "invalid_token", description)
                    .with(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
            }
            Self::RateLimited(exhausted) => {
                let description = "Too many from this address: try again after the time in Retry-After.";
                error_response(StatusCode::TOO_MANY_REQUESTS, "rate_limited", description)
                    .with(header::RETRY_AFTER, exhausted.retry_after.to_string())
            }
            Self::Closed => {
                let description = "Clients do not register themselves here: ask an operator.";
                error_response(StatusCode::FORBIDDEN, "access_denied", description)
            }
            Self::Method(allowed) => {
                let description = "The route has other methods.";
                error_response(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", description)
                    .with(header::ALLOW, *allowed)
            }
            Self::Conflict => {
                let description = "It was changed meanwhile: read it and try again.";
                error_response(StatusCode::CONFLICT, "conflict", description)
            }
            Self::Outage(outage) => outage.wire().response(),
        }
    }

    fn log(&self, call: &Call) {
        let invocation = call.invocation.as_str();
        match self {
            Self::Outage(outage) => tracing::error!(event = "registration_outage", %outage, invocation),
            Self::Metadata(error) => {
                tracing::info!(event = "registration_refused", reason = %error, invocation);
            }
            Self::Body(_) => tracing::info!(event = "registration_refused", reason = "body", invocation),
            Self::Token | Self::RateLimited(_) | Self::Closed | Self::Method(_) | Self::Conflict => {
                tracing::info!(event = "registration_refused", reason = ?self, invocation);
            }
        }
    }
}

fn error_response(status: StatusCode, code: &str, description: &str) -> Response {
    Response::of(status, &json!({ "error": code, "error_description": description }))
}

/// Takes the receipt of a change.
pub(super) fn committed(written: Written) -> Result<(), RegisterError> {
    match written {
        Written::Committed(_receipt) => Ok(()),
        Written::Conflict => Err(RegisterError::Conflict),
    }
}

impl From<MetadataError> for RegisterError {
    fn from(error: MetadataError) -> Self {
        Self::Metadata(error)
    }
}

impl From<ApiError> for RegisterError {
    fn from(error: ApiError) -> Self {
        Self::Body(error)
    }
}

impl From<Outage> for RegisterError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
