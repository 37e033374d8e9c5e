//! A client-credentials token beside the one signature in it: request in, response out, KMS excluded.

use std::hint::black_box;

use futures_util::FutureExt as _;
use postern_core::clock::Timestamp;
use postern_core::http::{Call, HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use postern_core::id::InvocationId;
use postern_core::server::Server;
use postern_core::token::{self, Door};

use crate::Failure;
use crate::cpu::{Pair, per_call, round_robin};
use crate::key::HeldKey;
use crate::scene::{CLIENT, Scene};
use crate::store::CountingStore;

const ROUNDS: u32 = 61;
const CALLS: u32 = 20;

/// Our token request beside one raw signature by the same key. [`Failure`] when it is refused, or keys or
/// client are read again once the first request has filled the caches.
pub(crate) fn measure(scene: &Scene) -> Result<Pair, Failure> {
    let server = scene.server(scene.key.clone())?;
    let request = request(scene)?;
    let first = issue(&server, &request)?;
    if first.status != StatusCode::OK {
        return Err(format!("the token request is refused: {}", first.body).into());
    }
    let reached = scene.store.reached.count();
    let message = [b'x'; 546];
    let pair = round_robin(
        ROUNDS,
        || per_call(CALLS, || issue(&server, black_box(&request))),
        || per_call(CALLS, || Ok(scene.key.sign_raw(black_box(&message))?)),
    )?;
    if scene.store.reached.count() != reached {
        return Err("a request read again what it has".into());
    }
    Ok(pair)
}

fn issue(server: &Server<CountingStore, HeldKey>, request: &Request) -> Result<Response, Failure> {
    let answer = token::handle(server, request, Door::Token).now_or_never();
    Ok(answer.ok_or("the token request waited for something")?)
}

fn request(scene: &Scene) -> Result<Request, Failure> {
    let form = "application/x-www-form-urlencoded";
    let headers = HeaderMap::from_iter([
        (header::ACCEPT, HeaderValue::from_static("application/json")),
        (header::CONTENT_TYPE, HeaderValue::from_static(form)),
        (header::HOST, HeaderValue::from_static("login.example.com")),
        (header::USER_AGENT, HeaderValue::from_static("acme-export/2.4 (linux; x86_64)")),
    ]);
    let secret = scene.secret.as_str();
    let body = format!(
        "grant_type=client_credentials&scope=contact.read+contact.write&client_id={CLIENT}&client_secret={secret}"
    );
    Ok(Request {
        method: Method::POST,
        path: "/oauth2/token".to_owned(),
        query: String::new(),
        headers,
        body: body.into_bytes(),
        call: Call {
            caller: None,
            invocation: InvocationId::parse("bench")?,
            source: None,
            deadline: Timestamp::from_secs(u64::MAX),
        },
    })
}
