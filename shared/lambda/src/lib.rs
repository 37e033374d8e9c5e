//! Lambda around the core: events become requests, answers become responses. The only crate that names `lambda_http`.

mod convert;
mod log;

use std::convert::Infallible;
use std::future::Future;

use lambda_http::service_fn;
use postern_core::http::{Request, Response};

/// Why a function could not start or go on.
pub type Error = lambda_http::Error;

pub use log::init as init_log;

/// One variable of the environment. Functions read theirs at start, and none later.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn var(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Answers every event with `handler` until the platform ends the process. [`Error`] when the runtime fails.
pub async fn serve<F, A>(handler: F) -> Result<(), Error>
where
    F: Fn(Request) -> A + Send + Sync,
    A: Future<Output = Response> + Send,
{
    let handler = &handler;
    lambda_http::run(service_fn(move |event: lambda_http::Request| async move {
        let answer = match convert::request(event) {
            Ok(request) => handler(request).await,
            Err(refusal) => refusal,
        };
        Ok::<_, Infallible>(convert::response(answer))
    }))
    .await
}
