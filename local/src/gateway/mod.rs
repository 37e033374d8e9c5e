//! API Gateway: finds the route, asks the authorizer, invokes the function, answers as the API's kind does.

mod authorizer;
mod authorizer_event;
mod cache;
mod event_v1;
mod event_v2;
mod gateway_response;
mod http_api;
mod http_cors;
mod identity;
mod policy;
mod proxy_response;
mod request;
mod rest_api;
mod router;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use serde_json::json;
use tokio::net::TcpListener;

use crate::StartError;
use crate::net::{BodyError, Dropped, HttpResponse, IncomingRequest, buffer, respond_json, serve};
use crate::runtime::{Functions, Logs};
use crate::template::ApiSpec;
use authorizer::Authorizers;
use request::GatewayRequest;
use router::Router;

/// API Gateway's limit for a request's body.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// API Gateway's limit for a request's headers, names and values together.
const MAX_HEADERS: usize = 10_240;

/// Lambda's limit for an invocation's event.
const MAX_INVOCATION: usize = 6 * 1024 * 1024;

/// Both APIs behind one port. Clones share them.
#[derive(Clone)]
pub(crate) struct Gateway(Arc<Shared>);

struct Shared {
    http: Option<Api>,
    rest: Option<Api>,
    logs: Logs,
}

/// One API with what it needs to answer.
pub(crate) struct Api {
    spec: ApiSpec,
    router: Router,
    authorizers: Authorizers,
    functions: Functions,
}

impl Api {
    /// Fails when two routes are the same.
    pub(crate) fn new(spec: ApiSpec, functions: Functions) -> Result<Self, StartError> {
        let router = Router::new(&spec)?;
        Ok(Self { router, authorizers: Authorizers::new(functions.clone()), functions, spec })
    }
}

impl Gateway {
    /// The HTTP API is served at the root, the REST API under its stage.
    ///
    /// Fails when the stage would hide routes of the HTTP API.
    pub(crate) fn new(http: Option<Api>, rest: Option<Api>, logs: Logs) -> Result<Self, StartError> {
        if let (Some(http), Some(rest)) = (&http, &rest) {
            let stage = format!("/{}", rest.spec.stage);
            let hidden = http.spec.routes.iter().find(|route| {
                route.path.strip_prefix(&stage).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            if let Some(route) = hidden {
                let message =
                    format!("the REST stage {stage} hides the route {} of the HTTP API", route.path);
                return Err(StartError::Template(message));
            }
        }
        Ok(Self(Arc::new(Shared { http, rest, logs })))
    }

    /// Serves until the future is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) {
        serve(listener, move |peer, request| self.clone().accept(peer, request)).await;
    }

    async fn accept(self, peer: SocketAddr, request: IncomingRequest) -> Result<HttpResponse, Dropped> {
        // On its own task, so that a caller who hangs up does not stop the work half-way.
        tokio::spawn(async move { self.answer(peer, request).await }).await.map_err(|_| Dropped)
    }

    async fn answer(&self, peer: SocketAddr, request: IncomingRequest) -> HttpResponse {
        let header_bytes: usize =
            request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if header_bytes > MAX_HEADERS {
            return respond_json(431, &json!({ "message": "Request Header Fields Too Large" }));
        }
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = match buffer(request, MAX_BODY).await {
            Ok(request) => self.dispatch(peer, request).await,
            Err(BodyError::TooLarge) => respond_json(413, &json!({ "message": "Request Too Long" })),
            Err(BodyError::Broken) => respond_json(400, &json!({ "message": "Bad Request" })),
        };
        // The path alone: queries may carry codes and tokens.
        self.0.logs.add("gateway", format!("{method} {path} {}", response.status().as_u16()));
        response
    }

    async fn dispatch(&self, peer: SocketAddr, request: Request<Bytes>) -> HttpResponse {
        let request = GatewayRequest::new(peer, request);
        if let Some(rest) = &self.0.rest
            && let Some(request) = request.under_stage(&rest.spec.stage)
        {
            return rest_api::answer(rest, &request).await;
        }
        match &self.0.http {
            Some(http) => http_api::answer(http, &request).await,
            None => respond_json(403, &json!({ "message": "Forbidden" })),
        }
    }
}
