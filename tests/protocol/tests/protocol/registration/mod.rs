//! `/oauth2/register`: clients that register themselves (RFC 7591) and manage themselves (RFC 7592).

mod admission;
mod arbitrary;
mod bound;
mod create;
mod lifetime;
mod manage;
mod members;
mod pkce;
mod rights;
mod sectors;
mod wrong_tokens;

pub(crate) use admission::token;

use postern_core::http::Method;
use postern_core::id::ClientId;
use postern_testkit::{Answer, App, Draft, Instance, assert_error};
use serde_json::{Value, json};

pub(super) const PATH: &str = "/oauth2/register";

/// A registration with one redirect URI, and these members besides or instead.
pub(super) fn register(process: &Instance, changes: Value) -> Draft {
    let Value::Object(changes) = changes else { panic!("an object") };
    let mut body = json!({ "redirect_uris": ["https://other.test/cb"] });
    body.as_object_mut().unwrap().extend(changes);
    process.post(PATH).body("application/json", body.to_string())
}

/// A client that registered itself, as it was told of itself.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) app: App,
    pub(super) token: String,
    pub(super) body: Value,
}

impl Registered {
    pub(super) async fn new(process: &Instance, changes: Value) -> Self {
        Self::of(&register(process, changes).send().await)
    }

    #[track_caller]
    pub(super) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status(), 201, "{}", answer.text());
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let app = App {
            client_id: ClientId::parse(&text("client_id")).unwrap(),
            secret: body["client_secret"].as_str().map(str::to_owned),
            redirect_uri: body["redirect_uris"][0].as_str().unwrap_or_default().to_owned(),
        };
        Self { app, token: text("registration_access_token"), body }
    }

    pub(super) fn path(&self) -> String {
        format!("{PATH}/{}", self.app.client_id)
    }

    /// A request about the client by its own token.
    pub(super) fn manage(&self, process: &Instance, method: Method) -> Draft {
        process.request(method, &self.path()).bearer(&self.token)
    }

    pub(super) fn put(&self, process: &Instance, body: &Value) -> Draft {
        self.manage(process, Method::PUT).body("application/json", body.to_string())
    }
}

/// A refusal about this member.
#[track_caller]
pub(super) fn assert_refused(answer: &Answer, code: &str, member: &str) {
    assert_error(answer, 400, code);
    assert!(answer.member("error_description").contains(member), "{}", answer.text());
}
