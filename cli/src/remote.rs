//! The deployment, as the command line reaches it: over HTTPS, with a token or a client's credentials.

use std::path::Path;
use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

use crate::bootstrap::Failure;
use crate::environment::var;
use crate::origin::Origin;
use crate::progress::Progress;

/// What a request carries.
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Document {
        text: String,
        /// The file, as its problems are to name it.
        shown: String,
    },
}

/// A request of the admin API.
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// Path and query behind `/admin/v1/`.
    pub(crate) path: String,
    pub(crate) body: Body,
}

/// A deployment with a token for its admin API. Holds a secret: no `Debug`.
pub(crate) struct Remote {
    http: Client,
    base: String,
    token: String,
}

impl Remote {
    /// Reaches a deployment. The credentials are in the environment: `POSTERN_TOKEN`, or `POSTERN_CLIENT_ID` and
    /// `POSTERN_CLIENT_SECRET`.
    pub(crate) async fn reach(url: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        let origin = Origin::parse(url)?;
        let http = Client::builder().redirect(Policy::none()).use_preconfigured_tls(tls(ca)?);
        // What a proxy of the environment would see of a laptop is nobody's.
        let http = if origin.is_loopback { http.no_proxy() } else { http }.build()?;
        let base = origin.base;
        let token = match (var("POSTERN_TOKEN"), var("POSTERN_CLIENT_ID"), var("POSTERN_CLIENT_SECRET")) {
            (Some(token), _, _) => token,
            (None, Some(id), Some(secret)) => token(&http, &base, &id, &secret).await?,
            _ => return Err("set POSTERN_TOKEN, or POSTERN_CLIENT_ID and POSTERN_CLIENT_SECRET".into()),
        };
        Ok(Self { http, base, token })
    }

    /// Sends a request. Gives the JSON answer, null where there is none; a refusal in words otherwise.
    pub(crate) async fn send(&self, ask: &Ask) -> Result<Value, Failure> {
        let url = format!("{}/admin/v1/{}", self.base, ask.path);
        let request = self.http.request(ask.method.clone(), url);
        let request = request.header(AUTHORIZATION, format!("Bearer {}", self.token));
        let request = match &ask.body {
            Body::Nothing => request,
            Body::Json(value) => request.header(CONTENT_TYPE, "application/json").body(value.to_string()),
            Body::Document { text, .. } => {
                request.header(CONTENT_TYPE, "application/yaml").body(text.clone())
            }
        };
        let answer = request.send().await.map_err(plain)?;
        let (status, text) = (answer.status(), answer.text().await.map_err(plain)?);
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() { Ok(value) } else { Err(refusal(status, &value, &ask.body).into()) }
    }

    /// Sends the request of a list until it is whole.
    pub(crate) async fn send_all(&self, ask: Ask) -> Result<Value, Failure> {
        let (mut whole, path) = (Vec::new(), ask.path.clone());
        let (mut ask, mut progress) = (ask, Progress::on_terminal());
        loop {
            let mut part = self.send(&ask).await?;
            let Some(data) = part.get_mut("data").and_then(Value::as_array_mut) else { return Ok(part) };
            whole.append(data);
            let Some(next) = part.get("next_cursor").and_then(Value::as_str) else {
                return Ok(serde_json::json!({ "data": whole }));
            };
            progress.say(&format!("{} so far", whole.len()));
            let sign = if path.contains('?') { '&' } else { '?' };
            ask.path = format!("{path}{sign}cursor={next}");
        }
    }
}

/// A token by client credentials (RFC 6749 section 4.4), for the admin API alone (RFC 8707).
async fn token(http: &Client, base: &str, id: &str, secret: &str) -> Result<String, Failure> {
    let metadata = format!("{base}/.well-known/oauth-authorization-server");
    let metadata: Value =
        serde_json::from_str(&http.get(metadata).send().await.map_err(plain)?.text().await.map_err(plain)?)?;
    let issuer = metadata.get("issuer").and_then(Value::as_str).ok_or("--url is no Postern deployment")?;
    let resource = format!("{issuer}/admin");
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "admin"),
        ("resource", &resource),
        ("client_id", id),
        ("client_secret", secret),
    ];
    let answer = http.post(format!("{base}/oauth2/token")).form(&form).send().await.map_err(plain)?;
    let (status, text) = (answer.status(), answer.text().await.map_err(plain)?);
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let token = value.get("access_token").and_then(Value::as_str);
    Ok(token.ok_or_else(|| refusal(status, &value, &Body::Nothing))?.to_owned())
}

/// The system's roots, and those of a file of one's own.
fn tls(ca: Option<&Path>) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca {
        for certificate in CertificateDer::pem_file_iter(file)? {
            roots.add(certificate?)?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// A refusal in words: the server's, each problem of a document on a line of its own, where it stands in the file.
fn refusal(status: StatusCode, body: &Value, sent: &Body) -> String {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut words = text(body, "error_description").unwrap_or_else(|| "the server refused".to_owned());
    if let Some(field) = text(body, "field") {
        words = format!("{field}: {words}");
    }
    let name = text(body, "error").unwrap_or_default();
    let mut lines = vec![format!("{words} ({} {name})", status.as_u16())];
    let file = match sent {
        Body::Document { shown, .. } => format!("{shown}:"),
        Body::Nothing | Body::Json(_) => String::new(),
    };
    for problem in body.get("problems").and_then(Value::as_array).into_iter().flatten() {
        let number = |name| problem.get(name).and_then(Value::as_u64).unwrap_or_default();
        let reason = text(problem, "reason").unwrap_or_default();
        lines.push(format!("{file}{}:{}: {reason}", number("line"), number("column")));
    }
    lines.join("\n")
}

/// An error of the connection with its causes, which say what happened; never with what was sent.
fn plain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As those are told that are found before the document is sent.
    #[test]
    fn what_the_server_finds_in_a_document_is_told_with_its_file() {
        let sent = Body::Document { text: String::new(), shown: "apis/crm.yaml".to_owned() };
        let body = json!({
            "error": "invalid_request",
            "error_description": "The document cannot be loaded: see `problems`.",
            "problems": [
                { "line": 8, "column": 28, "reason": "no OAuth security scheme declares the scope \"a\"" },
                { "line": 9, "column": 1, "reason": "a path must begin with a slash" },
            ],
        });
        let told = refusal(StatusCode::BAD_REQUEST, &body, &sent);
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(
            lines,
            [
                "The document cannot be loaded: see `problems`. (400 invalid_request)",
                "apis/crm.yaml:8:28: no OAuth security scheme declares the scope \"a\"",
                "apis/crm.yaml:9:1: a path must begin with a slash",
            ]
        );
    }

    #[test]
    fn a_refusal_of_a_member_names_it() {
        let body =
            json!({ "error": "invalid_request", "error_description": "It is too long.", "field": "name" });
        let told = refusal(StatusCode::BAD_REQUEST, &body, &Body::Json(Value::Null));
        assert_eq!(told, "name: It is too long. (400 invalid_request)");
    }
}
