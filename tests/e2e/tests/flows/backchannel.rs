//! Back-channel logout between real processes: the stream, a function of its own, and a client that listens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_e2e::{Answer, Deployment, Outcome};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::audit::until;

/// The longest that the stream and a second attempt may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A client's server, which takes one request at a time.
struct Listener(TcpListener);

impl Listener {
    async fn start() -> Outcome<Self> {
        Ok(Self(TcpListener::bind("127.0.0.1:0").await?))
    }

    fn url(&self) -> Outcome<String> {
        Ok(format!("http://{}/told", self.0.local_addr()?))
    }

    /// Answers the next request with this status, and gives its text, head and body.
    async fn answer(&self, status: &str) -> Outcome<String> {
        tokio::time::timeout(PATIENCE, self.take(status)).await?
    }

    async fn take(&self, status: &str) -> Outcome<String> {
        let (mut stream, _) = self.0.accept().await?;
        let (mut text, mut part) = (Vec::new(), [0; 4096]);
        while !is_whole(&text) {
            let length = stream.read(&mut part).await?;
            if length == 0 {
                return Err("the request ended early".into());
            }
            text.extend_from_slice(part.get(..length).unwrap_or_default());
        }
        stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await?;
        Ok(String::from_utf8(text)?)
    }
}

/// Whether head and body are there.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.and_then(|length| length.trim().parse().ok()).is_some_and(|length: usize| body.len() >= length)
}

/// The claims of the logout token in a request.
fn claims(request: &str) -> Outcome<Value> {
    let (_, token) = request.split_once("logout_token=").ok_or("no logout token")?;
    let payload = token.split('.').nth(1).ok_or("not a JWT")?;
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?)
}

async fn listens(it: &Deployment, url: &str) -> Outcome {
    let path = format!("clients/{}", it.demo.clients.web.client_id);
    administer(it, (Method::PATCH, &path), &json!({ "backchannel_logout_uri": url })).await.map(|_| ())
}

/// What an operator is answered with 200.
async fn administer(it: &Deployment, (method, path): (Method, &str), body: &Value) -> Outcome<Value> {
    let path = format!("{}/admin/v1/{path}", it.demo.issuer);
    let request = it.http.request(method, &path).bearer_auth(&it.demo.admin_token);
    let request = match body {
        Value::Null => request,
        body => request.header("content-type", "application/json").body(body.to_string()),
    };
    let answer = Answer::of(request).await?;
    if answer.status == 200 { Ok(answer.json()) } else { Err(answer.body.into()) }
}

/// A deployment that may call this listener, where the web app is told.
async fn listened_to(listener: &Listener) -> Outcome<Deployment> {
    let it = Deployment::start_with(|options| {
        options.parameters.insert("OutboundLoopback".into(), "true".into());
    })
    .await?;
    listens(&it, &listener.url()?).await?;
    Ok(it)
}

#[tokio::test]
async fn a_client_that_failed_once_is_told_in_the_end() {
    let listener = Listener::start().await.unwrap();
    let it = listened_to(&listener).await.unwrap();
    let (owner, mut visitor) = (&it.demo.users[0], it.visitor());
    let tokens = it.web().sign_in(&mut visitor, owner, "openid contact.read").await.unwrap();
    let url = format!("{}/oauth2/logout?id_token_hint={}", it.demo.issuer, tokens.id);
    assert_eq!(visitor.open(&url).await.unwrap().status, 200);
    let first = listener.answer("500 Internal Server Error").await.unwrap();
    let second = listener.answer("200 OK").await.unwrap();
    assert!(first.starts_with("POST /told HTTP/1.1"), "{first}");
    assert!(first.to_lowercase().contains("content-type: application/x-www-form-urlencoded"), "{first}");
    let (first, second) = (claims(&first).unwrap(), claims(&second).unwrap());
    let about: Value = claims(&format!("logout_token={}", tokens.id)).unwrap();
    assert_eq!((&first["sid"], &first["sub"]), (&about["sid"], &about["sub"]));
    assert_eq!(second["sid"], first["sid"]);
    assert_ne!(second["jti"], first["jti"]);
    assert!(second["iat"].as_u64() >= first["iat"].as_u64().map(|first| first + 5), "{first} {second}");
    let again = it.web().refresh(&tokens.refresh).await.unwrap();
    assert_eq!(again.verdict(), (400, "invalid_grant".into()));
    let expected = ["session.ended", "logout.delivered"];
    let found = until(&it, &owner.tenant, &expected).await.unwrap();
    for once in expected {
        assert_eq!(found.iter().filter(|kind| *kind == once).count(), 1, "{once} in {found:?}");
    }
}

/// The change of an account goes through the stream's filter, and comes back as a delivery.
#[tokio::test]
async fn a_client_is_told_that_a_person_was_suspended() {
    let listener = Listener::start().await.unwrap();
    let it = listened_to(&listener).await.unwrap();
    let owner = &it.demo.users[0];
    let tokens = it.web().sign_in(&mut it.visitor(), owner, "openid contact.read").await.unwrap();
    let about: Value = claims(&format!("logout_token={}", tokens.id)).unwrap();
    let suspend = format!("users/{}/suspend", about["sub"].as_str().unwrap());
    administer(&it, (Method::POST, &suspend), &Value::Null).await.unwrap();
    let told = claims(&listener.answer("200 OK").await.unwrap()).unwrap();
    assert_eq!((&told["sid"], &told["sub"]), (&about["sid"], &about["sub"]));
    let expected = ["session.ended", "logout.delivered"];
    let found = until(&it, &owner.tenant, &expected).await.unwrap();
    for once in expected {
        assert_eq!(found.iter().filter(|kind| *kind == once).count(), 1, "{once} in {found:?}");
    }
}
