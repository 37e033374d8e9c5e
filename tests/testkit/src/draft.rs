//! A request on its way to one instance.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_core::caller::Caller;
use postern_core::clock::Timestamp;
use postern_core::http::{HeaderName, HeaderValue, Request, header};
use postern_core::id::InvocationId;

use crate::answer::Answer;
use crate::apps::App;
use crate::instance::Instance;
use crate::world::ISSUER;

/// A request being put together. Nothing happens until [`Draft::send`].
pub struct Draft {
    instance: Instance,
    request: Request,
}

impl Draft {
    pub(crate) const fn new(instance: Instance, request: Request) -> Self {
        Self { instance, request }
    }

    /// Adds form parameters, one after another: a name may occur twice.
    #[must_use]
    pub fn form<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let so_far = String::from_utf8(std::mem::take(&mut self.request.body)).expect("a form");
        let mut serializer = form_urlencoded::Serializer::new(so_far);
        let text = serializer.extend_pairs(pairs).finish();
        self.body("application/x-www-form-urlencoded", text)
    }

    /// Replaces the body.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.request.body = body.into();
        self.request.headers.insert(header::CONTENT_TYPE, header_value(content_type));
        self
    }

    /// Adds a header, beside others of the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        self.request.headers.append(name, header_value(value));
        self
    }

    /// `client_secret_basic` (RFC 6749 section 2.3.1).
    #[must_use]
    pub fn basic(self, id: &str, secret: &str) -> Self {
        let encoded = STANDARD.encode(format!("{id}:{secret}"));
        self.header("authorization", &format!("Basic {encoded}"))
    }

    /// The app's own way to authenticate: Basic with its secret, or `client_id` in the form.
    #[must_use]
    pub fn by(self, app: &App) -> Self {
        match &app.secret {
            Some(secret) => self.basic(app.client_id.as_str(), secret),
            None => self.form([("client_id", app.client_id.as_str())]),
        }
    }

    /// `Authorization: Bearer` (RFC 6750 section 2.1).
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Whence the gateway saw it come.
    #[must_use]
    pub fn from(mut self, address: &str) -> Self {
        self.request.call.source = Some(address.parse::<IpAddr>().expect("an address"));
        self
    }

    /// How many seconds the platform still gives the invocation.
    #[must_use]
    pub fn seconds_left(mut self, seconds: u64) -> Self {
        let begun = Timestamp::from_secs(self.instance.now());
        self.request.call.deadline = begun.plus(seconds);
        self
    }

    /// The same invocation, delivered once more.
    #[must_use]
    pub fn as_invocation(mut self, id: &InvocationId) -> Self {
        self.request.call.invocation = id.clone();
        self
    }

    /// Past the gateway, as if the authorizer had said this.
    #[must_use]
    pub fn as_caller(mut self, caller: Caller) -> Self {
        self.request.call.caller = Some(Box::new(caller));
        self
    }

    /// Its method.
    pub(crate) fn method(&self) -> &str {
        self.request.method.as_str()
    }

    /// Where it goes, without a query.
    pub(crate) fn uri(&self) -> String {
        format!("{ISSUER}{}", self.request.path)
    }

    /// Now, as its server sees it.
    pub(crate) fn now(&self) -> u64 {
        self.instance.now()
    }

    /// Sends it to the function that the route belongs to.
    pub async fn send(self) -> Answer {
        // Boxed: the future holds those of all functions, and tests hold many of it.
        Answer(Box::pin(self.instance.answer(self.request)).await)
    }
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_bytes(text.as_bytes()).expect("a header's value")
}
