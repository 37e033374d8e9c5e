//! The door of every endpoint that takes a form: POST, the right content type, a bounded body, no repetition.

use crate::http::{MAX_BODY, Method, Request, Response, StatusCode, header};
use crate::param::{ParameterError, Parameters};
use crate::wire::{ErrorCode, WireError};

/// Why a request is no form that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// Not POST (RFC 6749 section 3.2; T01, V10).
    Method,
    /// Not `application/x-www-form-urlencoded` (T02).
    ContentType,
    /// Larger than [`MAX_BODY`].
    TooLarge,
    /// The parameters are wrong (T03).
    Parameter(ParameterError),
}

/// The parameters of a posted form, each at most once; [`FormError`] says what is wrong.
pub fn parse_form(request: &Request) -> Result<Parameters, FormError> {
    let parameters = parse_repeatable_form(request)?;
    parameters.verify_unique().map_err(FormError::Parameter)?;
    Ok(parameters)
}

/// The same for an endpoint that tells the client of repetitions in its own way.
pub fn parse_repeatable_form(request: &Request) -> Result<Parameters, FormError> {
    if request.method != Method::POST {
        return Err(FormError::Method);
    }
    if request.body.len() > MAX_BODY {
        return Err(FormError::TooLarge);
    }
    let content_type = request.single_header(&header::CONTENT_TYPE).ok_or(FormError::ContentType)?;
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") || content_type.contains(',') {
        return Err(FormError::ContentType);
    }
    Parameters::parse(&request.body).map_err(FormError::Parameter)
}

impl FormError {
    /// The error on the wire.
    pub const fn wire(self) -> WireError {
        match self {
            Self::Method => WireError {
                status: StatusCode::METHOD_NOT_ALLOWED,
                code: ErrorCode::InvalidRequest,
                description: "Use POST.",
            },
            Self::ContentType => {
                WireError::bad_request(ErrorCode::InvalidRequest, "Use application/x-www-form-urlencoded.")
            }
            Self::TooLarge => WireError {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                code: ErrorCode::InvalidRequest,
                description: "The body is too large.",
            },
            Self::Parameter(error) => error.wire(),
        }
    }

    /// The answer, with `Allow` where the method was wrong.
    pub fn response(self) -> Response {
        let answer = self.wire().response();
        if self == Self::Method { answer.with(header::ALLOW, "POST, OPTIONS") } else { answer }
    }
}

impl ParameterError {
    /// The error on the wire: always `invalid_request`.
    pub const fn wire(self) -> WireError {
        WireError::bad_request(
            ErrorCode::InvalidRequest,
            match self {
                Self::Encoding => "The parameters are not percent-encoded UTF-8.",
                Self::Repeated(_) => "A parameter occurs more than once.",
                Self::Missing(_) => "A required parameter is missing.",
                Self::Malformed(_) => "A parameter does not fit its grammar.",
            },
        )
    }
}
