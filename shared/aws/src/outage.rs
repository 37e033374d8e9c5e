//! What a failed AWS call means to us, and what the log may say about it.

use aws_runtime::retries::classifiers::THROTTLING_ERRORS;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a service gave no verdict. Both mean "try again", at different paces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// The service asks for fewer requests.
    Throttled,
    /// Not reached, timed out, or failed: whether there was an effect is unknown.
    Unavailable,
}

/// The HTTP status that stands for throttling where the error code does not say so (RFC 6585 section 4).
const TOO_MANY_REQUESTS: u16 = 429;

/// Sorts `error`, after the errors that are verdicts have been matched by the caller.
pub fn classify<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Outage {
    let throttled = match error {
        SdkError::ServiceError(failure) => {
            failure.err().code().is_some_and(|code| THROTTLING_ERRORS.contains(&code))
                || failure.raw().status().as_u16() == TOO_MANY_REQUESTS
        }
        _ => false,
    };
    if throttled { Outage::Throttled } else { Outage::Unavailable }
}

/// One line for the log: kind, status, code, message and request id. Never the body of an answer, which may hold
/// an unwrapped key, and so never the `Debug` form of the error.
pub fn describe<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> String {
    match error {
        SdkError::ConstructionFailure(_) => "the request could not be built".to_owned(),
        SdkError::TimeoutError(_) => "timed out".to_owned(),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => "could not connect in time".to_owned(),
        SdkError::DispatchFailure(failure) if failure.is_io() => "the connection failed".to_owned(),
        SdkError::DispatchFailure(_) => "the request could not be sent".to_owned(),
        SdkError::ResponseError(failure) => {
            format!("unreadable answer, status {}", failure.raw().status().as_u16())
        }
        SdkError::ServiceError(failure) => {
            let (error, answer) = (failure.err(), failure.raw());
            format!(
                "{} (status {}, request {}): {}",
                error.code().unwrap_or("unknown error"),
                answer.status().as_u16(),
                answer.headers().get("x-amzn-requestid").unwrap_or("without id"),
                error.message().unwrap_or("no message"),
            )
        }
        _ => "unknown failure".to_owned(),
    }
}
