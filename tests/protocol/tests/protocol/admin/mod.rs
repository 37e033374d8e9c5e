//! `/admin/v1`: through the authorizer, as operators and tenants' administrators call it.

mod apis;
mod bodies;
mod clients;
mod connections;
mod invitations;
mod log;
mod members;
mod pats;
mod rights;
mod strangers;
mod tenants;
mod tenants_removed;
mod users;
mod users_removed;

use postern_core::audit::Actor;
use postern_core::http::Method;
use postern_core::id::ClientId;
use postern_testkit::{Answer, App, World};
use serde_json::{Value, json};

/// An administrator's hands: a world and a token.
pub(crate) struct Admin<'w> {
    pub(crate) world: &'w World,
    pub(crate) token: String,
    /// Whose it is.
    pub(crate) app: App,
}

impl<'w> Admin<'w> {
    /// An operator.
    pub(crate) async fn operator(world: &'w World) -> Self {
        let app = world.apps.operator.clone();
        Self { world, token: world.admin_token(&app).await, app }
    }

    /// The administrator of Acme.
    pub(crate) async fn of_acme(world: &'w World) -> Self {
        let acme = world.tenants.acme.as_str();
        let body = json!({ "kind": "service", "name": "Acme admin", "tenant": acme, "scopes": ["admin"],
            "audience": "https://as.test/admin" });
        let made = Self::operator(world).await.post("clients", body).await;
        let app = app_of(&json_of(&made, 201));
        Self { world, token: world.admin_token(&app).await, app }
    }

    /// A request with a JSON body; null sends none.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let draft = self.world.request(method, &format!("/admin/v1/{path}")).bearer(&self.token);
        let draft = if body.is_null() { draft } else { draft.body("application/json", body.to_string()) };
        draft.send().await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, Value::Null).await
    }
}

/// A client as the answer to its registration tells of it.
pub(crate) fn app_of(client: &Value) -> App {
    App {
        client_id: ClientId::parse(client["client_id"].as_str().unwrap()).unwrap(),
        secret: client["client_secret"].as_str().map(str::to_owned),
        redirect_uri: client["redirect_uris"][0].as_str().unwrap_or_default().to_owned(),
    }
}

/// The JSON of an answer that must have this status.
#[track_caller]
pub(crate) fn json_of(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status(), status, "{}", answer.text());
    answer.json()
}

/// The events of this kind in all logs, done by this client, as JSON.
pub(crate) async fn events(world: &World, kind: &str, by: &App) -> Vec<String> {
    let by = Actor::Client(by.client_id.clone());
    let mut events = world.all_events().await;
    events.retain(|event| event.kind.as_str() == kind && event.actor == by);
    events.iter().map(|event| serde_json::to_string(event).unwrap()).collect()
}
