//! Errors of Postern's own JSON APIs, `/account/v1` and `/admin/v1`: a name, a fixed sentence, and the member of the
//! request that they are about.

use serde::Serialize;

use crate::audit::SearchError;
use crate::http::{Response, StatusCode, header};
use crate::outage::Outage;
use crate::wire::RETRY_AFTER;

/// Longest name of a member that an error repeats, in characters.
const LONGEST_FIELD: usize = 40;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// A scope is unknown or malformed.
    InvalidScope,
    /// The API that the request names is unknown, or none that it may name.
    InvalidTarget,
    /// This kind of credential may not do this.
    InsufficientScope,
    /// The member's role, or what the tenant has, does not permit this.
    InsufficientRole,
    /// There is no such thing in the caller's tenant: the same answer whether it exists elsewhere or not (S01).
    NotFound,
    /// The route has other methods.
    MethodNotAllowed,
    /// The thing is there already, or has changed meanwhile.
    Conflict,
    /// There are as many as there may be.
    LimitReached,
    /// The body is larger than any that makes sense.
    TooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// A fault that may pass.
    Unavailable,
    /// A fault that only an operator can mend.
    Fault,
}

impl ApiErrorCode {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest | Self::TooLarge | Self::UnsupportedMediaType => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientRole => "insufficient_role",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::LimitReached => "limit_reached",
            Self::Unavailable => "temporarily_unavailable",
            Self::Fault => "server_error",
        }
    }

    /// The status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest | Self::InvalidScope | Self::InvalidTarget => StatusCode::BAD_REQUEST,
            Self::InsufficientScope | Self::InsufficientRole => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::LimitReached => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// An error as the wire carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// What went wrong.
    pub code: ApiErrorCode,
    /// The sentence for the developer of the caller.
    pub description: &'static str,
    /// The member of the body, or the parameter, that it is about.
    pub field: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    error_description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl ApiError {
    /// The one answer for what does not exist and for what is somebody else's (S01).
    pub const NOT_FOUND: Self = Self::new(ApiErrorCode::NotFound, "There is no such thing here.");

    /// An error about the request as a whole.
    pub const fn new(code: ApiErrorCode, description: &'static str) -> Self {
        Self { code, description, field: None }
    }

    /// `invalid_request` about one member.
    pub fn of_field(field: &str, description: &'static str) -> Self {
        Self::new(ApiErrorCode::InvalidRequest, description).about(field)
    }

    /// The same error about one member. A name that is none of ours is repeated only while it is short and plain.
    #[must_use]
    pub fn about(self, field: &str) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        let repeatable = field.len() <= LONGEST_FIELD && field.bytes().all(plain);
        Self { field: repeatable.then(|| field.to_owned()), ..self }
    }

    /// The JSON answer, with the headers that the status calls for.
    pub fn response(&self) -> Response {
        let body = Body {
            error: self.code.as_str(),
            error_description: self.description,
            field: self.field.as_deref(),
        };
        let answer = Response::of(self.code.status(), &body);
        match self.code {
            ApiErrorCode::Unavailable => answer.with(header::RETRY_AFTER, RETRY_AFTER.to_string()),
            _ => answer,
        }
    }
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Cursor => Self::of_field("cursor", "It is none of this search's."),
            SearchError::Outage(outage) => outage.into(),
        }
    }
}

/// The detail goes into the log, and only there.
impl From<Outage> for ApiError {
    fn from(outage: Outage) -> Self {
        tracing::error!(event = "api_outage", %outage);
        if outage.is_transient() {
            Self::new(ApiErrorCode::Unavailable, "The server cannot answer right now; try again.")
        } else {
            Self::new(ApiErrorCode::Fault, "The server met a condition that it did not expect.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_field_but_repeats_no_forged_one() {
        let field = |name: &str| ApiError::of_field(name, "It is wrong.").field;
        assert_eq!(field("expires_in").as_deref(), Some("expires_in"));
        for forged in ["<b>", "a b", "\u{202e}x", &"x".repeat(41)] {
            assert_eq!(field(forged), None, "{forged:?}");
        }
    }

    #[test]
    fn faults_tell_nothing_of_themselves() {
        for outage in [Outage::Throttled, Outage::Corrupt("pat item: x".into())] {
            let answer = ApiError::from(outage).response();
            assert!(answer.status.is_server_error() && !answer.body.contains("pat"), "{}", answer.body);
        }
    }
}
