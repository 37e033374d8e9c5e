//! The stack's knobs over HTTP, for tests that are not written in Rust.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::net::{Dropped, HttpResponse, IncomingRequest, bind_loopback, buffer, respond_json, serve};
use crate::{Fault, Stack, StartError};

/// Longer requests are refused.
const MAX_REQUEST: usize = 64 * 1024;

#[derive(Deserialize)]
struct Kill {
    function: String,
    moment: KillMoment,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KillMoment {
    Now,
    BeforeAnswer,
}

/// Serves the knobs on a loopback port (0: a free one) and returns it, until the task is aborted.
///
/// `POST /faults` (a [`Fault`]), `DELETE /faults`, `GET /counts`, `POST /instances/kill`
/// (`{"function", "moment": "now" | "before-answer"}`), `POST /sweep`, `GET /logs`. Fails when the port is taken.
pub async fn serve_control(stack: Arc<Stack>, port: u16) -> Result<(u16, JoinHandle<()>), StartError> {
    let (listener, port) = bind_loopback(port).await?;
    let server = tokio::spawn(serve(listener, move |_, request| answer(Arc::clone(&stack), request)));
    Ok((port, server))
}

async fn answer(stack: Arc<Stack>, request: IncomingRequest) -> Result<HttpResponse, Dropped> {
    let request = buffer(request, MAX_REQUEST).await.map_err(|_| Dropped)?;
    Ok(turn(&stack, &request).unwrap_or_else(|problem| respond_json(400, &json!({ "error": problem }))))
}

fn turn(stack: &Stack, request: &Request<Bytes>) -> Result<HttpResponse, String> {
    match (request.method(), request.uri().path()) {
        (&Method::POST, "/faults") => {
            let fault: Fault = parse(request)?;
            stack.engines().faults().inject(fault);
            Ok(done(&json!({})))
        }
        (&Method::DELETE, "/faults") => {
            stack.engines().faults().clear();
            Ok(done(&json!({})))
        }
        (&Method::GET, "/counts") => Ok(done(&counts(stack))),
        (&Method::POST, "/instances/kill") => kill(stack, &parse(request)?),
        (&Method::POST, "/sweep") => match stack.engines().sweep() {
            Ok(deleted) => Ok(done(&json!({ "deleted": deleted }))),
            Err(error) => Err(error.to_string()),
        },
        (&Method::GET, "/logs") => {
            let lines =
                stack.logs().into_iter().map(|line| json!({ "source": line.source, "text": line.text }));
            Ok(done(&lines.collect()))
        }
        _ => Ok(respond_json(404, &json!({ "error": "no such knob" }))),
    }
}

fn counts(stack: &Stack) -> Value {
    let counts = stack.engines().faults().counts().into_iter();
    counts.map(|(service, operation, calls)| json!({ "service": service, "operation": operation, "calls": calls })).collect()
}

fn kill(stack: &Stack, kill: &Kill) -> Result<HttpResponse, String> {
    let found = match kill.moment {
        KillMoment::Now => stack.kill_all(&kill.function),
        KillMoment::BeforeAnswer => stack.kill_next(&kill.function),
    };
    if found { Ok(done(&json!({}))) } else { Err(format!("there is no function {}", kill.function)) }
}

fn parse<'a, T: Deserialize<'a>>(request: &'a Request<Bytes>) -> Result<T, String> {
    serde_json::from_slice(request.body()).map_err(|error| error.to_string())
}

fn done(body: &Value) -> HttpResponse {
    respond_json(200, body)
}
