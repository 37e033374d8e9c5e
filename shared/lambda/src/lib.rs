//! Lambda around the core: events become requests, answers become responses. The only crate that names `lambda_http`.

mod convert;
mod log;
mod time;

use std::convert::Infallible;
use std::future::Future;

use lambda_http::service_fn;
use postern_core::http::{Request, Response};
use postern_core::wire::WireError;
use time::TimeLeft;
use tracing::Instrument;

/// Why a function could not start or go on.
pub type Error = lambda_http::Error;

pub use log::init as init_log;

/// One variable of the environment. Functions read theirs at start, and none later.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn var(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Answers every event with `handler` until the platform ends the process. [`Error`] when the runtime fails.
///
/// A handler that is still at work shortly before the platform's deadline is left, and the caller told to try again
/// (T19, G12): the platform itself would answer 500. Log lines carry the invocation's id.
pub async fn serve<F, A>(handler: F) -> Result<(), Error>
where
    F: Fn(Request) -> A + Send + Sync,
    A: Future<Output = Response> + Send,
{
    let handler = &handler;
    lambda_http::run(service_fn(move |event: lambda_http::Request| async move {
        let time = TimeLeft::of(&event);
        let answer = match convert::request(event, time.deadline()) {
            Ok(request) => {
                let span = tracing::info_span!("invocation", id = request.call.invocation.as_str());
                let answer = tokio::time::timeout(time.for_work(), handler(request)).instrument(span).await;
                answer.unwrap_or_else(|_| WireError::UNAVAILABLE.response())
            }
            Err(refusal) => refusal,
        };
        Ok::<_, Infallible>(convert::response(answer))
    }))
    .await
}
