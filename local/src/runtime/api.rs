//! `/2018-06-01/runtime/...` of one instance.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};
use uuid::Uuid;

use super::instance::{Instance, Job};
use super::{InvokeError, Logs};
use crate::net::{
    BodyError, Dropped, HttpResponse, IncomingRequest, read_body, respond, respond_json, serve,
};

/// Lambda's limit for a synchronous answer.
const MAX_ANSWER: usize = 6 * 1024 * 1024;

/// Read this far all the same: a process that is cut off while it writes would end, and Lambda's does not.
const MAX_READ: usize = 64 * 1024 * 1024;

const PREFIX: &str = "/2018-06-01/runtime/";

/// The state behind one instance's Runtime API.
pub(super) struct RuntimeApi {
    source: String,
    arn: String,
    logs: Logs,
    jobs: AsyncMutex<mpsc::Receiver<Job>>,
    current: Mutex<Option<Current>>,
}

/// The invocation that the process works on.
struct Current {
    id: String,
    kill_before_answer: bool,
    reply: oneshot::Sender<Result<Bytes, InvokeError>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ReportedError {
    error_type: String,
    error_message: String,
}

impl RuntimeApi {
    /// A Runtime API and the queue that feeds it.
    pub(super) fn new(source: String, arn: String, logs: Logs) -> (Self, mpsc::Sender<Job>) {
        let (sender, receiver) = mpsc::channel(1);
        let api = Self { source, arn, logs, jobs: AsyncMutex::new(receiver), current: Mutex::new(None) };
        (api, sender)
    }

    /// `GET invocation/next`: waits for work.
    async fn next(&self) -> Result<HttpResponse, Dropped> {
        let job = self.jobs.lock().await.recv().await.ok_or(Dropped)?;
        let id = Uuid::new_v4().to_string();
        let response = self.invocation(&id, &job).ok_or(Dropped)?;
        let current = Current { id, kill_before_answer: job.kill_before_answer, reply: job.reply };
        self.current.lock().unwrap_or_else(PoisonError::into_inner).replace(current);
        job.taken.send(()).map_err(|()| Dropped)?;
        Ok(response)
    }

    fn invocation(&self, id: &str, job: &Job) -> Option<HttpResponse> {
        let trace = Uuid::new_v4().simple().to_string();
        let (start, rest) = trace.split_at_checked(8)?;
        let headers = [
            ("lambda-runtime-aws-request-id", id.to_owned()),
            ("lambda-runtime-deadline-ms", deadline(job.timeout).to_string()),
            ("lambda-runtime-invoked-function-arn", self.arn.clone()),
            ("lambda-runtime-trace-id", format!("Root=1-{start}-{rest};Parent=0000000000000000;Sampled=0")),
        ];
        let mut response = respond(200, "application/json", job.payload.clone());
        for (name, value) in headers {
            response.headers_mut().insert(name, HeaderValue::from_str(&value).ok()?);
        }
        Some(response)
    }

    /// `POST invocation/{id}/response` and `.../error`.
    fn answer(
        &self,
        id: &str,
        result: Result<Bytes, InvokeError>,
        instance: &Weak<Instance>,
    ) -> Result<HttpResponse, Dropped> {
        let taken = {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            current.take_if(|current| current.id == id)
        };
        let Some(current) = taken else {
            return Ok(respond_json(
                400,
                &json!({ "errorType": "InvalidRequestID", "errorMessage": "unknown id" }),
            ));
        };
        if current.kill_before_answer {
            if let Some(instance) = instance.upgrade() {
                instance.kill();
            }
            self.logs.add(&self.source, "killed before its answer left");
            return Err(Dropped);
        }
        let too_large = matches!(result, Err(InvokeError::TooLarge));
        // Nobody waits any more when the invocation has timed out.
        drop(current.reply.send(result));
        if too_large {
            return Ok(respond_json(
                413,
                &json!({ "errorType": "RequestEntityTooLarge", "errorMessage": "over 6 MB" }),
            ));
        }
        Ok(respond_json(202, &json!({ "status": "OK" })))
    }
}

/// The deadline of an invocation that starts now, in milliseconds since the epoch.
fn deadline(timeout: Duration) -> u128 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    (now + timeout).as_millis()
}

/// Serves one instance until the task is aborted.
pub(super) async fn serve_runtime_api(listener: TcpListener, api: RuntimeApi, instance: Weak<Instance>) {
    let api = Arc::new(api);
    serve(listener, move |_, request| handle(Arc::clone(&api), instance.clone(), request)).await;
}

async fn handle(
    api: Arc<RuntimeApi>,
    instance: Weak<Instance>,
    request: IncomingRequest,
) -> Result<HttpResponse, Dropped> {
    let path = request.uri().path().strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let post = request.method() == Method::POST;
    match (post, path.split('/').collect::<Vec<_>>().as_slice()) {
        (false, ["invocation", "next"]) => api.next().await,
        (true, ["invocation", id, "response"]) => {
            let result = match read_body(request.into_body(), MAX_READ).await {
                Ok(body) if body.len() <= MAX_ANSWER => Ok(body),
                Ok(_) | Err(BodyError::TooLarge) => Err(InvokeError::TooLarge),
                Err(BodyError::Broken) => Err(InvokeError::Crashed),
            };
            api.answer(id, result, &instance)
        }
        (true, ["invocation", id, "error"]) => {
            let error = reported_error(request).await;
            api.logs.add(&api.source, format!("invocation failed: {error}"));
            api.answer(id, Err(error), &instance)
        }
        (true, ["init", "error"]) => {
            let error = reported_error(request).await;
            api.logs.add(&api.source, format!("init failed: {error}"));
            Ok(respond_json(202, &json!({ "status": "OK" })))
        }
        _ => Ok(respond(404, "text/plain", "not part of the Runtime API")),
    }
}

async fn reported_error(request: IncomingRequest) -> InvokeError {
    let body = read_body(request.into_body(), MAX_ANSWER).await.unwrap_or_default();
    let error: ReportedError = serde_json::from_slice(&body).unwrap_or_default();
    InvokeError::Function { kind: error.error_type, message: error.error_message }
}
