//! Plain HTTP: no redirects followed, no cookies kept, no proxies.

use reqwest::{Client, ClientBuilder, Method, RequestBuilder, header::HeaderMap, redirect::Policy};
use serde_json::Value;

use crate::Outcome;

/// An HTTP client. Clones share its connections.
#[derive(Clone)]
pub struct Http(Client);

/// An answer, read whole.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Http {
    /// A client without TLS.
    pub fn new() -> Outcome<Self> {
        Self::build(Client::builder())
    }

    /// A client with more settings.
    pub fn build(builder: ClientBuilder) -> Outcome<Self> {
        Ok(Self(builder.redirect(Policy::none()).no_proxy().build()?))
    }

    /// The client itself, for libraries that bring their own requests.
    pub fn inner(&self) -> &Client {
        &self.0
    }

    /// A request to add to.
    pub fn request(&self, method: Method, url: &str) -> RequestBuilder {
        self.0.request(method, url)
    }

    /// GET, with an access token where there is one.
    pub async fn get(&self, url: &str, token: Option<&str>) -> Outcome<Answer> {
        self.call(Method::GET, url, token).await
    }

    /// Any method without a body, with an access token where there is one.
    pub async fn call(&self, method: Method, url: &str, token: Option<&str>) -> Outcome<Answer> {
        let request = self.request(method, url);
        Answer::of(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    /// POST of a form.
    pub async fn post(&self, url: &str, form: &[(&str, &str)]) -> Outcome<Answer> {
        Answer::of(self.request(Method::POST, url).form(form)).await
    }
}

impl Answer {
    /// Sends a request and reads its answer. Fails when there is none.
    pub async fn of(request: RequestBuilder) -> Outcome<Self> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { status, headers, body: response.text().await? })
    }

    /// The only value of a header; empty when there is none. Several are joined by a line break.
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>().join("\n")
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// A member of the JSON body that is a text; empty when there is none.
    pub fn text(&self, name: &str) -> String {
        self.json().get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The status with the error code, for comparing at one go.
    pub fn verdict(&self) -> (u16, String) {
        (self.status, self.text("error"))
    }
}
