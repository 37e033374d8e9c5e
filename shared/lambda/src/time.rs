//! How long an invocation may work.

use std::time::{Duration, SystemTime};

use lambda_http::{Request, RequestExt};

/// What the answer's way back needs of the invocation.
const RESERVE: Duration = Duration::from_millis(500);

/// The time left for the work on an event.
#[expect(clippy::disallowed_methods, reason = "a duration to wait, not a moment to judge by")]
pub(crate) fn left(event: &Request) -> Duration {
    let deadline = event.lambda_context_ref().map(lambda_http::Context::deadline);
    let left = deadline.and_then(|deadline| deadline.duration_since(SystemTime::now()).ok());
    left.unwrap_or_default().saturating_sub(RESERVE)
}
